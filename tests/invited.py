"""An interview that somebody is invited to, told through the SQL functions as the backend calls them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.supabase_stack import SupabaseStack

QUESTIONS = (
    "Tell me about yourself and the work you have done so far.",
    "Tell me about a fault in production. How did you find its cause?",
    "Which trade-off did you weigh in the last thing you designed?",
    "Tell me about a time you disagreed with a decision. How did it end?",
    "What did you learn from something that did not work out?",
    "We are nearly done. What would you like to ask or to add?",
)
PHASES = ("introduction", "technical", "technical", "behavioural", "behavioural", "closing")
COMPETENCIES = ("background", "debugging", "design", "challenge", "feedback", None)
CLOSING = "Thank you for your time. People will read this and decide."
PLAN: dict[str, Any] = {
    "items": [
        {
            "order": order,
            "phase": phase,
            "text": text,
            "competency": competency,
            "source": "bank",
            "probe_limit": 0 if phase == "closing" else 1,
        }
        for order, (phase, text, competency) in enumerate(
            zip(PHASES, QUESTIONS, COMPETENCIES, strict=True), 1
        )
    ],
    "closing": CLOSING,
    "content_hash": "c" * 64,
}


@dataclass(frozen=True, slots=True)
class Somebody:
    user_id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Invited:
    """One case, with everybody who may and may not touch it."""

    stack: SupabaseStack
    interview_id: UUID
    invitation_id: UUID
    application_id: UUID
    job_role_id: UUID
    candidate: Somebody
    viewer: Somebody
    recruiter: Somebody
    other_candidate: Somebody
    other_recruiter: Somebody

    def run(self, statement: str, *values: Any) -> Any:
        """Run a statement behind everybody's back; give the first row's first column, if there is one."""
        with psycopg.connect(self.stack.database_url) as connection:
            cursor = connection.execute(statement.encode(), values)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    @property
    def transcript(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.stack.database_url) as connection:
            rows = connection.execute(
                "select speaker, content from public.transcript_segments "
                "where interview_id = %s order by sequence",
                (self.interview_id,),
            ).fetchall()
        return [(speaker, content) for speaker, content in rows]


def somebody(stack: SupabaseStack) -> Somebody:
    user_id, token = stack.sign_up(f"{uuid4()}@example.com")
    return Somebody(UUID(user_id), token)


def invited(stack: SupabaseStack, plan: dict[str, Any] | None = PLAN, **invitation: Any) -> Invited:
    """Make organisation, role, application and invitation; `plan` None leaves the interview without one."""
    admin, viewer, recruiter, candidate, other_candidate, other_recruiter = (
        somebody(stack) for _ in range(6)
    )
    with psycopg.connect(stack.database_url) as connection:

        def call(function: str, **arguments: Any) -> Any:
            named = ", ".join(f"{key} => %({key})s" for key in arguments)
            values = {key: Jsonb(each) if isinstance(each, dict) else each for key, each in arguments.items()}
            row = connection.execute(f"select public.{function}({named})".encode(), values).fetchone()
            assert row
            return row[0]

        organisation = UUID(call("create_organisation", caller_id=admin.user_id, name="Acme")["id"])
        other = UUID(call("create_organisation", caller_id=other_recruiter.user_id, name="Other")["id"])
        for member, role in ((viewer, "org_viewer"), (recruiter, "org_recruiter")):
            connection.execute(
                "insert into public.org_users (organisation_id, user_id, role) values (%s, %s, %s)",
                (organisation, member.user_id, role),
            )
        assert other != organisation
        row = connection.execute(
            "insert into public.job_roles (organisation_id, title, requirements) "
            "values (%s, 'Backend engineer', %s) returning id",
            (organisation, Jsonb({"technical_skills": ["Python"]})),
        ).fetchone()
        assert row
        job_role_id: UUID = row[0]
        call("move_job_role", job_role_id=job_role_id, caller_id=recruiter.user_id, to_status="active")
        applied = call("create_application", candidate_id=candidate.user_id, job_role_id=job_role_id)
        made = call(
            "create_invitation",
            application_id=UUID(applied["id"]),
            caller_id=recruiter.user_id,
            token_hash=uuid4().hex * 2,
            candidate_email="kim@example.org",
            expires_at=datetime.now(UTC) + timedelta(days=7),
            **invitation,
        )
        call("advance_invitation", invitation_id=UUID(made["id"]), to_status="sent")
        if plan is not None:
            call("save_interview_plan", interview_id=UUID(made["interview_id"]), plan=plan)
    return Invited(
        stack,
        UUID(made["interview_id"]),
        UUID(made["id"]),
        UUID(applied["id"]),
        job_role_id,
        candidate,
        viewer,
        recruiter,
        other_candidate,
        other_recruiter,
    )
