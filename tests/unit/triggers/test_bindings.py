"""What becomes of outputs, and what triggers tell about themselves."""

import json
from pathlib import Path

import pytest

from local.host.bindings import deferred_blob, is_deferred, queue_bodies, typed_content
from local.host.model import Binding
from local.host.protos import TypedData
from local.host.settings import HostSettings
from local.host.triggers.metadata import with_properties


@pytest.mark.parametrize(
    ("value", "bodies"),
    [
        (TypedData(string="one"), [b"one"]),
        (TypedData(string=""), [b""]),
        (TypedData(bytes=b"\x00[1]"), [b"\x00[1]"]),
        (TypedData(bytes=b"[1]"), [b"[1]"]),
        (TypedData(json='{"a": 1}'), [b'{"a": 1}']),
        (TypedData(json='["a", {"b": 1}, 2]'), [b"a", b'{"b":1}', b"2"]),
        (TypedData(string='["a"]'), [b"a"]),
        (TypedData(string="[no json"), [b"[no json"]),
        (TypedData(json="[]"), []),
    ],
)
def test_an_output_becomes_messages(value: TypedData, bodies: list[bytes]) -> None:
    assert queue_bodies(value) == bodies


def binding(**settings: object) -> Binding:
    return Binding("b", "blob", "in", settings)


def test_content_is_bytes_unless_a_text_is_asked_for() -> None:
    assert typed_content(binding(), b"\xff") == TypedData(bytes=b"\xff")
    assert typed_content(binding(dataType="String"), "\ufeffgrün".encode()) == TypedData(string="grün")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({"SupportsDeferredBinding": True}, True), ({"SupportsDeferredBinding": False}, False), ({}, False)],
)
def test_sdk_types_are_recognised(properties: dict[str, bool], expected: bool) -> None:
    assert is_deferred(binding(properties=properties)) is expected


def test_an_sdk_type_gets_the_connection_by_the_name_the_environment_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AzureWebJobsOther", "x")

    data = deferred_blob(HostSettings(Path()), "Other", "in", "a.txt")

    assert (data.version, data.source, data.content_type) == ("1.0", "AzureStorageBlobs", "application/json")
    assert json.loads(data.content) == {
        "Connection": "AzureWebJobsOther",
        "ContainerName": "in",
        "BlobName": "a.txt",
    }


def test_the_properties_of_a_message_do_not_replace_what_the_trigger_says() -> None:
    metadata = with_properties({"Id": "own", "Count": 3}, '{"id": "theirs", "name": "ann", "deep": {"a": 1}}')

    assert metadata == {
        "Id": TypedData(string="own"),
        "Count": TypedData(json="3"),
        "name": TypedData(string="ann"),
        "deep": TypedData(json='{"a": 1}'),
    }


@pytest.mark.parametrize("text", ["", "plain", "[1]", "{broken", '"text"'])
def test_a_message_that_is_no_object_has_no_properties(text: str) -> None:
    assert with_properties({}, text) == {}
