"""The journal: bounded, and put into words only when it is read."""

import base64
from typing import Any

from starlette.requests import HTTPConnection

from local.simulators.journal import LARGEST_BODY, Journal


def a_scope(path: str = "/openai/v1/models", **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"a=1&b=",
        "headers": [(b"x-mine", b"1")],
        **more,
    }


def test_only_the_last_entries_are_kept() -> None:
    journal = Journal(kept=3)
    for number in range(10):
        journal.request(a_scope(f"/{number}"), "openai", b"")

    assert [entry.path for entry in journal.read()] == ["/7", "/8", "/9"]
    assert journal.written == 10
    assert journal.read()[0].number == 8


def test_bodies_are_bounded_each_and_together() -> None:
    journal = Journal(largest=3 * LARGEST_BODY)
    for _ in range(10):
        journal.request(a_scope(), "openai", b"x" * (LARGEST_BODY + 1))

    assert len(journal) == 3
    assert {(len(entry.body), entry.size) for entry in journal.read()} == {(LARGEST_BODY, LARGEST_BODY + 1)}


def test_a_forgotten_journal_has_room_again() -> None:
    journal = Journal(largest=LARGEST_BODY)
    journal.request(a_scope(), "openai", b"x" * LARGEST_BODY)
    journal.forget()
    journal.request(a_scope(), "openai", b"y" * LARGEST_BODY)

    assert [entry.body[:1] for entry in journal.read()] == [b"y"]


def test_it_is_read_by_service_path_and_number() -> None:
    journal = Journal()
    for number in range(4):
        journal.request(a_scope(f"/openai/{number}"), "openai" if number % 2 else "speech", b"")

    assert [entry.path for entry in journal.read("openai")] == ["/openai/1", "/openai/3"]
    assert [entry.path for entry in journal.read(path="[01]$")] == ["/openai/0", "/openai/1"]
    assert [entry.path for entry in journal.read(limit=1)] == ["/openai/3"]


def test_a_body_is_told_as_what_it_is() -> None:
    journal = Journal()
    for body in (b'{"a": [1]}', "grün".encode(), b"\xff\x00", b""):
        journal.request(a_scope(), "openai", body)

    a_json, text, binary, empty = (entry.told() for entry in journal.read())

    assert a_json["json"] == {"a": [1]}
    assert text["text"] == "grün"
    assert "json" not in text
    assert base64.b64decode(binary["base64"]) == b"\xff\x00"
    assert empty["text"] == ""


def test_a_request_is_told_with_query_headers_and_status() -> None:
    journal = Journal()
    journal.request(a_scope(), "openai", b"").status = 200

    told = journal.read()[0].told()

    assert told["query"] == {"a": "1", "b": ""}
    assert told["headers"] == {"x-mine": "1"}
    assert told["status"] == 200


def test_frames_of_a_socket_are_noted_both_ways() -> None:
    journal = Journal()
    connection = HTTPConnection({**a_scope("/speech"), "type": "websocket", "service": "speech"})
    journal.frame(connection, "in", "hello")
    journal.frame(connection, "out", b"\x00\x01")

    assert [(entry.method, entry.service, entry.body) for entry in journal.read()] == [
        ("IN", "speech", b"hello"),
        ("OUT", "speech", b"\x00\x01"),
    ]
