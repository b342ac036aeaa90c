"""A model that fails in every way: the interview is whole, in its order, and nobody waits for long."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.azurite import Azurite
from tests.e2e.conftest import environment
from tests.e2e.talk import ANSWERS, chat, planned, start, talk_to_the_end
from tests.host_process import REPOSITORY, HostProcess
from tests.invited import CLOSING, QUESTIONS, Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

BREAKER = {"BREAKER_OPEN_SECONDS": "2", "BREAKER_PROBES": "1"}


@pytest.fixture(scope="module")
def client(
    azurite: Azurite, supabase: SupabaseStack, running_simulators: Simulators
) -> Iterator[httpx.Client]:
    """A host of its own: an open breaker would be felt by the tests of others."""
    env = environment(azurite, supabase, running_simulators) | BREAKER
    with HostProcess(REPOSITORY, env=env) as host, httpx.Client(base_url=host.url, timeout=30) as client:
        yield client


@pytest.fixture
def case(client: httpx.Client, supabase: SupabaseStack, simulators: Simulators) -> Invited:
    """A case, once the model is known to be well."""
    deadline = time.monotonic() + 15
    while True:
        probe = invited(supabase)
        start(client, probe)
        if not chat(client, probe, ANSWERS[1]).json()["degraded"]:
            return invited(supabase)
        assert time.monotonic() < deadline
        time.sleep(0.5)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "retry_after": 60},
        {"kind": "cut"},
        {"kind": "lying_json"},
        {"kind": "no_finish"},
    ],
    ids=lambda each: "-".join(str(part) for part in each.values()),
)
def test_without_a_model_the_interview_is_whole(
    client: httpx.Client, case: Invited, simulators: Simulators, fault: dict[str, Any]
) -> None:
    simulators.fault("openai", times=None, **fault)
    start(client, case)

    turns = talk_to_the_end(client, case)

    asked = [order for turn in turns for order in planned(turn["response"])]
    assert asked == [2, 3, 4, 5, 6]
    assert all(turn["degraded"] for turn in turns)
    assert turns[-1]["response"].endswith(CLOSING)
    said = [content for speaker, content in case.transcript if speaker == "candidate"]
    assert said == [ANSWERS[min(number, 5)] for number in range(len(turns))]
    assert case.run("select status from public.interviews where id = %s", case.interview_id) == "completed"


def test_once_the_breaker_is_open_nobody_waits(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    simulators.fault("openai", "status", status=500, times=None)
    start(client, case)
    took = []
    for answer in ANSWERS[:5]:
        began = time.monotonic()
        chat(client, case, answer)
        took.append(time.monotonic() - began)

    assert min(took[3:]) < took[0] / 3


def test_a_model_that_takes_a_minute_costs_four_seconds_which_are_given_back(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    simulators.fault("openai", "first_token_delay", seconds=60, times=1)
    before = start(client, case).json()["progress"]["seconds_left"]

    began = time.monotonic()
    turn = chat(client, case, ANSWERS[0]).json()
    took = time.monotonic() - began

    assert (turn["response"], turn["degraded"]) == (QUESTIONS[1], True)
    assert 3.5 < took < 12
    assert before - turn["progress"]["seconds_left"] <= 3


def test_a_model_that_drips_is_finished_by_the_plan(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    simulators.fault("openai", "drip", seconds=6, pieces=4, times=1)
    start(client, case)

    began = time.monotonic()
    turn = chat(client, case, ANSWERS[0]).json()

    assert turn["response"].endswith(QUESTIONS[1])
    assert turn["degraded"]
    assert time.monotonic() - began < 20
