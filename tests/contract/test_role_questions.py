"""The RoleQuestions port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from shared.adapters.supabase.role_questions import SupabaseRoleQuestions
from shared.domain.interview.plan import Plan
from shared.domain.interview.planning import RoleBrief, compose
from shared.domain.interview.questions import Origin, QuestionSet, RoleFacts, Sources
from shared.errors import ConflictError, NotFoundError
from shared.ports.role_questions import RoleQuestions
from tests.contract import database
from tests.fakes.role_questions import FakeInterview, FakeRoleQuestions
from tests.supabase_stack import SupabaseStack

REQUIREMENTS = {"technical_skills": ["Python"]}
STRUCTURE = {"question_count": 6}


@dataclass
class Office:
    """A source of questions, and how a test brings roles and interviews about."""

    questions: RoleQuestions
    a_role: Callable[[], UUID]
    a_recruiter_of: Callable[[UUID], UUID]
    an_interview: Callable[[UUID], UUID]
    begin: Callable[[UUID, Plan, list[int]], None]


def fake() -> Office:
    kept = FakeRoleQuestions()

    def a_role() -> UUID:
        role = RoleFacts(uuid4(), "Engineer", REQUIREMENTS, STRUCTURE)
        kept.roles[role.job_role_id] = role
        return role.job_role_id

    def an_interview(role_id: UUID) -> UUID:
        interview_id = uuid4()
        kept.interviews[interview_id] = FakeInterview(role_id, ("Python", "Go"))
        return interview_id

    def begin(interview_id: UUID, plan: Plan, asked: list[int]) -> None:
        found = kept.interviews[interview_id]
        found.plan, found.asked, found.status = plan, frozenset(asked), "in_progress"

    return Office(kept, a_role, lambda _: uuid4(), an_interview, begin)


def over(stack: SupabaseStack, questions: RoleQuestions) -> Office:
    def run(statement: str, *values: object) -> UUID:
        with psycopg.connect(stack.database_url) as connection:
            row = connection.execute(statement.encode(), values).fetchone()
            assert row
            found: UUID = row[0]
            return found

    def a_role() -> UUID:
        organisation = run("insert into public.organisations (name) values ('Acme') returning id")
        role_id = run(
            "insert into public.job_roles (organisation_id, title, requirements, interview_structure) "
            "values (%s, 'Engineer', %s, %s) returning id",
            organisation,
            Jsonb(REQUIREMENTS),
            Jsonb(STRUCTURE),
        )
        return run("update public.job_roles set status = 'active' where id = %s returning id", role_id)

    def a_recruiter_of(role_id: UUID) -> UUID:
        person = database.a_person(stack)
        run(
            "insert into public.org_users (organisation_id, user_id, role) "
            "select organisation_id, %s, 'org_recruiter' from public.job_roles where id = %s "
            "returning user_id",
            person,
            role_id,
        )
        return person

    def an_interview(role_id: UUID) -> UUID:
        candidate = database.a_person(stack)
        for skill in ("Python", "Go"):
            run(
                "insert into public.candidate_skills (user_id, skill_name) values (%s, %s) returning id",
                candidate,
                skill,
            )
        application = run(
            "insert into public.applications (job_role_id, candidate_id) values (%s, %s) returning id",
            role_id,
            candidate,
        )
        return run(
            "select (public.create_invitation(application_id => %s, caller_id => null, token_hash => %s, "
            "candidate_email => 'kim@example.org') ->> 'interview_id')::uuid",
            application,
            uuid4().hex * 2,
        )

    def begin(interview_id: UUID, plan: Plan, asked: list[int]) -> None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute(
                "select public.start_interview(interview_id => %s, caller_id => application.candidate_id, "
                "opening => 'Welcome.', plan => %s, progress => %s) from public.interviews as interview "
                "join public.applications as application on application.id = interview.application_id "
                "where interview.id = %s",
                (
                    interview_id,
                    Jsonb(plan.as_facts()),
                    Jsonb({"asked": asked, "questions_asked": len(asked)}),
                    interview_id,
                ),
            )

    return Office(questions, a_role, a_recruiter_of, an_interview, begin)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield over(stack, SupabaseRoleQuestions(functions))


def composed(title: str = "Engineer", origin: Origin = Origin.COMPOSED) -> QuestionSet:
    return QuestionSet(compose(RoleBrief(title=title)), origin, Sources("pack", "1.0.0"))


async def test_a_role_is_found_with_what_its_questions_are_chosen_from(office: Office) -> None:
    role = await office.questions.role(office.a_role())

    assert (role.title, role.requirements, role.structure) == ("Engineer", REQUIREMENTS, STRUCTURE)
    assert await office.questions.current(role) is None
    with pytest.raises(NotFoundError):
        await office.questions.role(uuid4())


async def test_what_is_settled_first_stands_and_comes_back_as_it_was(office: Office) -> None:
    role = await office.questions.role(office.a_role())

    first = await office.questions.settle(role, composed())
    again = await office.questions.settle(role, composed("Baker"))

    assert (first.version, first.used) == (1, False)
    assert again == first == await office.questions.current(role)
    assert first.questions == composed()


async def test_a_model_may_work_on_what_was_only_composed(office: Office) -> None:
    role = await office.questions.role(office.a_role())
    await office.questions.settle(role, composed())

    better = await office.questions.settle(role, composed("Senior engineer", Origin.MODEL))

    assert (better.version, better.questions.origin) == (2, Origin.MODEL)
    assert (await office.questions.settle(role, composed("Other", Origin.MODEL))).version == 2


async def test_a_role_that_says_something_else_has_nothing_settled(office: Office) -> None:
    role = await office.questions.role(office.a_role())
    await office.questions.settle(role, composed())

    assert await office.questions.current(replace(role, title="Baker")) is None


async def test_an_edit_names_the_version_that_was_read(office: Office) -> None:
    role = await office.questions.role(office.a_role())
    recruiter = office.a_recruiter_of(role.job_role_id)
    await office.questions.settle(role, composed())

    edited = await office.questions.edit(role, composed("Mine", Origin.EDITED), recruiter, 1)
    same = await office.questions.edit(role, composed("Mine", Origin.EDITED), recruiter, None)

    assert (edited.version, same.version) == (2, 2)
    with pytest.raises(ConflictError):
        await office.questions.edit(role, composed("Yours", Origin.EDITED), recruiter, 1)


async def test_what_was_asked_of_somebody_stands(office: Office) -> None:
    role = await office.questions.role(office.a_role())
    interview = office.an_interview(role.job_role_id)
    kept = await office.questions.settle(role, composed())
    office.begin(interview, kept.questions.plan(kept.questions.items), [1])

    standing = await office.questions.current(role)

    assert standing
    assert standing.used
    recruiter = office.a_recruiter_of(role.job_role_id)
    with pytest.raises(ConflictError):
        await office.questions.edit(role, composed("Mine", Origin.EDITED), recruiter, None)
    assert (await office.questions.settle(role, composed("Other", Origin.MODEL))).version == 1


async def test_an_interview_tells_its_role_and_what_the_candidate_can_do(office: Office) -> None:
    role_id = office.a_role()

    facts = await office.questions.interview(office.an_interview(role_id))

    assert facts.role.job_role_id == role_id
    assert (facts.status, facts.skills) == ("invited", ("Python", "Go"))
    with pytest.raises(NotFoundError):
        await office.questions.interview(uuid4())


async def test_a_plan_is_saved_any_number_of_times_until_the_interview_begins(office: Office) -> None:
    interview = office.an_interview(office.a_role())
    plan = composed().plan(composed().items)

    for _ in range(2):
        await office.questions.save_plan(interview, plan)
    office.begin(interview, plan, [1])

    with pytest.raises(ConflictError):
        await office.questions.save_plan(interview, plan)
    with pytest.raises(NotFoundError):
        await office.questions.save_plan(uuid4(), plan)


async def test_only_what_was_not_begun_is_planned_anew(office: Office) -> None:
    role_id = office.a_role()
    begun, waiting = office.an_interview(role_id), office.an_interview(role_id)
    office.begin(begun, composed().plan(composed().items), [1])

    assert list(await office.questions.unstarted(role_id)) == [waiting]


async def test_who_was_asked_what_is_told(office: Office) -> None:
    role_id = office.a_role()
    office.an_interview(role_id)
    first, second = office.an_interview(role_id), office.an_interview(role_id)
    plan = composed().plan(composed().items)
    office.begin(first, plan, [1])
    office.begin(second, plan, [1, 2])

    asked = {each.interview_id: each for each in await office.questions.asked(role_id)}

    assert set(asked) == {first, second}
    assert asked[second].asked == {1, 2}
    assert asked[first].core == asked[second].core
    assert asked[first].planned == {item.order: item.text for item in plan.items}
