"""The hiring desk on the database: the same use cases, over REST, as real people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from shared.adapters.clock.system import SystemClock
from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.adapters.supabase.applications import SupabaseApplications
from shared.adapters.supabase.audit import SupabaseAuditTrail
from shared.adapters.supabase.candidates import SupabaseCandidates
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.invitations import SupabaseInvitationLetters, SupabaseInvitations
from shared.adapters.supabase.ownership import SupabaseOwnership
from shared.adapters.supabase.role_questions import SupabaseRoleQuestions
from shared.adapters.supabase.rows import Rows
from shared.domain.identity import AppRole, Person
from shared.domain.secret import Secret
from shared.packs.library import PackLibrary
from shared.use_cases.applications.apply import Apply
from shared.use_cases.applications.move_application import MoveApplication
from shared.use_cases.applications.withdraw_application import WithdrawApplication
from shared.use_cases.authorise import Authorise
from shared.use_cases.invitations.claim_invitation import ClaimInvitation
from shared.use_cases.invitations.expire_invitations import ExpireInvitations
from shared.use_cases.invitations.invite import Invite
from shared.use_cases.invitations.open_invitation import OpenInvitation
from shared.use_cases.invitations.report_letter import ReportLetter
from shared.use_cases.invitations.resend_invitation import ResendInvitation
from shared.use_cases.invitations.revoke_invitation import RevokeInvitation
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from shared.use_cases.invitations.send_letter import SendLetter
from shared.use_cases.planning.plan_interview import PlanInterview
from shared.use_cases.planning.settle_questions import SettleQuestions
from shared.use_cases.record_audit import RecordAudit
from tests.contract import database
from tests.fakes.desk import FRONTEND, FakeDesk
from tests.fakes.mailer import FakeMailer
from tests.hiring_desk import Desk
from tests.supabase_stack import SupabaseStack

PLAN = {"items": [{"order": 1, "text": "Tell me about yourself."}], "content_hash": "a" * 64}


@dataclass(frozen=True)
class People:
    """Signed up once: making an account takes a tenth of a second."""

    recruiter: Person
    candidate: Person
    organisation_id: UUID

    @classmethod
    def of(cls, stack: SupabaseStack) -> "People":
        recruiter, candidate = a_person(stack), a_person(stack)
        membership = database.a_membership(stack, recruiter.user_id, AppRole.ORG_RECRUITER)
        return cls(recruiter, candidate, membership.organisation_id)


def a_person(stack: SupabaseStack) -> Person:
    email = f"{uuid4()}@example.com"
    user_id, token = stack.sign_up(email)
    return Person(UUID(user_id), email, Secret(token))


def a_role(stack: SupabaseStack, organisation_id: UUID, status: str = "active") -> UUID:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        row = connection.execute(
            "insert into public.job_roles (organisation_id, title, status) "
            "values (%s, 'Backend engineer', %s) returning id",
            (organisation_id, status),
        ).fetchone()
    assert row
    role_id: UUID = row[0]
    return role_id


@asynccontextmanager
async def database_desk(stack: SupabaseStack, people: People) -> AsyncIterator[Desk]:
    """Fill a role of its own."""
    rest = database.rest_of(stack)
    functions, rows = RestFunctions(rest), Rows(rest)
    audit = RecordAudit(SupabaseAuditTrail(functions))
    authorise = Authorise(SupabaseOwnership(functions), audit)
    applications = SupabaseApplications(rows, functions)
    invitations = SupabaseInvitations(rows, functions)
    letters, mailer = SupabaseInvitationLetters(functions), FakeMailer()
    send = SendLetter(letters, mailer, FRONTEND)
    questions = SupabaseRoleQuestions(functions)
    plan = PlanInterview(questions, SettleQuestions(questions, PackLibrary()))
    world = DatabaseWorld(stack)
    try:
        yield Desk(
            recruiter=people.recruiter,
            candidate=people.candidate,
            job_role_id=a_role(stack, people.organisation_id),
            world=world,
            applications=applications,
            invitations=invitations,
            letters=letters,
            mailer=mailer,
            apply=Apply(applications, SupabaseCandidates(rows, functions)),
            move=MoveApplication(applications, authorise),
            withdraw=WithdrawApplication(applications, authorise),
            invite=Invite(invitations, send, plan, authorise, SystemClock()),
            resend=ResendInvitation(invitations, send, authorise),
            revoke=RevokeInvitation(invitations, authorise),
            open=OpenInvitation(invitations),
            claim=ClaimInvitation(invitations, SupabaseAccounts(rest), audit),
            expire=ExpireInvitations(invitations),
            report=ReportLetter(letters),
            send_due=SendDueLetters(send),
        )
    finally:
        world.close()
        await rest.close()


class DatabaseWorld:
    def __init__(self, stack: SupabaseStack) -> None:
        self._connection = psycopg.connect(stack.database_url, autocommit=True)

    def close(self) -> None:
        self._connection.close()

    async def begin_interview(self, application_id: UUID) -> None:
        for interview_id, candidate_id in self._rows(
            "select interview.id, application.candidate_id from public.interviews as interview "
            "join public.applications as application on application.id = interview.application_id "
            "where application.id = %s and interview.status in ('invited', 'scheduled')",
            application_id,
        ):
            with suppress(psycopg.Error):
                self._run(
                    "select public.start_interview(%s, %s, 'Welcome.', plan => %s)",
                    interview_id,
                    candidate_id,
                    Jsonb(PLAN),
                )

    async def end_interview(self, application_id: UUID) -> None:
        self._run(
            "select public.end_interview(id) from public.interviews "
            "where application_id = %s and status = 'in_progress'",
            application_id,
        )

    async def score(self, application_id: UUID) -> None:
        for status in ("scoring", "reviewed"):
            self._run("select public.advance_application(%s, %s)", application_id, status)

    async def let_time_pass(self, invitation_id: UUID) -> None:
        self._run(
            "update public.invitations set expires_at = now() - interval '1 second' where id = %s",
            invitation_id,
        )

    async def interviews(self, application_id: UUID) -> list[str]:
        return [
            status
            for (status,) in self._rows(
                "select status from public.interviews where application_id = %s order by created_at, id",
                application_id,
            )
        ]

    async def token_hash(self, invitation_id: UUID) -> str:
        ((found,),) = self._rows("select token_hash from public.invitations where id = %s", invitation_id)
        return str(found)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query.encode(), values).fetchall()

    def _run(self, statement: str, *values: object) -> None:
        self._connection.execute(statement.encode(), values)


@asynccontextmanager
async def a_desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Stand on fakes or on the database, as the parameter of a fixture says."""
    if request.param == "fake":
        yield FakeDesk()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database_desk(stack, People.of(stack)) as desk:
        yield desk


BOTH = ["fake", pytest.param("database", marks=pytest.mark.database)]
