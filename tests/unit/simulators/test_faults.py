"""Faults: due when they concern a request, as often as asked, in the order in which they were asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from local.simulators.faults import EVENTS, Faults, UnknownFaultError


@pytest.fixture
def faults() -> Faults:
    faults = Faults()
    faults.offer("openai", ("cut",))
    faults.offer("calls", EVENTS)
    return faults


def a_request(path: str = "/openai/v1/models", method: str = "GET") -> HTTPConnection:
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    return HTTPConnection({**scope, "server": ("127.0.0.1", 80), "scheme": "http"})


def test_a_fault_of_a_service_waits_until_the_service_asks(faults: Faults) -> None:
    faults.add({"service": "openai", "kind": "cut", "after": 2})

    assert faults.take_wire("openai", "/openai/v1/models", "GET") is None
    taken = faults.take("openai", "cut", a_request())
    assert taken is not None
    assert taken.detail == {"after": 2}
    assert faults.take("openai", "cut", a_request()) is None


def test_a_service_has_only_its_own_faults(faults: Faults) -> None:
    with pytest.raises(UnknownFaultError, match=r"calls knows: .*lost"):
        faults.add({"service": "calls", "kind": "cut"})


def test_the_path_of_an_event_is_its_text(faults: Faults) -> None:
    faults.add({"service": "calls", "kind": "lost", "path": "PlayCompleted"})

    assert faults.take("calls", "lost", "Microsoft.Communication.CallConnected") is None
    assert faults.take("calls", "lost", "Microsoft.Communication.PlayCompleted") is not None


def test_a_socket_is_spared_what_only_an_answer_can_have(faults: Faults) -> None:
    faults.add({"service": "openai", "kind": "html", "times": None})

    assert faults.take_wire("openai", "/openai/realtime", "CONNECT", socket=True) is None
    assert faults.take_wire("openai", "/openai/v1/models", "GET") is not None


def test_faults_happen_one_after_the_other(faults: Faults) -> None:
    faults.add({"service": "openai", "kind": "status", "status": 500})
    faults.add({"service": "openai", "kind": "reset"})

    kinds = [faults.take_wire("openai", "/", "GET") for _ in range(3)]

    assert [each.kind if each else None for each in kinds] == ["status", "reset", None]


@given(skip=st.integers(0, 5), times=st.integers(1, 5), asked=st.integers(0, 15))
def test_it_happens_after_those_skipped_and_so_many_times(skip: int, times: int, asked: int) -> None:
    faults = Faults()
    faults.offer("openai")
    faults.add({"service": "openai", "kind": "reset", "skip": skip, "times": times})

    happened = [faults.take_wire("openai", "/", "GET") is not None for _ in range(asked)]

    assert happened == [skip <= number < skip + times for number in range(asked)]
    assert len(faults.waiting()) == (asked < skip + times)


def test_what_is_waiting_can_be_told(faults: Faults) -> None:
    faults.add({"service": "openai", "kind": "status", "status": 503, "path": "chat", "times": None})
    faults.take_wire("openai", "/chat", "POST")

    assert [each.told() for each in faults.waiting()] == [
        {
            "service": "openai",
            "kind": "status",
            "path": "chat",
            "method": None,
            "times": None,
            "skip": 0,
            "happened": 1,
            "status": 503,
        }
    ]
