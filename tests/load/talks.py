"""Whole interviews, by so many people at a time: whoever is done begins the next one.

Each answer is streamed, and sent when the one before was answered and thought about. What each was told
is remembered, for the ledger.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import httpx

from tests.chaos.candidates import Candidate, Manner, Said
from tests.chaos.form import short
from tests.crowd import Case
from tests.e2e.talk import ANSWERS
from tests.load.form import QUESTIONS, Form
from tests.load.place import Place
from tests.load.records import Call, Part, Route

WITHIN: Final = 60.0
ENDS_IT_EVERY: Final = 3
"""Every third ends it on their own after half of the questions; the others answer all."""


class FaultError(Exception):
    """A call was answered in another way than it should have been."""


@dataclass
class Talks:
    form: Form
    place: Place
    invited: Sequence[Case]
    people: list[Candidate] = field(default_factory=list)
    """Everybody who began an interview."""
    calls: list[Call] = field(default_factory=list)
    degraded: int = 0
    """Turns in which the planned words were said, because the model could not word them."""

    async def hold(self) -> None:
        """Nobody begins another one when the time is over; who is in one ends it."""
        unused = iter(self.invited)
        ends_at = time.monotonic() + self.form.seconds
        async with httpx.AsyncClient(base_url=self.place.url, timeout=WITHIN) as client:

            async def talker(number: int) -> None:
                chance = random.Random(f"{self.form.seed}/{number}")  # noqa: S311 - drawn again from the seed
                await asyncio.sleep(number / self.form.talkers * self.form.answering[0])
                while time.monotonic() < ends_at:
                    await self._live(client, self._next(next(unused)), chance)

            await asyncio.gather(*(talker(number) for number in range(self.form.talkers)))

    def _next(self, case: Case) -> Candidate:
        number = len(self.people)
        manner = Manner.ENDS_IT if number % ENDS_IT_EVERY == 0 else Manner.ANSWERS_ALL
        self.people.append(Candidate(number, case, manner, short(self.form.seed), self.place))
        return self.people[-1]

    async def _live(self, client: httpx.AsyncClient, person: Candidate, chance: random.Random) -> None:
        path = f"/api/v1/interview/{person.case.interview_id}"
        try:
            await self._post(client, Route.START, f"{path}/start", person)
            for number in range(QUESTIONS // 2 if person.manner is Manner.ENDS_IT else QUESTIONS):
                await asyncio.sleep(chance.uniform(*self.form.answering))
                await self._answer(client, person, number)
            if person.manner is Manner.ENDS_IT:
                await self._post(client, Route.END, f"{path}/end", person)
        except FaultError as error:
            person.trouble = str(error)

    async def _post(self, client: httpx.AsyncClient, route: Route, path: str, person: Candidate) -> None:
        made = Making(route)
        try:
            answer = await client.post(path, json={}, headers=person.case.headers)
        except httpx.TransportError as error:
            raise self._faulty(made, 0, type(error).__name__) from None
        if answer.status_code != 200:
            raise self._faulty(made, answer.status_code, answer.text)
        self.calls.append(made.call(200))

    async def _answer(self, client: httpx.AsyncClient, person: Candidate, number: int) -> None:
        turn_id = f"t-{number}"
        words = f"{ANSWERS[number]} This is answer {number} of candidate {person.number}."
        body = {"interview_id": str(person.case.interview_id), "message": words, "turn_id": turn_id}
        made = Making(Route.STREAM)
        try:
            async with client.stream(
                "POST", "/api/v1/interview/chat/stream", json=body, headers=person.case.headers
            ) as answer:
                if answer.status_code != 200:
                    raise self._faulty(made, answer.status_code, (await answer.aread()).decode())
                done = await self._heard(made, answer)
        except httpx.TransportError as error:
            raise self._faulty(made, 0, type(error).__name__) from None
        self.degraded += bool(done["degraded"])
        person.said.append(Said(turn_id, words, done["response"]))
        self.calls.append(made.call(200, turn=(str(person.case.interview_id), turn_id)))

    async def _heard(self, made: "Making", answer: httpx.Response) -> dict[str, Any]:
        pieces = []
        async for name, told in _events(answer):
            match name:
                case "token":
                    made.hears()
                    pieces.append(told["content"])
                case "done" if "".join(pieces) == told["response"]:
                    return told
                case _:
                    raise self._faulty(
                        made, 200, f"{name} {told.get('code', 'that is not what was streamed')}"
                    )
        raise self._faulty(made, 200, "the stream ended without done")

    def _faulty(self, made: "Making", status: int, fault: str) -> FaultError:
        self.calls.append(made.call(status, fault=fault[:200]))
        return FaultError(f"{made.route}: {status} {fault}")


class Making:
    """A call that is being made."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self._at, self._began = time.time(), time.perf_counter()
        self._first: float | None = None

    def hears(self) -> None:
        if self._first is None:
            self._first = 1000 * (time.perf_counter() - self._began)

    def call(self, status: int, *, fault: str | None = None, turn: tuple[str, str] | None = None) -> Call:
        took = 1000 * (time.perf_counter() - self._began)
        return Call(self._at, self.route, Part.TALK, took, status, fault, turn, self._first)


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def ids(people: Sequence[Candidate]) -> list[UUID]:
    return [each.case.interview_id for each in people]
