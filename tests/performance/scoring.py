"""A score, taken again and again, and how long one takes beside its slowest call of the model.

    python -m tests.performance.scoring

Stability: one interview, a hundred runs in process, each reading in an order of its own. Time: six
dimensions in three passes and three texts through the local host, each call of the model with a delay of
its own; the budget is one and a half times the slowest of them.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from psycopg.types.json import Jsonb

from shared.contracts.rubric import default_rubric
from shared.domain.scoring.scale import band_of
from tests.azurite import Azurite
from tests.e2e.conftest import environment
from tests.e2e.talk import ANSWERS
from tests.host_process import REPOSITORY, HostProcess
from tests.invited import QUESTIONS, Invited, invited
from tests.scoring_room import Room, spoken
from tests.security.score_attacks import STRONG, WEAK
from tests.simulators import Simulators
from tests.stand_in_model import StandInModel
from tests.supabase_stack import SupabaseStack

RUNS: Final = 100
ROUNDS: Final = 5
PASSES: Final = 3
TEXTS: Final = 3
SLOWEST_SECONDS: Final = 3.0
STEP: Final = 8  # has no divisor in common with the number of calls, so that each delay comes up once
BUDGET: Final = 1.5
NAMES: Final = (
    "technical_skills",
    "communication",
    "problem_solving",
    "ownership",
    "design",
    "collaboration",
)
TALKS: Final = {
    "a whole interview": tuple(zip(QUESTIONS, ANSWERS, strict=True)),
    "two strong answers": STRONG,
    "two weak answers": WEAK,
}


@dataclass(frozen=True, slots=True)
class Stability:
    name: str
    scores: list[float]
    decisions: set[tuple[object, ...]]

    @property
    def line(self) -> str:
        flips = len(self.decisions) - 1
        low, high = min(self.scores), max(self.scores)
        return f"  {self.name:<22}{flips:>8}{low:>10.1f}{high:>8.1f}{high - low:>9.1f}"


async def stability(name: str, exchanges: Any) -> Stability:
    room = Room(StandInModel(), spoken(exchanges))
    results = [await room.score(number) for number in range(RUNS)]
    scores = [each["overall_score"] for each in results]
    return Stability(name, scores, {_decision(each) for each in results})


def _decision(result: dict[str, Any]) -> tuple[object, ...]:
    band = band_of(result["overall_score"]) if result["overall_score"] is not None else None
    return result["done"], result["needs_human_review"], band


@contextmanager
def stack() -> Iterator[tuple[httpx.Client, SupabaseStack, Simulators]]:
    with Azurite() as azurite, SupabaseStack() as supabase, Simulators() as simulators:
        env = environment(azurite, supabase, simulators) | {"LOG_LEVEL": "WARNING"}
        with (
            HostProcess(REPOSITORY, env=env) as host,
            httpx.Client(base_url=host.url, timeout=60) as client,
        ):
            yield client, supabase, simulators


def held(supabase: SupabaseStack) -> Invited:
    """An interview that is over, of a role with six dimensions."""
    usual = list(default_rubric().values())
    rubric = {
        name: usual[number % len(usual)] | {"weight": 0.2 if number < 2 else 0.15, "label": name}
        for number, name in enumerate(NAMES)
    }
    case = invited(supabase)
    case.run("update public.job_roles set scoring_rubric = %s where id = %s", Jsonb(rubric), case.job_role_id)
    talk, candidate = case.interview_id, case.candidate.user_id
    case.run(
        "select public.start_interview(interview_id => %s, caller_id => %s, opening => %s)",
        talk,
        candidate,
        QUESTIONS[0],
    )
    for number, answer in enumerate(ANSWERS):
        case.run("select public.begin_turn(%s, %s, %s, %s)", talk, candidate, f"turn-{number}", answer)
        case.run(
            "select public.commit_turn(%s, %s, 1, %s)",
            talk,
            f"turn-{number}",
            Jsonb({"text": QUESTIONS[min(number + 1, 5)], "origin": "plan"}),
        )
    case.run("select public.end_interview(%s)", talk)
    return case


def slow_down(simulators: Simulators, calls: int) -> None:
    """Every call its own delay, from half of the slowest up to it, in no order."""
    for number in range(calls):
        share = ((number * STEP) % calls + 1) / calls
        seconds = SLOWEST_SECONDS * (0.5 + share / 2)
        simulators.fault("openai", "delay", seconds=seconds, path="chat/completions")


def times() -> list[float]:
    """Seconds from the request to the answer, a warm-up left out."""
    calls = len(NAMES) * PASSES + TEXTS
    found: list[float] = []
    with stack() as (client, supabase, simulators):
        case = held(supabase)
        for number in range(ROUNDS + 1):
            if number:
                slow_down(simulators, calls)
            began = time.perf_counter()
            answer = client.post(
                f"/api/v1/interview/{case.interview_id}/score",
                headers=case.recruiter.headers,
                json={"force": True},
            )
            taken = time.perf_counter() - began
            assert answer.status_code == 200, answer.text
            assert len(answer.json()["dimensions"]) == len(NAMES)
            assert not simulators.faults()
            if number:
                found.append(taken)
    return found


def run() -> None:
    print(f"\na score, {RUNS} runs each in an order of its own")
    print(f"  {'':<22}{'flips':>8}{'lowest':>10}{'highest':>8}{'spread':>9}")
    for name, exchanges in TALKS.items():
        print(asyncio.run(stability(name, exchanges)).line)
    taken = times()
    middle = statistics.median(taken)
    ratio = middle / SLOWEST_SECONDS
    print(f"\nsix dimensions, three passes, three texts through the host, {ROUNDS} runs")
    print(f"  slowest call {SLOWEST_SECONDS:.1f} s, median run {middle:.2f} s, longest {max(taken):.2f} s")
    print(f"  {ratio:.2f} times the slowest call; budget {BUDGET}")


if __name__ == "__main__":
    run()
