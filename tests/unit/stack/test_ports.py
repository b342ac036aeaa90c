"""Ports: the preferred ones where free, the next free ones otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.stack.ports import NoFreePortError, choose

STORAGE = {"blob": 10000, "queue": 10001, "table": 10002}


def test_preferred_ports_are_taken_when_free() -> None:
    assert choose(STORAGE, lambda _port: True) == STORAGE


def test_a_taken_port_moves_the_others_along() -> None:
    assert choose(STORAGE, lambda port: port != 10000) == {"blob": 10001, "queue": 10002, "table": 10003}


@given(st.sets(st.integers(10000, 10020)))
def test_what_is_chosen_is_free_and_given_once(taken: set[int]) -> None:
    chosen = list(choose(STORAGE, lambda port: port not in taken).values())
    assert not taken.intersection(chosen)
    assert len(set(chosen)) == len(STORAGE)


@pytest.mark.parametrize("first", [10000, 65535])
def test_nothing_free_is_an_error(first: int) -> None:
    with pytest.raises(NoFreePortError, match=f"no free port from {first} on"):
        choose({"main": first}, lambda _port: False)
