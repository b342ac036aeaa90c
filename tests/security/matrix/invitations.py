"""Invitations: sent and taken back by recruiters, read by both sides, opened by whoever holds the link."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from shared.domain.permissions import Permission
from tests.security.matrix.rules import Arrange, Ask, Public, Rule, Rules, at
from tests.security.matrix.world import World


def fresh_invitation(world: World) -> UUID:
    application = world.fresh_application(status="invited")
    interview = world.fresh(
        "interviews",
        application_id=application,
        status="invited",
        started_at=None,
        ended_at=None,
        end_reason=None,
        duration_seconds=None,
    )
    return world.fresh(
        "invitations",
        application_id=application,
        interview_id=interview,
        status="sent",
        token_hash=uuid4().hex * 2,
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )


def one(verb: str = "") -> Arrange:
    return lambda world: Ask(f"/api/v1/invitations/{fresh_invitation(world)}{verb}")


def wanted(world: World) -> Ask:
    body = {"application_id": str(world.fresh_application()), "candidate_email": "kim@example.org"}
    return Ask("/api/v1/invitations", json=body)


CLAIM = {
    "token": "no-such-token",
    "email": "kim@example.org",
    "password": "correct horse battery",
    "full_name": "Kim Lee",
}

RULES: Rules = {
    "create_invitation": Rule(Permission.INVITATION_MANAGE, wanted),
    "list_invitations": Rule(
        Permission.INVITATION_READ,
        lambda world: Ask("/api/v1/invitations", shows=fresh_invitation(world)),
        is_list=True,
    ),
    "read_invitation": Rule(Permission.INVITATION_READ, one()),
    "resend_invitation": Rule(Permission.INVITATION_MANAGE, one("/resend")),
    "revoke_invitation": Rule(Permission.INVITATION_MANAGE, one("/revoke")),
    "validate_invitation": Public(at("/api/v1/invitations/validate", json={"token": "no-such-token"})),
    "claim_invitation": Public(at("/api/v1/invitations/claim", json=CLAIM)),
}
