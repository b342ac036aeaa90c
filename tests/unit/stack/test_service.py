"""Services are put in the order of what they need."""

import pytest

from local.stack.service import Service, in_order


def service(name: str, *needs: str) -> Service:
    return Service(name=name, command=(), ports={}, ready="", url="", needs=needs)


HOST = service("host", "database", "storage")
SIMULATOR = service("simulator", "storage")
ALL = [HOST, SIMULATOR, service("storage"), service("database")]


def names(*only: str) -> list[str]:
    return [found.name for found in in_order(ALL, only)]


def test_each_service_comes_after_those_it_needs() -> None:
    order = names()
    assert sorted(order) == ["database", "host", "simulator", "storage"]
    assert order.index("host") > max(order.index("database"), order.index("storage"))
    assert order.index("simulator") > order.index("storage")


def test_only_what_is_wanted_and_what_it_needs() -> None:
    assert names("simulator") == ["storage", "simulator"]


def test_an_unknown_service_is_named() -> None:
    with pytest.raises(ValueError, match="unknown service: nobody"):
        names("nobody")
