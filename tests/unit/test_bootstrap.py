"""Where everything is put together: nothing is made before it is asked for, and all of it is closed."""

from functools import cached_property
from typing import Any

import pytest

from shared import telemetry
from shared.adapters.openai.language_model import OpenAILanguageModel
from shared.bootstrap import Services
from shared.bootstrap.operations import Operations
from shared.domain.breaker import BreakerState
from shared.settings import Settings
from tests.sample_settings import SAMPLE


@pytest.fixture(autouse=True)
def _lines_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services choose how lines look, for the whole process."""
    monkeypatch.setattr(telemetry, "_for_humans", telemetry._for_humans)


class Part:
    def __init__(self, name: str, closed: list[str], *, fails: bool = False) -> None:
        self._name = name
        self._closed = closed
        self._fails = fails

    async def close(self) -> None:
        self._closed.append(self._name)
        if self._fails:
            raise OSError(self._name)


class Native(Part):
    def close(self) -> None:  # type: ignore[override]  # some libraries close at once
        self._closed.append(self._name)


class Traced(Services):
    closed: list[str]

    @cached_property
    def credentials(self) -> Any:
        return Part("credentials", self.closed)

    @cached_property
    def storage(self) -> Any:
        assert self.credentials
        return Part("storage", self.closed, fails=True)

    @cached_property
    def mailer(self) -> Any:
        assert self.credentials
        return Native("mailer", self.closed)


async def test_what_was_made_is_closed_before_what_it_uses_and_all_of_it_although_one_fails() -> None:
    services = Traced(Settings(SAMPLE))
    services.closed = []
    assert services.storage
    assert services.mailer

    with pytest.raises(OSError, match="storage"):
        await services.close()

    assert services.closed == ["mailer", "storage", "credentials"]


async def test_services_that_nobody_used_have_nothing_to_close() -> None:
    await Services(Settings(SAMPLE)).close()


async def test_the_language_model_is_the_one_of_the_settings_and_closes_unused() -> None:
    services = Services(Settings(SAMPLE))

    assert isinstance(services.language_model, OpenAILanguageModel)
    await services.close()


def test_settings_decide_how_long_what_fails_is_left_alone() -> None:
    services = Services(Settings(SAMPLE | {"BREAKER_FAILURES": "2", "RETRY_ATTEMPTS": "1"}))

    policy = services.guards.of("mail", lambda error, label: None).policy

    assert (policy.failures, policy.attempts, policy.open_seconds) == (2, 1, 30)
    assert {stats.state for stats in services.guards.stats().values()} == {BreakerState.CLOSED}


async def test_readiness_answers_although_the_policies_are_malformed() -> None:
    services = Services(Settings(SAMPLE | {"BREAKER_PROBES": "none"}))

    assert Operations(services).breakers() == {}
