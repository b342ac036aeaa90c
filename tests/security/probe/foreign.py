"""What people of one organisation learn and do with ids of another: no more than with an unknown id.

The house says of a thing that is not yours that it is not yours (403), and of one that nobody knows that
it is not found (404). Neither may tell anything else, and what is documented as 404 is the same as unknown.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
import psycopg
from psycopg import sql

from shared.domain.identity import Principal
from tests.integration.database.world import key, rows
from tests.security.matrix.rules import Public, Rule, Rules
from tests.security.matrix.world import RED, World
from tests.security.probe.operations import IdParameter, Operation
from tests.security.probe.samples import Sample

FOREIGNERS: Final = ("blue admin", "blue recruiter", "blue candidate")
ABOUT_THE_REQUEST: Final = ("request_id", "instance")
FORBIDDEN: Final = {"type", "title", "status", "detail", "code"}
AT_ONCE: Final = 8

KNOWN: Final[dict[str, UUID]] = {
    "organisation_id": RED,
    "job_role_id": key("red", "job_roles"),
    "application_id": key("red", "applications"),
    "interview_id": key("red", "interviews"),
    "entity_id": key("red", "job_roles"),
    "user_id": key("red", "viewer"),
}
"""Real ids of the red organisation, for parameters that the requests of the matrix leave out."""


class NoSampleError(Exception):
    """An id that an operation takes, and of which no real one is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without what differs between any two answers."""

    status: int
    body: Any
    location: str = ""

    @classmethod
    def of(cls, response: httpx.Response) -> "Answer":
        return cls(response.status_code, _told(response), response.headers.get("location", ""))


def _told(response: httpx.Response) -> Any:
    if "json" not in response.headers.get("content-type", ""):
        return response.text
    body = response.json()
    return {n: v for n, v in body.items() if n not in ABOUT_THE_REQUEST} if isinstance(body, dict) else body


@dataclass(frozen=True, slots=True)
class Question:
    """One request about a thing of the red organisation, and the id in it that is looked at."""

    operation: Operation
    sample: Sample
    parameter: IdParameter
    rule: Rule

    def __str__(self) -> str:
        return f"{self.operation.name}: {self.parameter.name} in the {self.parameter.place}"

    @property
    def real(self) -> Sample:
        return self._with(str(self._sample()))

    def unknown(self, number: int) -> Sample:
        """The same with an id that nobody has."""
        return self._with(str(uuid5(RED, f"unknown {self} {number}")))

    def _with(self, value: str) -> Sample:
        return self.sample.changed(self.parameter.place, self.parameter.name, value)

    def _sample(self) -> object:
        """The real id: of the matrix's own request, or of the table."""
        found = self.sample.at(self.parameter.place).get(self.parameter.name)
        if found is None:
            found = KNOWN.get(self.parameter.name)
        if found is None:
            raise NoSampleError(f"{self}: no real id is known; name one in the matrix or in KNOWN")
        return found[0] if isinstance(found, list) else found


def questions(operation: Operation, world: World, rules: Rules) -> Iterator[Question]:
    """Every id that the operation takes, in every way in which the matrix asks it."""
    given = rules.get(operation.name)
    if given is None:
        raise NoSampleError(f"{operation.name} has no rule in the matrix")
    for rule in given if isinstance(given, tuple) else (given,):
        if isinstance(rule, Public):
            continue  # a service that proves itself, and belongs to nobody
        found = operation.ids()
        sample = Sample.of(operation.template, rule.arrange(world)) if found else None
        for parameter in found:
            assert sample
            question = Question(operation, sample, parameter, rule)
            question.real  # noqa: B018 - fails here, where no real id is known
            yield question


def verdict(foreign: Answer, unknown: Answer) -> str | None:
    """What the answer about a foreign thing tells beyond the one about an unknown thing; None if nothing."""
    if foreign == unknown:
        return None
    if foreign.status == 403 and unknown.status == 404:
        return _of_refusal(foreign.body)
    if foreign.status != unknown.status:
        return f"{foreign.status} for what is foreign, {unknown.status} for what is unknown: {foreign.body}"
    return f"the same status, another body: {foreign.body} and {unknown.body}"


def _of_refusal(body: Any) -> str | None:
    if not isinstance(body, dict) or body.get("code") != "forbidden" or set(body) != FORBIDDEN:
        return f"a refusal that says more than that: {body}"
    return None


def secrets_of_red() -> frozenset[str]:
    """What stands in rows of the red organisation and in none of the blue."""
    return frozenset(set(_texts(_all("red"))) - set(_texts(_all("blue"))))


def _all(tenant: str) -> list[Any]:
    people = ("candidate", "viewer", "recruiter", "admin")
    return [rows(tenant), [key(tenant, name) for name in (*rows(tenant), *people)]]


def _texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case UUID() | str():
            yield str(value)


@dataclass
class Inquiry:
    """Asks the questions as strangers to the red organisation, and keeps what they learn."""

    client: httpx.AsyncClient
    personas: dict[str, Principal]
    proof: dict[str, dict[str, str]]
    secrets: frozenset[str]
    asked: int = 0
    learnt: list[str] = field(default_factory=list)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def about(self, questions: list[Question]) -> None:
        async with asyncio.TaskGroup() as together:
            for number, question in enumerate(questions):
                for persona, principal in self.personas.items():
                    if question.rule.is_list or not question.rule.allows(principal):
                        together.create_task(self._ask(question, persona, number))

    async def _ask(self, question: Question, persona: str, number: int) -> None:
        async with self._room:
            foreign = await self._send(question, question.real, persona)
            unknown = await self._send(question, question.unknown(number), persona)
        self.asked += 2
        if (more := verdict(foreign, unknown)) is not None:
            self.learnt.append(f"{question} as {persona}: {more}")
        said = json.dumps([foreign.body, foreign.location])
        own = json.dumps(question.real.parts())
        self.learnt += [
            f"{question} as {persona}: received {each}"
            for each in self.secrets
            if each in said and each not in own
        ]

    async def _send(self, question: Question, sample: Sample, persona: str) -> Answer:
        response = await self.client.request(
            question.operation.method,
            sample.address(question.operation.template),
            params=sample.query,
            headers=sample.headers | self.proof[persona],
            json=sample.body,
        )
        return Answer.of(response)


def checksums(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """One for the rows of each table."""
    tables = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by tablename"
    ).fetchall()
    return {name: _checksum(connection, name) for (name,) in tables}


def _checksum(connection: psycopg.Connection[Any], table: str) -> str:
    # that somebody was refused is written down; nothing else may be
    rest = sql.SQL("where action <> 'auth.access_denied'" if table == "audit_log" else "")
    query = sql.SQL("select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from public.{} t {}")
    row = connection.execute(query.format(sql.Identifier(table), rest)).fetchone()
    return str(row[0]) if row else ""
