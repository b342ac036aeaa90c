"""Rows as a person sees them: pages, changes meant for one version, and whose rows they are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.rows import Rows
from shared.contracts.base import Contract
from shared.domain.identity import AppRole, Person
from shared.domain.paging import Cut, Order, Position, Sorted
from shared.domain.secret import Secret
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError, PreconditionFailedError
from tests.contract import database
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database

SKILLS = "candidate_skills"
MONDAY = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
BY_DEPARTMENT = Order("department", Sorted.TEXT, descending=False)
BY_PAY = Order("salary_range_min", Sorted.NUMBER)


class JobRoleRow(Contract):
    id: UUID
    title: str
    department: str | None
    created_at: datetime
    updated_at: datetime


class SkillRow(Contract):
    id: UUID
    skill_name: str
    skill_type: str | None
    created_at: datetime
    updated_at: datetime


@dataclass
class Office:
    rows: Rows
    recruiter: Person
    organisation_id: UUID
    stack: SupabaseStack

    def fill(self, *values: tuple[str, datetime, str | None, float | None]) -> None:
        with psycopg.connect(self.stack.database_url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into public.job_roles "
                "(organisation_id, title, created_at, department, salary_range_min) "
                "values (%s, %s, %s, %s, %s)",
                [(self.organisation_id, *each) for each in values],
            )

    async def titles(self, cut: Cut) -> list[str]:
        """Walk through all pages."""
        seen: list[str] = []
        while True:
            page = await self.rows.page(
                self.recruiter, "job_roles", JobRoleRow, cut, {"organisation_id": self.organisation_id}
            )
            assert len(page.rows) <= cut.limit
            seen += [each.title for each in page.rows]
            if page.last is None:
                return seen
            cut = Cut(cut.limit, cut.order, page.last)


def a_person(stack: SupabaseStack) -> Person:
    email = f"{uuid4()}@example.com"
    user_id, token = stack.sign_up(email)
    return Person(UUID(user_id), email, Secret(token))


@pytest.fixture
async def office(supabase: SupabaseStack) -> AsyncIterator[Office]:
    recruiter = a_person(supabase)
    membership = database.a_membership(supabase, recruiter.user_id, AppRole.ORG_RECRUITER)
    rest = database.rest_of(supabase)
    try:
        yield Office(Rows(rest), recruiter, membership.organisation_id, supabase)
    finally:
        await rest.close()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_give_each_row_once_in_order_also_where_times_are_equal(
    office: Office, limit: int
) -> None:
    times = [MONDAY, MONDAY, MONDAY, MONDAY + timedelta(microseconds=1), MONDAY - timedelta(days=1)]
    office.fill(*((f"t{number}", each, None, None) for number, each in enumerate(times)))

    seen = await office.titles(Cut(limit))

    assert sorted(seen) == [f"t{number}" for number in range(5)]
    assert seen[0] == "t3"
    assert seen[-1] == "t4"
    assert seen == await office.titles(Cut(100))


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("order", "expected"),
    [(BY_DEPARTMENT, ["comma", "plain", "quoted", "none"]), (BY_PAY, ["comma", "none", "plain", "quoted"])],
)
async def test_a_column_with_any_text_or_nothing_in_it_orders_too(
    office: Office, limit: int, order: Order, expected: list[str]
) -> None:
    office.fill(
        ("plain", MONDAY, 'b (x), "y"', 60_000),
        ("comma", MONDAY, "a,b.c", 80_000.5),
        ("quoted", MONDAY, 'b\\ "z")', None),
        ("none", MONDAY, None, 70_000),
    )

    assert await office.titles(Cut(limit, order)) == expected


async def test_what_is_added_meanwhile_moves_nothing(office: Office) -> None:
    office.fill(*((f"t{number}", MONDAY + timedelta(hours=number), None, None) for number in range(4)))
    wanted = {"organisation_id": office.organisation_id}
    first = await office.rows.page(office.recruiter, "job_roles", JobRoleRow, Cut(2), wanted)
    office.fill(("newer", MONDAY + timedelta(days=9), None, None))

    second = await office.rows.page(
        office.recruiter, "job_roles", JobRoleRow, Cut(2, after=first.last), wanted
    )

    assert [each.title for each in (*first.rows, *second.rows)] == ["t3", "t2", "t1", "t0"]
    assert second.last is None


async def test_the_total_counts_all_pages(office: Office) -> None:
    office.fill(*((f"t{number}", MONDAY, None, None) for number in range(5)))
    wanted = {"organisation_id": office.organisation_id}
    first = await office.rows.page(office.recruiter, "job_roles", JobRoleRow, Cut(2), wanted)

    second = await office.rows.page(
        office.recruiter, "job_roles", JobRoleRow, Cut(2, after=first.last, with_total=True), wanted
    )

    assert (first.total, second.total) == (None, 5)


async def test_a_place_in_a_list_of_another_organisation_shows_none_of_its_rows(office: Office) -> None:
    office.fill(("secret", MONDAY, None, None))
    stranger = a_person(office.stack)
    anywhere = Cut(after=Position("2030-01-01T00:00:00+00:00", uuid4()), with_total=True)

    page = await office.rows.page(stranger, "job_roles", JobRoleRow, anywhere, {})

    assert (page.rows, page.total) == ((), 0)
    with pytest.raises(NotFoundError):
        await office.rows.one(stranger, "job_roles", JobRoleRow, {"title": "secret"})


async def test_filters_take_operators_and_leave_out_what_is_not_asked(office: Office) -> None:
    office.fill(("old", MONDAY, "a", None), ("new", MONDAY + timedelta(days=1), "a", None))
    wanted = {
        "organisation_id": office.organisation_id,
        "created_at.gt": MONDAY.isoformat(),
        "department": None,
    }

    page = await office.rows.page(office.recruiter, "job_roles", JobRoleRow, Cut(), wanted)

    assert [each.title for each in page.rows] == ["new"]


async def test_a_row_is_added_changed_and_removed_as_the_caller(office: Office) -> None:
    made = await office.rows.add(office.recruiter, SKILLS, SkillRow, {"skill_name": "Python"})
    changed = await office.rows.change(
        office.recruiter, SKILLS, SkillRow, {"id": made.id}, {"skill_name": "Go"}, (made.updated_at,)
    )

    assert changed.skill_name == "Go"
    assert changed.updated_at > made.updated_at
    with pytest.raises(NotFoundError):
        await office.rows.remove(a_person(office.stack), SKILLS, {"id": made.id})
    await office.rows.remove(office.recruiter, SKILLS, {"id": made.id})
    with pytest.raises(NotFoundError):
        await office.rows.one(office.recruiter, SKILLS, SkillRow, {"id": made.id})


async def test_a_change_meant_for_an_older_version_is_refused_and_changes_nothing(office: Office) -> None:
    made = await office.rows.add(office.recruiter, SKILLS, SkillRow, {"skill_name": "Python"})
    wanted = {"id": made.id}
    now = await office.rows.change(office.recruiter, SKILLS, SkillRow, wanted, {"skill_name": "Go"})

    with pytest.raises(PreconditionFailedError):
        await office.rows.change(
            office.recruiter, SKILLS, SkillRow, wanted, {"skill_name": "Late"}, (made.updated_at,)
        )
    either = (made.updated_at, now.updated_at)
    kept = await office.rows.change(
        office.recruiter, SKILLS, SkillRow, wanted, {"skill_type": "hard"}, either
    )

    assert (kept.skill_name, kept.skill_type) == ("Go", "hard")


async def test_what_is_not_the_callers_to_add_is_forbidden(office: Office) -> None:
    stranger = a_person(office.stack)
    values = {"user_id": str(office.recruiter.user_id), "skill_name": "Python"}

    with pytest.raises(ForbiddenError):
        await office.rows.add(stranger, SKILLS, SkillRow, values)


async def test_what_a_check_of_the_table_refuses_is_invalid_input(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        await office.rows.add(office.recruiter, SKILLS, SkillRow, {"skill_name": " "})
