"""A model that fails in every way: the interview is whole, in its order, and nobody waits for long."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.azurite import Azurite
from tests.e2e.conftest import environment
from tests.e2e.talk import ANSWERS, chat, events, planned, start, talk_to_the_end
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
    assert 3.5 < took < 6
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
    assert time.monotonic() - began < 12


@pytest.mark.slow
def test_a_worker_that_is_killed_in_a_turn_loses_neither_the_answer_nor_the_place(
    azurite: Azurite, supabase: SupabaseStack, simulators: Simulators
) -> None:
    """Killed while the model is asked, and again in the middle of its words, each time for good."""
    case = invited(supabase)
    host = HostProcess(REPOSITORY, env=environment(azurite, supabase, simulators))
    with host, httpx.Client(base_url=host.url, timeout=30) as first:
        start(first, case)
        simulators.fault("openai", "hang", times=1)
        with ThreadPoolExecutor(1) as threads:
            lost = threads.submit(chat, first, case, ANSWERS[0], "t-1")
            _wait(lambda: len(case.transcript) == 2)
            host.kill()
            assert isinstance(lost.exception(), httpx.HTTPError)
    simulators.reset()
    simulators.options(token_delay=0.05)
    host = HostProcess(REPOSITORY, env=environment(azurite, supabase, simulators))
    with host, httpx.Client(base_url=host.url, timeout=30) as second:
        assert start(second, case).json()["open_turn_id"] == "t-1"
        assert chat(second, case, ANSWERS[0], "t-1").json()["code"] == "turn_in_progress"
        _end_lease(case)
        body = {"interview_id": str(case.interview_id), "message": ANSWERS[0], "turn_id": "t-1"}
        with (
            contextlib.suppress(httpx.HTTPError),
            second.stream(
                "POST", "/api/v1/interview/chat/stream", headers=case.candidate.headers, json=body
            ) as response,
        ):
            next(events(response))
            host.kill()
    simulators.options(token_delay=0)
    _end_lease(case)
    host = HostProcess(REPOSITORY, env=environment(azurite, supabase, simulators))
    with host, httpx.Client(base_url=host.url, timeout=30) as third:
        reply = chat(third, case, ANSWERS[0], "t-1").json()
        turns = [reply, *talk_to_the_end(third, case, 1)]

    said = [content for speaker, content in case.transcript if speaker == "candidate"]
    assert said[0] == ANSWERS[0]
    assert said.count(ANSWERS[0]) == 1
    asked = [order for turn in turns for order in planned(turn["response"])]
    assert asked == [2, 3, 4, 5, 6]


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _end_lease(case: Invited) -> None:
    case.run(
        "update public.interview_turns set lease_expires_at = now() - interval '1 second' "
        "where interview_id = %s and state = 'open'",
        case.interview_id,
    )
