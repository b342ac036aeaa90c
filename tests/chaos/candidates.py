"""Simulated candidates: each lives through one interview, and calls again as a good frontend does.

What they were told is remembered, to be held against what was kept. Who falls silent does nothing more;
that time goes by for them is written into the database, as no test can wait for a quarter of an hour.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import cycle, islice
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.chaos.form import Form
from tests.chaos.place import QUESTIONS, Place
from tests.crowd import Case

ANSWERS: Final = (
    "I have written payment services in Python for four years, mostly alone on the database side.",
    (
        "In March checkouts were slow. I read the plan, found a missing index, added it on a copy, "
        "measured again, and the slowest requests fell from four seconds to two hundred milliseconds."
    ),
    "No, thank you, that was all.",
)
assert len(ANSWERS) == len(QUESTIONS)

ANSWERED_WITHIN: Final = 35.0  # longer than a turn may take
AGAIN_AFTER: Final = (0.2, 1.0)


class Manner(StrEnum):
    """How somebody's interview comes to its end."""

    ANSWERS_ALL = "answers all"
    ENDS_IT = "ends it"
    RUNS_OUT = "runs out of time"
    FALLS_SILENT = "falls silent"
    DROPS = "drops out"
    IS_CANCELLED = "is cancelled"
    WITHDRAWS = "withdraws"


ENDS: Final[dict[Manner, tuple[str, str | None]]] = {
    Manner.ANSWERS_ALL: ("completed", "finished"),
    Manner.ENDS_IT: ("completed", "ended_by_candidate"),
    Manner.RUNS_OUT: ("completed", "time_up"),
    Manner.FALLS_SILENT: ("completed", "idle"),
    Manner.DROPS: ("completed", "disconnected"),
    Manner.IS_CANCELLED: ("cancelled", None),
    Manner.WITHDRAWS: ("cancelled", "withdrawn"),
}
BY_ITSELF: Final = {Manner.RUNS_OUT: 2, Manner.FALLS_SILENT: 3, Manner.IS_CANCELLED: 0}
"""What the interviewer says that is no reply: the opening, once whether one is there, and that it ends."""
# every manner once, and then as they are met
SHARES: Final = (*Manner, *[Manner.ANSWERS_ALL] * 8, *[Manner.ENDS_IT] * 2, *list(Manner)[2:5])

OVERTIME: Final = 25 * 60  # seconds; the budget is fifteen minutes, and what was given back
ABSENT: Final = 320
SILENT: Final = 130
SILENT_FOR_LONG: Final = 400
SILENT_SINCE_ASKED: Final = 190

AGED: Final = """
with aged as (select %(id)s::uuid as id, now() - make_interval(secs => %(seconds)s) as latest),
talk as (
  update public.interviews as known
  set
    started_at = least(known.started_at, aged.latest),
    last_seen_at = least(known.last_seen_at, case when %(absent)s then aged.latest end)
  from aged
  where known.id = aged.id and known.status = 'in_progress'
),
vigil as (
  update private.vigils as known
  set
    active_at = case when known.active_at is not null then least(known.active_at, aged.latest) end,
    away_until = case when known.away_until is not null then least(known.away_until, aged.latest) end,
    reprompted_at = case when known.reprompted_at is not null
      then least(known.reprompted_at, now() - make_interval(secs => %(asked_again)s)) end
  from aged
  where known.talk_id = aged.id
)
update public.interview_turns as known
set
  created_at = least(known.created_at, aged.latest),
  committed_at = case when known.committed_at is not null then least(known.committed_at, aged.latest) end,
  lease_expires_at = least(known.lease_expires_at, aged.latest)
from aged
where known.interview_id = aged.id
"""
REPROMPTED: Final = "select count(*) from private.vigils where talk_id = %s and reprompted_at is not null"


class GaveUpError(Exception):
    """A caller was refused for good, or was told to come back for too long."""


@dataclass(frozen=True, slots=True)
class Said:
    turn_id: str
    answer: str
    reply: str


@dataclass
class Candidate:
    number: int
    case: Case
    manner: Manner
    form: Form
    place: Place
    said: list[Said] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Answers of which nobody heard what became: they may be kept, once."""
    calls: Counter[str] = field(default_factory=Counter)
    trouble: str | None = None

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.form.seed}/{self.number}")  # noqa: S311 - drawn again from the seed
        self._interview = f"/api/v1/interview/{self.case.interview_id}"

    @property
    def is_told_to_look(self) -> bool:
        """Every second lifecycle looks in its own time; that of who is silent has to look twice."""
        return self.form.hurried or self.manner is Manner.FALLS_SILENT or self.number % 2 == 0

    def live(self) -> None:
        try:
            self._pause(*self.form.arriving)
            self._live()
        except GaveUpError as error:
            self.trouble = str(error)

    def _live(self) -> None:
        if self.manner is Manner.IS_CANCELLED:
            self.case = replace(self.case, token=self.place.crowd.recruiter())
            self._until_it_is("cancelled", f"{self._interview}/cancel", {"reason": "The role is filled."})
            return
        self._start()
        for number in range(self._answers()):
            self._think()
            self._answer(number)
        match self.manner:
            case Manner.ENDS_IT:
                self._think()
                self._twice("POST", f"{self._interview}/end", {})
            case Manner.WITHDRAWS:
                self._think()
                path = f"/api/v1/applications/{self.case.application_id}/withdraw"
                self._until_it_is("cancelled", path, {})
            case Manner.DROPS:
                self._vanish()
        self._wait_for_the_end()

    def _answers(self) -> int:
        if self.manner is Manner.ANSWERS_ALL:
            return len(QUESTIONS)
        if self.manner is Manner.DROPS:
            return len(QUESTIONS) - 2  # and one that is lost, which must not be the last
        return self._chance.randint(1, len(QUESTIONS) - 1)

    def _think(self) -> None:
        self._pause(*self.form.thinking)

    def _pause(self, shortest: float, longest: float) -> None:
        if self.place.over.wait(self._chance.uniform(shortest, longest)):
            raise GaveUpError("the trial was broken off")

    # ---- what they do ----

    def _start(self) -> None:
        self._twice("POST", f"{self._interview}/start", {})
        if self._chance.random() < 0.3:
            self.place.tell(self.case.interview_id, "ended")  # too early

    def _answer(self, number: int) -> None:
        turn_id = f"t-{number}"
        words = f"{ANSWERS[number]} This is answer {number} of candidate {self.number}."
        body = {"interview_id": str(self.case.interview_id), "message": words, "turn_id": turn_id}
        turn = self._twice("POST", "/api/v1/interview/chat", body)
        self.said.append(Said(turn_id, words, turn["response"]))

    def _vanish(self) -> None:
        """In the middle of a turn."""
        words = f"And then the line broke for candidate {self.number}."
        self.lost.append(words)
        body = {"interview_id": str(self.case.interview_id), "message": words, "turn_id": "t-lost"}
        try:
            self._send("POST", "/api/v1/interview/chat", body, within=0.02)
        except httpx.TransportError:
            return

    def _until_it_is(self, status: str, path: str, body: dict[str, Any]) -> None:
        """Sent again, it may be refused because it is done: whoever is unsure looks."""
        key = str(uuid4())
        for refused in self._tries("POST", path, body, key):
            if refused is None or self._call("GET", self._interview)["status"] == status:
                return
            if refused.status_code != 409:
                raise GaveUpError(f"POST {path}: {refused.status_code} {refused.text}")

    def _wait_for_the_end(self) -> None:
        """Time goes by for who is silent, and nobody comes."""
        for _ in self._patience(f"{self.manner} and is not at an end"):
            if self._status() != "in_progress":
                return
            match self.manner:
                case Manner.RUNS_OUT:
                    self._age(OVERTIME)
                case Manner.DROPS:
                    self._age(ABSENT, absent=True)
                case Manner.FALLS_SILENT:
                    self._call("GET", f"{self._interview}/progress")  # the browser is still there
                    is_asked_again = self.place.one(REPROMPTED, self.case.interview_id)
                    self._age(SILENT_FOR_LONG if is_asked_again else SILENT)
            if self.is_told_to_look:
                self.place.tell(self.case.interview_id, "ended")
            self._think()

    def _age(self, seconds: int, *, absent: bool = False) -> None:
        self.place.rows(
            AGED, id=self.case.interview_id, seconds=seconds, absent=absent, asked_again=SILENT_SINCE_ASKED
        )

    def _status(self) -> str:
        told: str = self.place.one(
            "select status from public.interviews where id = %s", self.case.interview_id
        )
        return told

    # ---- how they call ----

    def _twice(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Some send it once more although it was answered; what they are told is the same."""
        told = self._call(method, path, body)
        if self._chance.random() < 0.3:
            again = self._call(method, path, body)
            if again.get("response") != told.get("response"):
                raise GaveUpError(f"{path} was answered differently the second time")
        return told

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """What it is answered in the end."""
        for refused in self._tries(method, path, body, str(uuid4())):
            if refused is not None:
                raise GaveUpError(f"{method} {path}: {refused.status_code} {refused.text}")
        return self._told

    def _tries(
        self, method: str, path: str, body: dict[str, Any] | None, key: str
    ) -> Iterator[httpx.Response | None]:
        """Call until somebody answers: gives None once it was done, and each refusal that is not for now."""
        for _ in self._patience(f"{method} {path} is not answered"):
            self.calls["all"] += 1
            try:
                answer = self._send(method, path, body, key=key)
            except httpx.TransportError:
                self.calls["broken off"] += 1
                continue
            if answer.is_success:
                self._told: dict[str, Any] = answer.json()
                yield None
                return
            if answer.status_code == 429 or answer.status_code >= 500:
                self.calls["told to come back"] += 1
                continue
            if answer.status_code == 409 and self.form.hurried:
                self._end_leases(key)
            if answer.status_code == 409 and answer.json()["code"] == "turn_in_progress":
                self.calls["told to come back"] += 1
                continue
            yield answer

    def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        *,
        key: str | None = None,
        within: float = ANSWERED_WITHIN,
    ) -> httpx.Response:
        headers = self.case.headers | ({"Idempotency-Key": key} if key else {})
        return httpx.request(method, self.place.url + path, json=body, headers=headers, timeout=within)

    def _end_leases(self, key: str) -> None:
        """What half a minute of waiting would do, for who was cut off by a kill."""
        self.place.rows(
            "update public.interview_turns set lease_expires_at = now() "
            "where state = 'open' and interview_id = %s",
            self.case.interview_id,
        )
        self.place.rows("update private.idempotency_keys set lease_expires_at = now() where key = %s", key)

    def _patience(self, what_for: str) -> Iterator[None]:
        deadline = time.monotonic() + self.form.patience_seconds
        while time.monotonic() < deadline:
            yield
            self._pause(*AGAIN_AFTER)
        raise GaveUpError(f"{what_for} after {self.form.patience_seconds:.0f} s")


def candidates(form: Form, place: Place) -> list[Candidate]:
    """One for each interview, of every manner; who behaves how is drawn from the seed."""
    manners = list(islice(cycle(SHARES), form.interviews))
    random.Random(form.seed).shuffle(manners)  # noqa: S311 - likewise
    cases = place.crowd.cases(form.interviews, started=False)
    return [
        Candidate(number, case, manner, form, place)
        for number, (case, manner) in enumerate(zip(cases, manners, strict=True))
    ]
