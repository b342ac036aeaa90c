"""The Candidates port, held against the fake and against the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.candidates import SupabaseCandidates
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.rows import Rows
from shared.contracts.candidates import Feedback
from shared.domain.identity import AppRole, Person
from shared.domain.paging import Cut, Order
from shared.domain.visibility import PART_OF, Part, switches
from shared.errors import ConflictError, PreconditionFailedError
from shared.ports.candidates import Candidates
from tests.contract import database
from tests.contract.hiring import a_person, a_role
from tests.fakes.candidates import FakeCandidates
from tests.supabase_stack import SupabaseStack

BY_TIME = Cut(order=Order("at"))


@dataclass
class Registry:
    """Kim has applied to the organisation of the recruiter; `tell` gives Kim feedback."""

    candidates: Candidates
    kim: Person
    recruiter: Person
    set_review: Callable[[str], None]
    tell: Callable[[str], UUID]


def fake() -> Registry:
    candidates = FakeCandidates()
    kim = Person(uuid4(), "kim@example.org")

    def set_review(status: str) -> None:
        profile = candidates.profiles[kim.user_id]
        candidates.profiles[kim.user_id] = profile.model_copy(update={"profile_review_status": status})

    def tell(text: str) -> UUID:
        told = Feedback(interview_id=uuid4(), role_title="Engineer", text=text, at=datetime.now(UTC))
        candidates.feedbacks.setdefault(kim.user_id, []).append(told)
        return told.interview_id

    return Registry(candidates, kim, Person(uuid4(), "r@example.org"), set_review, tell)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def registry(request: pytest.FixtureRequest) -> AsyncIterator[Registry]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    kim, recruiter = a_person(stack), a_person(stack)
    membership = database.a_membership(stack, recruiter.user_id, AppRole.ORG_RECRUITER)
    role = a_role(stack, membership.organisation_id)
    rest = database.rest_of(stack)
    connection = psycopg.connect(stack.database_url, autocommit=True)
    connection.execute("select public.create_application(%s, %s)", (kim.user_id, role))

    def past_triggers(statement: str, *values: object) -> None:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement.encode(), values)
        connection.execute("set session_replication_role = origin")

    def set_review(status: str) -> None:
        past_triggers(
            "update public.candidate_profiles set profile_review_status = %s where user_id = %s",
            status,
            kim.user_id,
        )

    def tell(text: str) -> UUID:
        interview = uuid4()
        past_triggers(
            "update public.applications set status = 'reviewed' where candidate_id = %s", kim.user_id
        )
        past_triggers(
            "insert into public.interviews (id, application_id, status, started_at, ended_at, end_reason) "
            "select %s, id, 'completed', now(), now(), 'finished' from public.applications "
            "where candidate_id = %s",
            interview,
            kim.user_id,
        )
        past_triggers(
            "insert into public.interview_scores (interview_id, run_number, is_current, status, "
            "overall_score, candidate_feedback, completed_at) "
            "values (%s, 1, true, 'completed', 80, %s, clock_timestamp())",
            interview,
            text,
        )
        return interview

    try:
        yield Registry(SupabaseCandidates(Rows(rest), RestFunctions(rest)), kim, recruiter, set_review, tell)
    finally:
        connection.close()
        await rest.close()


async def test_a_profile_is_there_from_its_first_use(registry: Registry) -> None:
    first, second = await asyncio.gather(
        registry.candidates.profile(registry.kim), registry.candidates.profile(registry.kim)
    )

    assert first == second
    assert (first.user_id, first.email, first.country) == (
        registry.kim.user_id,
        registry.kim.email,
        "Australia",
    )
    assert first.visibility_settings.model_dump() == switches({})


async def test_a_change_is_kept_and_meant_for_one_version(registry: Registry) -> None:
    profile = await registry.candidates.profile(registry.kim)

    changed = await registry.candidates.change_profile(
        registry.kim, {"first_name": "Kim", "gpa_wam": 82.5}, (profile.updated_at,)
    )

    assert (changed.first_name, changed.gpa_wam) == ("Kim", 82.5)
    assert await registry.candidates.profile(registry.kim) == changed
    with pytest.raises(PreconditionFailedError):
        await registry.candidates.change_profile(registry.kim, {"first_name": "Other"}, (profile.updated_at,))


async def test_a_profile_is_confirmed_once_and_not_while_its_cv_is_read(registry: Registry) -> None:
    await registry.candidates.profile(registry.kim)
    registry.set_review("pending_parse")
    with pytest.raises(ConflictError):
        await registry.candidates.confirm_profile(registry.kim)
    registry.set_review("needs_confirmation")

    await registry.candidates.confirm_profile(registry.kim)
    first = await registry.candidates.profile(registry.kim)
    await registry.candidates.confirm_profile(registry.kim)

    assert first.profile_review_status == "confirmed"
    assert first.profile_confirmed_at is not None
    assert (await registry.candidates.profile(registry.kim)).profile_review_status == "confirmed"


async def test_diversity_answers_are_put_replaced_and_withdrawn(registry: Registry) -> None:
    candidates, kim = registry.candidates, registry.kim
    nothing = dict.fromkeys(["gender", "ethnicity", "disability_status", "veteran_status", "lgbtq_status"])
    assert await candidates.diversity(kim) is None

    await candidates.answer_diversity(kim, nothing | {"gender": "woman"})
    replaced = await candidates.answer_diversity(kim, nothing | {"ethnicity": "Yolngu"})

    assert (replaced.gender, replaced.ethnicity) == (None, "Yolngu")
    assert await candidates.diversity(kim) == replaced
    assert await candidates.diversity(registry.recruiter) is None
    for _ in range(2):
        await candidates.withdraw_diversity(kim)
    assert await candidates.diversity(kim) is None


async def test_feedback_is_ones_own_and_newest_first(registry: Registry) -> None:
    assert (await registry.candidates.feedback(registry.kim, BY_TIME, None)).rows == ()
    first = registry.tell("You were concrete.")
    second = registry.tell("You measured first.")

    page = await registry.candidates.feedback(registry.kim, BY_TIME, None)
    one = await registry.candidates.feedback(registry.kim, BY_TIME, first)

    assert [each.interview_id for each in page.rows] == [second, first]
    assert [each.text for each in one.rows] == ["You were concrete."]
    assert (await registry.candidates.feedback(registry.recruiter, BY_TIME, None)).rows == ()


FULL = {
    "first_name": "Kim",
    "last_name": "Lee",
    "email": "kim@example.org",
    "phone": "0400",
    "suburb": "Newtown",
    "state": "NSW",
    "postcode": "2042",
    "linkedin_url": "https://example.org/in/kim",
    "portfolio_url": "https://kim.example.org",
    "gpa_wam": 80,
    "availability": "immediate",
}


@pytest.mark.parametrize("part", [None, *Part])
async def test_organisations_see_what_is_switched_on(registry: Registry, part: Part | None) -> None:
    """One switch turned round at a time."""
    chosen = {part.value: not switches({})[part]} if part else {}
    await registry.candidates.profile(registry.kim)
    await registry.candidates.change_profile(registry.kim, FULL | {"visibility_settings": chosen}, None)

    seen = await registry.candidates.seen(registry.recruiter, registry.kim.user_id)

    assert seen
    shown = switches(chosen)
    for name in FULL:
        is_shown = name not in PART_OF or shown[PART_OF[name]]
        assert (getattr(seen, name) is not None) is is_shown, name


@pytest.mark.parametrize("visibility", ["hidden", "paused"])
async def test_who_hides_is_not_seen_at_all(registry: Registry, visibility: str) -> None:
    await registry.candidates.profile(registry.kim)
    await registry.candidates.change_profile(registry.kim, {"profile_visibility": visibility}, None)

    assert await registry.candidates.seen(registry.recruiter, registry.kim.user_id) is None
    assert await registry.candidates.seen(registry.recruiter, uuid4()) is None
