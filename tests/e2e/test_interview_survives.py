"""What an interview survives: a killed worker, a model that is away for all of it, two devices at once.

The database is asked through a gate that knows how often, and that can keep a call waiting: so the
worker is killed exactly before or after the database hears of a turn.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from threading import Event
from typing import Any

import httpx
import psycopg
import pytest

from tests.azurite import Azurite
from tests.crowd import Case, Crowd
from tests.e2e.conftest import environment
from tests.e2e.talk import ANSWERS, events, planned
from tests.gate import Gate
from tests.host_process import REPOSITORY, HostProcess
from tests.invited import CLOSING, QUESTIONS
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

STEPS = ("before begin", "after begin", "mid-stream", "before commit", "after commit")
HELD = {
    "before begin": ("begin_turn", "before"),
    "after begin": ("begin_turn", "after"),
    "before commit": ("commit_turn", "before"),
    "after commit": ("commit_turn", "after"),
}
PROBE = {
    "text": "Thank you, that is clear. Could you tell me more about your own part in it?",
    "action": "probe",
    "competencies": [],
    "concerns": [],
}
TURNS = 11  # six questions, one probe to each but the last
SLOWLY = 0.25  # seconds for a token, so that a reply lasts until the worker is dead
PATIENCE = 30.0
BREAKER = {"BREAKER_FAILURES": "2", "BREAKER_OPEN_SECONDS": "3", "BREAKER_PROBES": "1"}


@dataclass
class House:
    """The app on a host that may be killed, and the gate before its database."""

    host: HostProcess
    gate: Gate
    crowd: Crowd
    supabase: SupabaseStack
    simulators: Simulators
    people: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(20))

    def post(self, case: Case, path: str, body: dict[str, Any]) -> httpx.Response:
        return httpx.post(f"{self.host.url}{path}", json=body, headers=case.headers, timeout=PATIENCE)

    def begin(self, case: Case) -> httpx.Response:
        return self.post(case, f"/api/v1/interview/{case.interview_id}/start", {})

    def chat(self, case: Case, message: str, turn_id: str) -> httpx.Response:
        body = {"interview_id": str(case.interview_id), "message": message, "turn_id": turn_id}
        return self.post(case, "/api/v1/interview/chat", body)

    def stream(self, case: Case, message: str, turn_id: str, heard: Event) -> dict[str, Any]:
        """The finished turn; `heard` once the first words were."""
        body = {"interview_id": str(case.interview_id), "message": message, "turn_id": turn_id}
        with httpx.stream(
            "POST",
            f"{self.host.url}/api/v1/interview/chat/stream",
            json=body,
            headers=case.headers,
            timeout=PATIENCE,
        ) as response:
            assert response.status_code == 200, response.read()
            for name, data in events(response):
                heard.set()
                if name == "done":
                    return data
        raise httpx.RemoteProtocolError("the reply broke off")

    def restart(self) -> None:
        self.host.start()

    def transcript(self, case: Case) -> list[tuple[str, str]]:
        with psycopg.connect(self.supabase.database_url) as connection:
            rows = connection.execute(
                "select speaker, content from public.transcript_segments "
                "where interview_id = %s order by sequence",
                (case.interview_id,),
            ).fetchall()
        return [(speaker, content) for speaker, content in rows]

    def end_leases(self) -> None:
        """What thirty seconds of waiting would do."""
        with psycopg.connect(self.supabase.database_url) as connection:
            connection.execute(
                "update public.interview_turns set lease_expires_at = now() - interval '1 second' "
                "where state = 'open'"
            )


@pytest.fixture(scope="module")
def standing(azurite: Azurite, supabase: SupabaseStack) -> Iterator[House]:
    """A host and a cloud of its own, as both are stopped."""
    with Simulators() as simulators, Gate(supabase.url) as gate:
        env = environment(azurite, supabase, simulators) | BREAKER | {"SUPABASE_URL": gate.url}
        crowd = Crowd(supabase, f"{gate.url}/auth/v1")
        with HostProcess(REPOSITORY, "--no-triggers", env=env) as host:
            yield House(host, gate, crowd, supabase, simulators)


@pytest.fixture
def house(standing: House) -> House:
    """The house, once the model is known to be well."""
    standing.gate.clear()
    standing.simulators.reset()
    deadline = time.monotonic() + PATIENCE
    while True:
        (probe,) = standing.crowd.cases(1, started=True)
        if not standing.chat(probe, ANSWERS[1], "t-1").json()["degraded"]:
            standing.simulators.reset()
            return standing
        assert time.monotonic() < deadline
        time.sleep(0.2)


# ---- a worker that dies ----


@pytest.mark.slow
@pytest.mark.parametrize(
    ("interviews", "rounds"), [(10, 1), pytest.param(20, 10, marks=pytest.mark.performance)]
)
def test_a_killed_worker_costs_no_answer_and_no_question(house: House, interviews: int, rounds: int) -> None:
    cases = house.crowd.cases(interviews + 1, started=True)
    house.simulators.script("openai", json=PROBE, match={"last": r"of candidate 0\."}, times=None)
    for number in range(1, TURNS + 1):
        house.chat(cases[0], said(number, 0), f"t-{number}").raise_for_status()
    expected = house.transcript(cases[0])
    assert [text for _, text in expected if text.endswith(QUESTIONS[-1])]

    for number in range(1, rounds + 1):
        die_in_turn(house, cases, number)
    for number in range(rounds + 1, TURNS + 1):
        _script(house, number, [])
        answers = [
            house.people.submit(house.chat, case, said(number, name), f"t-{number}")
            for name, case in enumerate(cases[1:], 1)
        ]
        assert [each.result().status_code for each in answers] == [200] * interviews

    for name, case in enumerate(cases[1:], 1):
        told = [(who, text.replace("candidate 0", f"candidate {name}")) for who, text in expected]
        assert house.transcript(case) == told
    assert _ended(house, cases) == {"completed"}


def die_in_turn(house: House, cases: list[Case], number: int) -> None:
    """All candidates answer at once; the worker dies when each turn is at its step; they answer again."""
    steps = {name: STEPS[(name + number) % len(STEPS)] for name in range(1, len(cases))}
    streamed = [name for name, step in steps.items() if step == "mid-stream"]
    _script(house, number, streamed)
    for name, step in steps.items():
        if step in HELD:
            function, side = HELD[step]
            house.gate.hold(function, cases[name].interview_id, side)  # type: ignore[arg-type]  # of the table
    heard = {name: Event() for name in steps}
    answers = {
        name: house.people.submit(house.stream, cases[name], said(number, name), f"t-{number}", heard[name])
        for name in steps
    }
    house.gate.await_all()
    assert all(heard[name].wait(PATIENCE) for name in streamed)

    house.host.kill()
    assert [name for name, each in answers.items() if not _is_lost(each)] == []
    house.gate.clear()
    house.end_leases()
    house.restart()

    again = {
        name: house.people.submit(house.chat, cases[name], said(number, name), f"t-{number}")
        for name in steps
    }
    assert {each.result().status_code for each in again.values()} == {200}
    assert not any(each.result().json()["degraded"] for each in again.values())


def said(number: int, name: int) -> str:
    return f"This is answer {number} of candidate {name}."


def _script(house: House, number: int, slowly: list[int]) -> None:
    """The model asks for more wherever it may; to some it does so slowly, once."""
    house.simulators.control("DELETE", "/_sim/scripts/openai")
    for name in slowly:
        match = {"last": rf"answer {number} of candidate {name}\."}
        house.simulators.script("openai", json=PROBE, match=match, token_delay=SLOWLY)
    house.simulators.script("openai", json=PROBE, times=None)


def _is_lost(answer: Future[dict[str, Any]]) -> bool:
    return isinstance(answer.exception(PATIENCE), httpx.TransportError)


def _ended(house: House, cases: list[Case]) -> set[str]:
    with psycopg.connect(house.supabase.database_url) as connection:
        rows = connection.execute(
            "select status from public.interviews where id = any(%s)",
            ([case.interview_id for case in cases],),
        ).fetchall()
    return {status for (status,) in rows}


# ---- a model that is away ----


def test_a_model_that_refuses_connections_is_soon_left_alone(house: House) -> None:
    house.simulators.stop()
    try:
        turns = talk_without_a_model(house)
    finally:
        house.simulators.start()

    first, *later = [each["first_token_ms"] for each in turns]
    assert first >= 1000  # it was asked twice, with a pause
    assert median(later) < first / 2  # one of them may have met a busy machine
    assert any("breaker" in line and "open" in line for line in house.host.lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "delay", "seconds": 60},
        {"kind": "drip", "seconds": 20, "pieces": 3},
    ],
    ids=lambda each: each["kind"],
)
def test_a_slow_model_is_soon_left_alone(house: House, fault: dict[str, Any]) -> None:
    house.simulators.fault("openai", times=None, **fault)

    turns = talk_without_a_model(house)

    waited = [each for each in turns if each["until_commit_ms"] > 3500]
    asked = house.simulators.journal("openai")
    assert len(asked) == len(waited) < len(turns)


def talk_without_a_model(house: House) -> list[dict[str, Any]]:
    """A whole interview, which is complete and says how it was held; give the timings of its turns."""
    (case,) = house.crowd.cases(1, started=False)
    house.begin(case).raise_for_status()
    told = [house.stream(case, answer, f"t-{number}", Event()) for number, answer in enumerate(ANSWERS, 1)]
    assert [order for each in told for order in planned(each["response"])] == [2, 3, 4, 5, 6]
    assert told[-1]["response"].endswith(CLOSING)
    assert told[-1]["progress"]["finished"]
    assert [text for who, text in house.transcript(case) if who == "candidate"] == [*ANSWERS]
    with psycopg.connect(house.supabase.database_url) as connection:
        rows = connection.execute(
            "select degraded, timings from public.interview_turns "
            "where interview_id = %s order by created_at",
            (case.interview_id,),
        ).fetchall()
    assert [degraded for degraded, _ in rows] == [each["degraded"] for each in told]
    assert all(degraded for degraded, _ in rows[:-1])  # the last words need no model
    return [timings for _, timings in rows]


# ---- the round trips of a turn ----

TURN = ["POST /rest/v1/rpc/begin_turn", "POST /rest/v1/rpc/commit_turn"]


def test_a_turn_asks_the_database_twice(house: House) -> None:
    house.simulators.script("openai", json=PROBE, times=None)
    first, case = house.crowd.cases(2, started=True)
    house.chat(first, "The first turn of a process fetches the keys of the issuer.", "t-1")
    gate = house.gate

    def counted(turn_id: str, *, streamed: bool) -> tuple[list[str], dict[str, Any]]:
        gate.passed.clear()
        if streamed:
            turn = house.stream(case, "I wrote tests.", turn_id, Event())
        else:
            turn = house.chat(case, "I wrote tests.", turn_id).json()
        return list(gate.passed), turn

    plain, _ = counted("t-1", streamed=False)
    streamed, _ = counted("t-2", streamed=True)
    repeated, _ = counted("t-1", streamed=False)
    streamed_again, _ = counted("t-2", streamed=True)
    house.simulators.fault("openai", "status", status=401, times=None)
    without_model, degraded = counted("t-3", streamed=True)

    assert plain == streamed == without_model == TURN
    assert repeated == streamed_again == TURN[:1]
    assert degraded["degraded"]


# ---- by two ways at once ----


def test_starts_in_parallel_begin_one_interview(house: House) -> None:
    (case,) = house.crowd.cases(1, started=False)

    begun = [each.result() for each in [house.people.submit(house.begin, case) for _ in range(8)]]

    assert [each.status_code for each in begun] == [200] * 8
    views = [each.json() for each in begun]
    assert sorted(view["resumed"] for view in views) == [False] + [True] * 7
    assert len({(view["started_at"], view["opening_message"]) for view in views}) == 1
    assert [speaker for speaker, _ in house.transcript(case)] == ["interviewer"]


def test_an_answer_sent_from_two_devices_is_one_answer(house: House) -> None:
    house.simulators.script("openai", json=PROBE, token_delay=0.01, times=None)
    (case,) = house.crowd.cases(1, started=True)

    sent = [house.people.submit(house.chat, case, "I wrote tests.", "t-1") for _ in range(4)]
    answers = [each.result() for each in sent]
    again = house.chat(case, "I wrote tests.", "t-1")

    replies = {each.json()["response"] for each in answers if each.status_code == 200}
    refused = {each.json()["code"] for each in answers if each.status_code != 200}
    assert replies == {again.json()["response"]}
    assert refused <= {"turn_in_progress"}
    assert [speaker for speaker, _ in house.transcript(case)] == ["interviewer", "candidate", "interviewer"]


def test_of_two_answers_at_once_one_is_asked_to_wait(house: House) -> None:
    (case,) = house.crowd.cases(1, started=True)
    house.gate.hold("commit_turn", case.interview_id, "before")
    first = house.people.submit(house.chat, case, "From the laptop.", "t-1")
    house.gate.await_all()

    second = house.chat(case, "From the telephone.", "t-2")
    seen = house.begin(case).json()
    house.gate.clear()

    assert (second.status_code, second.json()["code"]) == (409, "turn_in_progress")
    assert (seen["resumed"], seen["open_turn_id"]) == (True, "t-1")
    assert first.result().status_code == 200  # the commit was lost on its way, and sent again
    assert house.chat(case, "From the telephone.", "t-2").status_code == 200
    assert [text for speaker, text in house.transcript(case) if speaker == "candidate"] == [
        "From the laptop.",
        "From the telephone.",
    ]
