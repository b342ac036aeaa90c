"""One run: the stack is stood up, measured at rest, put under load, and held to account."""

import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from tests.chaos import ledger
from tests.chaos.ledger import OVER, Ledger
from tests.host_process import REPOSITORY
from tests.load import baseline, records
from tests.load.baseline import Alone, Idle
from tests.load.figures import Times
from tests.load.form import Form
from tests.load.people import World
from tests.load.place import Place
from tests.load.records import Call, Route
from tests.load.sampler import Sample, Sampler
from tests.load.talks import Talks, ids
from tests.load.verdicts import Left
from tests.load.world import prepared

MIX: Final = "tests/load/mix.py"
LOOKED_EVERY: Final = 0.5
STOPS_WITHIN: Final = 60
"""Seconds that Locust waits for calls under way."""

ANSWERS: Final = """
select told.interview_id::text, told.turn_id,
  count(*) filter (where segment.speaker = 'candidate'),
  count(*) filter (where segment.speaker = 'interviewer')
from unnest(%s::uuid[], %s::text[]) as told (interview_id, turn_id)
left join public.transcript_segments as segment
  on segment.interview_id = told.interview_id and segment.turn_id = told.turn_id
group by 1, 2
having count(*) filter (where segment.speaker = 'candidate') <> 1
  or count(*) filter (where segment.speaker = 'interviewer') <> 1
"""
WAITING: Final = (
    "select subject || ' ' || subject_id || ' ' || reason from public.workflow_attention "
    "where resolved_at is null"
)


@dataclass(frozen=True, slots=True)
class Machine:
    cores: int
    memory_gb: float
    python: str
    kind: str
    load: float  # of others, just before the run

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            cores=os.cpu_count() or 1,
            memory_gb=psutil.virtual_memory().total / 2**30,
            python=platform.python_version(),
            kind=platform.machine(),
            load=os.getloadavg()[0],
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    form: Form
    machine: Machine
    bare: Times
    idle: Idle
    alone: dict[Route, Alone]
    prepared_seconds: float
    began: float  # by the clock on the wall
    calls: Sequence[Call]
    talks: int
    answers: int
    degraded: int
    samples: Sequence[Sample]
    left: Left
    lines: Sequence[str]  # of the ledger
    host_said: str = field(repr=False)


def held(form: Form, say: Callable[[str], None] = lambda line: None) -> Outcome:
    started = time.monotonic()

    def tell(line: str) -> None:
        say(f"{time.monotonic() - started:7.1f} s  {line}")

    machine = Machine.here()
    with Place(token_delay=form.token_delay) as place:
        tell(
            f"the stack stands; {form.users} people by the mix and {form.talkers} in talks, seed {form.seed}"
        )
        world, invited = prepared(place, form)
        people = len(world.invited) + len(invited)
        tell(f"{people} people are invited, {form.scored} interviews are scored and recorded")
        quiet = baseline.idle(form)
        bare = baseline.bare(5 * form.repeats)
        alone = baseline.measured(place, form, world, quiet)
        tell("each route was measured alone")
        talks = Talks(form, place, invited)
        prepared_seconds = time.monotonic() - started
        began = time.time()
        with Sampler(place) as sampler:
            mixed = _under_load(world, talks)
        calls = sorted([*mixed, *talks.calls], key=lambda each: each.at)
        tell(f"the load is over: {len(calls)} calls, {len(talks.people)} interviews held")
        left, drawn_up = _accounted(place, form, talks, calls)
        tell("accounts are drawn up")
        return Outcome(
            form=form,
            machine=machine,
            bare=bare,
            idle=quiet,
            alone=alone,
            prepared_seconds=prepared_seconds,
            began=began,
            calls=calls,
            talks=len(talks.people),
            answers=sum(len(each.said) for each in talks.people),
            degraded=talks.degraded,
            samples=sampler.samples,
            left=left,
            lines=list(drawn_up.lines()),
            host_said=place.host.output,
        )


def _under_load(world: World, talks: Talks) -> list[Call]:
    with tempfile.TemporaryDirectory(prefix="talenti-load-") as folder:
        known, seen = Path(folder) / "world.json", Path(folder) / "calls.jsonl"
        world.write(known)
        with subprocess.Popen(
            _locust(talks.form), cwd=REPOSITORY, env=_environment(known, seen), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            try:
                asyncio.run(talks.hold())
                said, _ = process.communicate(timeout=2 * STOPS_WITHIN)
            except BaseException:
                process.kill()
                raise
        if process.returncode or not seen.exists():
            raise RuntimeError(f"the callers of the mix ended with {process.returncode}:\n{said}")
        return records.read(seen)


def _locust(form: Form) -> list[str]:
    options = {
        "--locustfile": MIX,
        "--users": form.users + 2,  # and the two who are hasty
        "--spawn-rate": max(1, round(form.users / form.pause)),  # a call of each in the first pause
        "--run-time": f"{round(form.seconds)}s",
        "--stop-timeout": STOPS_WITHIN,
        "--loglevel": "WARNING",
        "--exit-code-on-error": 0,  # of calls: those are judged here
    }
    given = [str(part) for option in options.items() for part in option]
    return [sys.executable, "-m", "locust", "--headless", "--only-summary", *given]


def _environment(known: Path, seen: Path) -> dict[str, str]:
    """Without what measures coverage, which gevent confuses; nothing of ours runs there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return kept | {"PYTHONPATH": str(REPOSITORY), "LOAD_WORLD": str(known), "LOAD_RECORDS": str(seen)}


# ---- what is left ----


def _accounted(place: Place, form: Form, talks: Talks, calls: Sequence[Call]) -> tuple[Left, Ledger]:
    operator = place.crowd.operator()
    going_on = _settled(place, form, talks)
    drawn_up = Ledger.drawn_up(talks.people, ledger.facts(place, talks.people, operator))
    told = [each.turn for each in calls if each.turn is not None]
    not_once = place.rows(ANSWERS, [each for each, _ in told], [turn for _, turn in told])
    runs = place.workflows("")
    left = Left(
        unbalanced={fault: len(of) for fault, of in drawn_up.wrong.items()}
        | {f"put right: {each}": 1 for each in drawn_up.facts.repairs},
        not_once=len(not_once),
        waiting=[each for (each,) in place.rows(WAITING)],
        failed=[key for key, run in runs.items() if run["runtimeStatus"] in OVER - {"Completed"}],
        going_on=len(going_on),
    )
    return left, drawn_up


def _settled(place: Place, form: Form, talks: Talks) -> list[str]:
    """Wait until every interview that was held is scored, and its workflows are over."""
    deadline = time.monotonic() + form.settles_within
    hurry = not form.is_judged
    while open_ := _going_on(place, talks):
        if time.monotonic() > deadline:
            break
        if hurry:  # the end of a talk by its last answer is found within fifteen seconds
            for each in talks.people:
                place.tell(each.case.interview_id, "ended")
            hurry = False
        time.sleep(LOOKED_EVERY)
    return open_


def _going_on(place: Place, talks: Talks) -> list[str]:
    mine = {f"interview-{each}" for each in ids(talks.people)}
    under_way = place.rows(ledger.UNDER_WAY, ids(talks.people))
    runs = place.workflows("interview-")
    live = [key for key, run in runs.items() if key in mine and run["runtimeStatus"] not in OVER]
    return [*(str(each) for (each,) in under_way), *live]
