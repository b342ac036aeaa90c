"""One case from the role to the interview, told through the functions as the backend calls them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.integration.database.database import Database
from tests.integration.database.world import add_user

PLAN = {
    "items": [{"order": number, "text": f"Question {number}?"} for number in range(1, 7)],
    "content_hash": "a" * 64,
}
OPENING = "Hello, I am an AI. Question 1?"


@dataclass(frozen=True, slots=True)
class Story:
    database: Database
    admin: UUID
    recruiter: UUID
    viewer: UUID
    candidate: UUID
    organisation: UUID
    job_role: UUID
    application: UUID
    invitation: UUID
    interview: UUID
    token_hash: str

    def start(self, **options: Any) -> Any:
        arguments = {"caller_id": self.candidate, "opening": OPENING, "plan": PLAN} | options
        return self.database.call("start_interview", interview_id=self.interview, **arguments)

    def begin(self, turn_id: str, message: str = "I built it.", **options: Any) -> Any:
        arguments = {"caller_id": self.candidate, "turn_id": turn_id, "message": message} | options
        return self.database.call("begin_turn", interview_id=self.interview, **arguments)

    def commit(self, turn_id: str, attempt: int = 1, text: str = "And then?", **options: Any) -> Any:
        reply = {"text": text, "origin": "model"}
        return self.database.call(
            "commit_turn",
            interview_id=self.interview,
            turn_id=turn_id,
            attempt=attempt,
            reply=reply,
            **options,
        )

    def end(self, caller: UUID | None = None, **options: Any) -> Any:
        return self.database.call("end_interview", interview_id=self.interview, caller_id=caller, **options)

    def status(self, table: str = "interviews") -> str:
        ids = {
            "interviews": self.interview,
            "applications": self.application,
            "invitations": self.invitation,
            "job_roles": self.job_role,
        }
        question = f"select status from public.{table} where id = %s"
        return str(self.database.value(question, [ids[table]]))

    def segments(self) -> list[tuple[Any, ...]]:
        return self.database.rows(
            "select sequence, speaker, content, origin, turn_id from public.transcript_segments "
            "where interview_id = %s order by sequence",
            [self.interview],
        )


def person(database: Database, name: str) -> UUID:
    user_id = uuid4()
    with database.connect() as connection:
        add_user(connection, user_id, f"{name}-{user_id}@example.org")
    return user_id


def invited(database: Database, **invitation: Any) -> Story:
    """A candidate who was invited by mail, in an organisation of their own."""
    admin, recruiter, viewer, candidate = (
        person(database, name) for name in ("admin", "recruiter", "viewer", "candidate")
    )
    organisation = UUID(database.call("create_organisation", caller_id=admin, name="Company")["id"])
    with database.connect() as connection:
        for user, role in ((recruiter, "org_recruiter"), (viewer, "org_viewer")):
            connection.execute(
                "insert into public.org_users (organisation_id, user_id, role) values (%s, %s, %s)",
                [organisation, user, role],
            )
        row = connection.execute(
            "insert into public.job_roles (organisation_id, title) values (%s, 'Engineer') returning id",
            [organisation],
        ).fetchone()
        assert row is not None
        job_role: UUID = row[0]
    database.call("move_job_role", job_role_id=job_role, caller_id=recruiter, to_status="active")
    application = UUID(
        database.call("create_application", candidate_id=candidate, job_role_id=job_role)["id"]
    )
    token_hash = uuid4().hex * 2
    made = database.call(
        "create_invitation",
        application_id=application,
        caller_id=recruiter,
        token_hash=token_hash,
        candidate_email="Kim@Example.org",
        expires_at=invitation.pop("expires_at", datetime.now(UTC) + timedelta(days=7)),
        **invitation,
    )
    database.call("advance_invitation", invitation_id=UUID(made["id"]), to_status="sent")
    return Story(
        database,
        admin,
        recruiter,
        viewer,
        candidate,
        organisation,
        job_role,
        application,
        UUID(made["id"]),
        UUID(made["interview_id"]),
        token_hash,
    )
