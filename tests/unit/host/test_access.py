"""Keys, origins and limits let in whom they should."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from local.host.http.cors import Cors
from local.host.http.keys import Keys
from local.host.http.throttle import OverloadedError, Throttle
from local.host.model import Binding, Function
from local.host.settings import SettingsError


def scope(query: bytes = b"", method: str = "GET", **headers: str) -> dict[str, Any]:
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"method": method, "query_string": query, "headers": fields}


def function(level: str) -> Function:
    settings = {"authLevel": level}
    return Function("id", "hello", (Binding("req", "httpTrigger", "in", settings),))


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setenv("LOCAL_HOST_MASTER_KEY", "master")
    monkeypatch.setenv("LOCAL_HOST_FUNCTION_KEY", "function")
    monkeypatch.setenv("LOCAL_HOST_FUNCTION_KEY_HELLO", "own")
    monkeypatch.setenv("LOCAL_HOST_SYSTEM_KEY", "system")
    return Keys(enforced=True)


@pytest.mark.parametrize(
    ("level", "opening"),
    [
        ("ANONYMOUS", {None, "master", "function", "own", "wrong"}),
        ("FUNCTION", {"master", "function", "own"}),
        ("ADMIN", {"master"}),
    ],
)
@pytest.mark.parametrize("by", ["header", "code"])
def test_each_level_opens_to_its_keys(keys: Keys, level: str, opening: set[str | None], by: str) -> None:
    for key in (None, "master", "function", "own", "wrong"):
        if by == "header":
            request = scope(x_functions_key=key) if key else scope()
        else:
            request = scope(f"code={key}".encode()) if key else scope()
        assert keys.may_call(function(level), request) is (key in opening)


def test_the_header_counts_before_the_query(keys: Keys) -> None:
    assert not keys.may_call(function("FUNCTION"), scope(b"code=master", x_functions_key="wrong"))


def test_webhooks_open_to_their_system_key(keys: Keys) -> None:
    assert keys.may_notify("eventgrid", scope(b"code=system"))
    assert keys.may_notify("eventgrid", scope(b"code=master"))
    assert not keys.may_notify("eventgrid", scope(b"code=function"))


def test_only_the_master_key_administers(keys: Keys) -> None:
    assert keys.may_administer(scope(b"code=master"))
    assert keys.may_administer(scope(b"Code=master"))
    assert not keys.may_administer(scope(b"code=master&CODE=other"))
    assert not keys.may_administer(scope(b"code=function"))
    assert not keys.may_administer(scope())


def test_keys_are_not_asked_for_unless_enforced() -> None:
    keys = Keys(enforced=False)
    assert keys.may_call(function("ADMIN"), scope())
    assert keys.may_administer(scope())
    assert keys.may_notify("durabletask", scope())


def test_keys_are_random_and_an_extension_keeps_its_own() -> None:
    first, second = Keys(enforced=True), Keys(enforced=True)
    assert first.master != second.master
    assert first.system("DurableTask") == first.system("durabletask") != first.system("eventgrid")


def test_without_origins_there_is_no_cors() -> None:
    assert Cors.parse(" , ", credentials=True) is None


def test_a_listed_origin_is_allowed_and_another_is_not() -> None:
    cors = Cors.parse("http://localhost:3000/, https://App.example", credentials=True)
    assert cors is not None
    assert cors.headers(scope(origin="https://app.example")) == [
        (b"access-control-allow-origin", b"https://app.example"),
        (b"vary", b"Origin"),
        (b"access-control-allow-credentials", b"true"),
    ]
    assert cors.headers(scope(origin="https://evil.example")) == []
    assert cors.headers(scope()) == []


def test_any_origin_never_comes_with_credentials() -> None:
    cors = Cors.parse("*", credentials=True)
    assert cors is not None
    assert cors.headers(scope(origin="https://x")) == [(b"access-control-allow-origin", b"*")]


async def test_requests_over_the_outstanding_limit_are_refused() -> None:
    throttle = Throttle({"maxOutstandingRequests": 1})
    async with throttle.slot():
        with pytest.raises(OverloadedError):
            async with throttle.slot():
                pytest.fail("a second request was let in")
    async with throttle.slot():
        pass


async def test_requests_over_the_concurrency_wait_for_their_turn() -> None:
    throttle = Throttle({"maxconcurrentrequests": 2})
    running = peak = 0

    async def request() -> None:
        nonlocal running, peak
        async with throttle.slot():
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(request() for _ in range(9)))
    assert peak == 2


@pytest.mark.parametrize("value", [None, -1, 0])
def test_no_limit_is_no_throttle(value: int | None) -> None:
    section = {} if value is None else {"maxOutstandingRequests": value}
    assert not Throttle(section).enabled


def test_a_limit_that_is_no_number_is_named() -> None:
    with pytest.raises(SettingsError, match=r"extensions\.http\.maxOutstandingRequests must be a number"):
        Throttle({"maxOutstandingRequests": "many"})
