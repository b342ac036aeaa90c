"""Candidates by the hundred, each with an interview of their own: no limit of calls is ever reached."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg
from psycopg.types.json import Jsonb

from shared.domain.interview.plan import Plan
from shared.domain.interview.progress import Progress
from tests.invited import PLAN
from tests.supabase_stack import SupabaseStack

VALID_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Case:
    """One interview, and the token of whom it belongs to."""

    interview_id: UUID
    application_id: UUID
    email: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Crowd:
    """One organisation with one role, to which as many people apply as are wanted."""

    def __init__(self, stack: SupabaseStack, issuer: str | None = None, plan: dict[str, Any] = PLAN) -> None:
        """`issuer` is for an app that finds this Supabase under another address."""
        self._stack = stack
        self._plan = plan
        self._issuer = issuer or stack.issuer
        self._key = jwt.PyJWK(json.loads(stack.key_file.read_text(encoding="utf-8")))
        _, token = stack.sign_up(f"{uuid4()}@example.org")
        self._headers = {"kid": jwt.get_unverified_header(token)["kid"]}
        self._recruiter, self.job_role = self._open_role()

    def cases(self, how_many: int, *, started: bool) -> list[Case]:
        with psycopg.connect(self._stack.database_url) as connection:
            return [self._case(connection, started=started) for _ in range(how_many)]

    def recruiter(self) -> str:
        """The token of who has invited all of them."""
        return self._token(self._recruiter)

    def colleagues(self, how_many: int) -> list[str]:
        """The tokens of others who recruit for the same organisation."""
        with psycopg.connect(self._stack.database_url) as connection:
            people = [_user(connection) for _ in range(how_many)]
            for each in people:
                connection.execute(
                    "insert into public.org_users (organisation_id, user_id, role) "
                    "select organisation_id, %s, 'org_recruiter' from public.job_roles where id = %s",
                    (each, self.job_role),
                )
        return [self._token(each) for each in people]

    def operator(self) -> str:
        """The token of somebody who operates the platform."""
        with psycopg.connect(self._stack.database_url) as connection:
            operator = _user(connection)
            connection.execute(
                "insert into public.user_roles (user_id, role) values (%s, 'platform_operator')", (operator,)
            )
        return self._token(operator)

    def _open_role(self) -> tuple[UUID, UUID]:
        with psycopg.connect(self._stack.database_url) as connection:
            recruiter = _user(connection)
            organisation = _call(connection, "create_organisation", caller_id=recruiter, name="Acme")["id"]
            row = connection.execute(
                "insert into public.job_roles (organisation_id, title, requirements) "
                "values (%s, 'Backend engineer', %s) returning id",
                (organisation, Jsonb({"technical_skills": ["Python"]})),
            ).fetchone()
            assert row
            role: UUID = row[0]
            _call(connection, "move_job_role", job_role_id=role, caller_id=recruiter, to_status="active")
        return recruiter, role

    def _case(self, connection: psycopg.Connection, *, started: bool) -> Case:
        candidate = _user(connection)
        email = f"{candidate}@example.org"
        applied = _call(connection, "create_application", candidate_id=candidate, job_role_id=self.job_role)
        made = _call(
            connection,
            "create_invitation",
            application_id=UUID(applied["id"]),
            caller_id=self._recruiter,
            token_hash=uuid4().hex * 2,
            candidate_email=email,
            expires_at=datetime.now(UTC) + timedelta(days=7),
        )
        interview = UUID(made["interview_id"])
        _call(connection, "advance_invitation", invitation_id=UUID(made["id"]), to_status="sent")
        _call(connection, "save_interview_plan", interview_id=interview, plan=self._plan)
        if started:
            plan = Plan.from_facts(self._plan)
            progress = {**Progress.begun(plan).as_facts(plan), "questions_total": plan.total}
            given = {"interview_id": interview, "caller_id": candidate, "progress": progress}
            _call(connection, "start_interview", opening=f"Welcome. {plan.first.spoken}", **given)
        return Case(interview, UUID(applied["id"]), email, self._token(candidate))

    def _token(self, user_id: UUID) -> str:
        now = int(time.time())
        claims = {
            "sub": str(user_id),
            "aud": "authenticated",
            "role": "authenticated",
            "iss": self._issuer,
            "iat": now,
            "exp": now + VALID_SECONDS,
        }
        return jwt.encode(claims, self._key.key, algorithm="ES256", headers=self._headers)


def said(stack: SupabaseStack, cases: list[Case]) -> Iterator[tuple[int, int, int]]:
    """Of each interview: answers in the transcript, different turns among them, and replies."""
    with psycopg.connect(stack.database_url) as connection:
        for case in cases:
            row = connection.execute(
                "select count(*) filter (where speaker = 'candidate'), "
                "count(distinct turn_id) filter (where speaker = 'candidate'), "
                "count(*) filter (where speaker = 'interviewer' and turn_id is not null) "
                "from public.transcript_segments where interview_id = %s",
                (case.interview_id,),
            ).fetchone()
            assert row
            yield row


def _user(connection: psycopg.Connection) -> UUID:
    user_id = uuid4()
    connection.execute(
        "insert into auth.users (id, email) values (%s, %s)", (user_id, f"{user_id}@example.org")
    )
    return user_id


def _call(connection: psycopg.Connection, function: str, **arguments: Any) -> Any:
    named = ", ".join(f"{key} => %({key})s" for key in arguments)
    values = {key: Jsonb(each) if isinstance(each, dict) else each for key, each in arguments.items()}
    row = connection.execute(f"select public.{function}({named})".encode(), values).fetchone()
    assert row
    return row[0]
