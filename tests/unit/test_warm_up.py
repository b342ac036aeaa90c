"""What a first turn needs is loaded after the first answer, once, and never at a request's expense."""

import sys

import pytest

from shared import bootstrap
from shared.bootstrap import warm_up
from shared.errors import NotFoundError
from shared.http.api import Api
from shared.http.edge import OPEN
from tests.plain_asgi import an_edge, client_of


def test_everything_that_is_to_be_loaded_can_be_loaded(caplog: pytest.LogCaptureFixture) -> None:
    warm_up.begin().join()

    assert set(warm_up.MODULES) <= sys.modules.keys()
    assert caplog.text == ""


def test_what_is_said_is_done_last() -> None:
    done: list[bool] = []

    warm_up.begin(lambda: done.append(set(warm_up.MODULES) <= sys.modules.keys())).join()

    assert done == [True]


def test_what_cannot_be_loaded_is_told_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("shared.nowhere",))

    warm_up.begin().join()

    assert "app.warm_up.failed" in caplog.text


def test_whoever_waits_for_the_end_of_the_process_does_not_wait_for_it() -> None:
    thread = warm_up.begin()

    assert thread.daemon
    thread.join()


async def test_it_begins_with_the_first_answer_whatever_that_is_and_only_once() -> None:
    order: list[str] = []
    edge = an_edge()
    edge.warm_up = lambda: order.append("warm-up")

    async def missing() -> None:
        order.append("work")
        raise NotFoundError("Not here.")

    Api("Test", edge, OPEN).get("/missing")(missing)
    async with client_of(edge) as client:
        for _ in range(3):
            assert (await client.get("/missing")).status_code == 404

    assert order == ["work", "warm-up", "work", "work"]


def test_the_edge_of_the_app_begins_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(warm_up, "begin", lambda then: begun.append(True))
    monkeypatch.setattr(bootstrap.edge, "warm_up", bootstrap._warm_up)

    bootstrap.edge.answered()

    assert begun == [True]
