"""The OwnRows port, held against the fake and against the database, by the skills of two people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.adapters.supabase.own_rows import SupabaseOwnRows
from shared.adapters.supabase.rows import Rows
from shared.contracts.candidates import Skill
from shared.domain.identity import Person
from shared.domain.paging import Cut
from shared.errors import ConflictError, NotFoundError, PreconditionFailedError
from shared.ports.own_rows import OwnRows
from tests.contract import database
from tests.contract.hiring import a_person
from tests.fakes.own_rows import FakeOwnRows
from tests.supabase_stack import SupabaseStack

DEFAULTS = {"skill_type": None, "source": "manual", "proficiency_level": None}


@dataclass
class Shelf:
    rows: OwnRows[Skill]
    ada: Person
    grace: Person


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "fake":
        rows = FakeOwnRows(Skill, DEFAULTS, unique="skill_name")
        yield Shelf(rows, Person(uuid4(), "ada@example.com"), Person(uuid4(), "grace@example.com"))
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    try:
        yield Shelf(SupabaseOwnRows(Rows(rest), "candidate_skills", Skill), a_person(stack), a_person(stack))
    finally:
        await rest.close()


async def test_rows_are_found_by_whose_they_are_newest_first(shelf: Shelf) -> None:
    made = [await shelf.rows.add(shelf.ada, {"skill_name": name}) for name in ("Python", "SQL", "Go")]
    await shelf.rows.add(shelf.grace, {"skill_name": "Python"})

    page = await shelf.rows.page(shelf.ada, Cut(limit=2), {})
    rest = await shelf.rows.page(shelf.ada, Cut(limit=2, after=page.last), {})

    assert [each.skill_name for each in (*page.rows, *rest.rows)] == ["Go", "SQL", "Python"]
    assert rest.last is None
    assert await shelf.rows.one(shelf.ada, made[0].id) == made[0]
    assert (made[0].source, made[0].skill_type) == ("manual", None)


async def test_a_filter_narrows_and_none_does_not(shelf: Shelf) -> None:
    await shelf.rows.add(shelf.ada, {"skill_name": "Python", "skill_type": "hard"})
    await shelf.rows.add(shelf.ada, {"skill_name": "Writing", "skill_type": "soft"})

    soft = await shelf.rows.page(shelf.ada, Cut(), {"skill_type": "soft", "source": None})

    assert [each.skill_name for each in soft.rows] == ["Writing"]


async def test_another_persons_row_is_not_there(shelf: Shelf) -> None:
    theirs = await shelf.rows.add(shelf.grace, {"skill_name": "Python"})

    with pytest.raises(NotFoundError):
        await shelf.rows.one(shelf.ada, theirs.id)
    with pytest.raises(NotFoundError):
        await shelf.rows.change(shelf.ada, theirs.id, {"skill_name": "Go"}, None)
    with pytest.raises(NotFoundError):
        await shelf.rows.remove(shelf.ada, theirs.id, None)
    assert await shelf.rows.one(shelf.grace, theirs.id) == theirs


async def test_a_change_names_what_it_changes_and_makes_a_version(shelf: Shelf) -> None:
    made = await shelf.rows.add(shelf.ada, {"skill_name": "Python", "skill_type": "hard"})

    changed = await shelf.rows.change(shelf.ada, made.id, {"skill_type": None}, (made.updated_at,))

    assert (changed.skill_name, changed.skill_type) == ("Python", None)
    assert changed.updated_at > made.updated_at
    with pytest.raises(PreconditionFailedError):
        await shelf.rows.change(shelf.ada, made.id, {"skill_name": "Go"}, (made.updated_at,))
    stale = changed.updated_at - timedelta(microseconds=1)
    with pytest.raises(PreconditionFailedError):
        await shelf.rows.remove(shelf.ada, made.id, (stale,))


async def test_what_is_there_once_is_refused_a_second_time(shelf: Shelf) -> None:
    await shelf.rows.add(shelf.ada, {"skill_name": "Python"})

    with pytest.raises(ConflictError):
        await shelf.rows.add(shelf.ada, {"skill_name": "python"})


async def test_what_is_removed_is_gone(shelf: Shelf) -> None:
    made = await shelf.rows.add(shelf.ada, {"skill_name": "Python"})

    await shelf.rows.remove(shelf.ada, made.id, (made.updated_at,))

    with pytest.raises(NotFoundError, match="not found"):
        await shelf.rows.remove(shelf.ada, made.id, None)
