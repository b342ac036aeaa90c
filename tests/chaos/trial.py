"""One trial: people are interviewed in a storm, everything comes to its end, and the ledger is drawn up."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import httpx

from tests.chaos import ledger
from tests.chaos.candidates import Candidate, candidates
from tests.chaos.form import Form
from tests.chaos.ledger import OVER, Ledger
from tests.chaos.place import Place
from tests.chaos.storm import Storm

LOOKED_EVERY: Final = 0.5
COMPARED_EVERY: Final = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    ledger: Ledger
    lines: list[str]
    host_said: str
    """For who has to find out why."""

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *self.ledger.lines()])


def held(form: Form, say: Callable[[str], None] = lambda line: None) -> Outcome:
    began = time.monotonic()
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(f"{time.monotonic() - began:7.1f} s  {line}")
        say(lines[-1])

    with Place(hurried=form.hurried) as place:
        people = candidates(form, place)
        operator = Operator(place, place.crowd.operator())
        tell(f"the stack stands; {form.interviews} people are invited, seed {form.seed}")
        storm = Storm(place, form, tell)
        with ThreadPoolExecutor(len(people)) as threads:
            lives = [threads.submit(each.live) for each in people]
            try:
                storm.rage()
                tell("the storm is over")
                while wait(lives, timeout=COMPARED_EVERY).not_done:
                    operator.compare()
            except BaseException:
                place.over.set()
                raise
        for each in lives:
            each.result()
        tell("everybody is done")
        tell(_settle(form, place, people, operator))
        tell(f"put right by comparison after the storm: {operator.told}")
        drawn_up = Ledger.drawn_up(people, ledger.facts(place, people, operator.token))
        said = f"{storm.dealt['kill']} kills, {storm.dealt['database returns']} restarts of the database"
        tell(f"the ledger {'balances' if drawn_up.balances else 'does NOT balance'}: {said}")
        return Outcome(drawn_up, lines, place.host.output)


@dataclass
class Operator:
    """Has database and workflows compared, from time to time."""

    place: Place
    token: str
    repairs: Counter[str] = field(default_factory=Counter)

    def compare(self) -> None:
        with suppress(httpx.HTTPError):  # the next one does it
            # "start interview-<id>", without the id
            self.repairs.update(each.split("-")[0] for each in ledger.compare(self.place, self.token))

    @property
    def told(self) -> str:
        return ", ".join(f"{count} times {what}" for what, count in self.repairs.items()) or "nothing"


def _settle(form: Form, place: Place, people: list[Candidate], operator: Operator) -> str:
    """Wait until nothing goes on any more; what is missing is put right as an operator would do it."""
    deadline = time.monotonic() + form.patience_seconds
    compare_at = time.monotonic() + COMPARED_EVERY
    while open_ := _going_on(place, people):
        if time.monotonic() > deadline:
            return f"{len(open_)} still go on, such as {open_[0]}"
        if time.monotonic() > compare_at:
            operator.compare()
            compare_at = time.monotonic() + COMPARED_EVERY
        if form.hurried:
            for each in people:
                if f"interview-{each.case.interview_id}" in open_:
                    place.tell(each.case.interview_id, "ended")
        time.sleep(LOOKED_EVERY)
    return "nothing goes on any more"


def _going_on(place: Place, people: list[Candidate]) -> list[str]:
    """What is not at its end, or waits for somebody to carry it there."""
    talks = place.rows(ledger.UNDER_WAY, [each.case.interview_id for each in people])
    runs = place.workflows("interview-") | place.workflows("score-")
    live = [key for key, run in runs.items() if run["runtimeStatus"] not in OVER]
    return [*(str(each) for (each,) in talks), *live]
