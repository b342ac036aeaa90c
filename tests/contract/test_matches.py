"""The Matches port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.matches import SupabaseMatches
from shared.domain.resume.fields import Month, Span
from shared.domain.resume.match import (
    WEIGHTS_VERSION,
    Level,
    MatchResult,
    Requirement,
    RequirementKind,
    RequirementMatch,
    Shown,
)
from shared.errors import NotFoundError
from shared.ports.matches import Matches
from tests.contract import database
from tests.contract.hiring import People
from tests.fakes.matches import FakeMatches
from tests.supabase_stack import SupabaseStack

ASKED = {"technical_skills": ["Python"], "experience_years": 3}
ONE, OTHER = "a" * 64, "b" * 64
RESULT = MatchResult(
    items=(
        RequirementMatch(
            Requirement(RequirementKind.TECHNICAL_SKILL, "Python", Level.MUST), Shown.MET, (Span(3, 9),), 12
        ),
        RequirementMatch(
            Requirement(RequirementKind.EXPERIENCE_YEARS, "3 years of experience", Level.MUST, 3.0),
            Shown.PARTLY,
            (Span(10, 20),),
            24,
        ),
    ),
    score=62.5,
    months_of_experience=24,
    as_of=Month(2026, 11),
    weights_version=WEIGHTS_VERSION,
    model_version="large",
    prompt_version="1",
)


@dataclass
class Desk:
    """Matches of one application, and the score that it has."""

    matches: Matches
    application_id: UUID
    score: Callable[[], Any]


def over(stack: SupabaseStack, matches: Matches) -> Desk:
    people, role_id, application_id = People.of(stack), uuid4(), uuid4()

    def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(stack.database_url) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    run(
        "insert into public.job_roles (id, organisation_id, title, requirements) "
        "values (%s, %s, 'Engineer', %s)",
        role_id,
        people.organisation_id,
        Jsonb(ASKED),
    )
    run("update public.job_roles set status = 'active' where id = %s", role_id)
    run(
        "insert into public.applications (id, job_role_id, candidate_id) values (%s, %s, %s)",
        application_id,
        role_id,
        people.candidate.user_id,
    )

    def score() -> Any:
        [(found,)] = run("select match_score from public.applications where id = %s", application_id)
        return None if found is None else float(found)

    return Desk(matches, application_id, score)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        matches, application_id = FakeMatches(), uuid4()
        matches.ask(application_id, ASKED)
        yield Desk(matches, application_id, lambda: matches.scores.get(application_id))
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    yield over(stack, SupabaseMatches(RestFunctions(rest)))
    await rest.close()


async def test_the_role_says_what_it_asks_for(desk: Desk) -> None:
    found = await desk.matches.asked_for(desk.application_id)

    assert (found.requirements, tuple(found.expectations)) == (ASKED, ())


async def test_what_is_kept_comes_back_as_it_was_and_is_the_score(desk: Desk) -> None:
    assert await desk.matches.kept(desk.application_id, ONE) is None

    assert await desk.matches.keep(desk.application_id, ONE, RESULT) == RESULT
    assert await desk.matches.kept(desk.application_id, ONE) == RESULT
    assert desk.score() == 62.5


async def test_the_first_of_two_stands(desk: Desk) -> None:
    await desk.matches.keep(desk.application_id, ONE, RESULT)

    assert await desk.matches.keep(desk.application_id, ONE, replace(RESULT, score=10.0)) == RESULT
    assert desk.score() == 62.5


async def test_looking_at_an_earlier_one_makes_it_the_score_again(desk: Desk) -> None:
    await desk.matches.keep(desk.application_id, ONE, RESULT)
    await desk.matches.keep(desk.application_id, OTHER, replace(RESULT, score=None))
    assert desk.score() is None

    await desk.matches.kept(desk.application_id, ONE)

    assert desk.score() == 62.5


async def test_an_unknown_application_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.matches.asked_for(uuid4())
    with pytest.raises(NotFoundError):
        await desk.matches.keep(uuid4(), ONE, RESULT)
    assert await desk.matches.kept(uuid4(), ONE) is None
