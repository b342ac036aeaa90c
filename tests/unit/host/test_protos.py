"""The stand-ins behave as the worker library expects of FunctionRpc messages."""

from __future__ import annotations

import pytest
from azure_functions_runtime.bindings.datumdef import Datum, datum_as_proto

from local.host import protos
from local.host.protos import InvocationResponse, RpcHttp, StatusResult, TypedData


@pytest.mark.parametrize("kind", ["string", "bytes", "json", "int", "double", "http", "model_binding_data"])
def test_a_value_has_one_kind(kind: str) -> None:
    value = TypedData(**{kind: "x"})
    assert value.WhichOneof("data") == kind
    assert getattr(value, kind) == "x"
    with pytest.raises(AttributeError, match=f"this TypedData is {kind}, not 'other'"):
        value.other  # noqa: B018 - reading it is the test


def test_an_unset_value_has_no_kind() -> None:
    assert TypedData().WhichOneof("data") is None
    with pytest.raises(AttributeError, match="unset"):
        TypedData().string  # noqa: B018 - reading it is the test


def test_two_kinds_at_once_are_refused() -> None:
    with pytest.raises(TypeError, match="one kind"):
        TypedData(string="a", bytes=b"a")


def test_equal_values_are_equal_only_within_a_kind() -> None:
    assert TypedData(string="a") == TypedData(string="a")
    assert TypedData(string="a") != TypedData(json="a")
    assert TypedData() == TypedData()
    assert TypedData(string="a") != "a"


def test_the_library_reads_a_request() -> None:
    request = RpcHttp(method="GET", url="u", headers={"a": "1"}, query={"q": "2"}, body=TypedData(bytes=b"b"))
    datum = Datum.from_typed_data(TypedData(http=request))
    assert datum.value["method"].value == "GET"
    assert datum.value["headers"]["a"].value == "1"
    assert datum.value["body"].value == b"b"


def test_the_library_reads_a_request_without_body_as_empty() -> None:
    datum = Datum.from_typed_data(TypedData(http=RpcHttp()))
    assert datum.value["body"].value == b""


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "x", TypedData(string="x")),
        ("bytes", b"x", TypedData(bytes=b"x")),
        ("dict", {"a": 1}, TypedData(json='{"a": 1}')),
        ("int", 3, TypedData(int=3)),
    ],
)
def test_the_library_writes_values(kind: str, value: object, expected: TypedData) -> None:
    assert datum_as_proto(Datum(value, kind), protos) == expected


def test_answers_start_without_value_outputs_and_exception() -> None:
    response = InvocationResponse(result=StatusResult(status=StatusResult.Success))
    assert response.return_value is None
    assert response.output_data == []
    assert response.result.exception is None


def test_same_site_has_the_name_that_python_reserves() -> None:
    assert getattr(protos.RpcHttpCookie.SameSite, "None") == 0


def test_a_field_that_was_not_given_is_named() -> None:
    with pytest.raises(AttributeError, match="RpcHttpCookie was built without 'name'"):
        protos.RpcHttpCookie().name  # noqa: B018 - reading it is the test
