"""Invitations and the letters they owe: moved by SQL functions, read as the caller."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.invitations import (
    Claimed,
    GoodInvitation,
    Invitation,
    OpenedApplication,
    OpenedInvitation,
    OpenedRole,
)
from shared.domain.identity import Person
from shared.domain.invitation import InvitationStatus
from shared.domain.paging import Cut, Page
from shared.letters.invitation import InvitationFacts
from shared.ports.invitations import InvitationFilter, InvitationOrder


class SupabaseInvitations:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def create(self, caller: Person, order: InvitationOrder) -> tuple[UUID, bool]:
        made = await self._functions.call(
            "create_invitation",
            {
                "application_id": str(order.application_id),
                "caller_id": str(caller.user_id),
                "token_hash": order.token_hash,
                "candidate_email": order.candidate_email,
                "expires_at": order.expires_at.isoformat(),
                "claim_required": order.claim_required,
                "profile_completion_required": order.profile_completion_required,
                "email_template": order.email_template,
            },
        )
        return UUID(made["id"]), bool(made["created"])

    async def renew(
        self, caller: Person, invitation_id: UUID, token_hash: str, candidate_email: str | None
    ) -> None:
        await self._functions.call(
            "renew_invitation",
            {
                "invitation_id": str(invitation_id),
                "caller_id": str(caller.user_id),
                "token_hash": token_hash,
                "candidate_email": candidate_email,
            },
        )

    async def revoke(self, caller: Person, invitation_id: UUID) -> None:
        await self._functions.call(
            "revoke_invitation", {"invitation_id": str(invitation_id), "caller_id": str(caller.user_id)}
        )

    async def one(self, caller: Person, invitation_id: UUID) -> Invitation:
        return await self._rows.one(caller, "invitations", Invitation, {"id": invitation_id})

    async def page(self, caller: Person, cut: Cut, wanted: InvitationFilter) -> Page[Invitation]:
        filters = {"status": wanted.status and wanted.status.value, "application_id": wanted.application_id}
        return await self._rows.page(caller, "invitations", Invitation, cut, filters)

    async def open(self, token_hash: str) -> GoodInvitation | None:
        found = await self._functions.call("open_invitation", {"token_hash": token_hash})
        return _opened(found) if found else None

    async def check_claim(self, token_hash: str, email: str) -> UUID:
        return UUID(await self._functions.call("check_claim", {"token_hash": token_hash, "email": email}))

    async def claim(self, token_hash: str, user_id: UUID, email: str) -> Claimed:
        claimed = await self._functions.call(
            "claim_invitation", {"token_hash": token_hash, "user_id": str(user_id), "email": email}
        )
        return Claimed(user_id=claimed["user_id"], application_id=claimed["application_id"])

    async def name_candidate(self, user_id: UUID, first_name: str, last_name: str | None) -> None:
        await self._functions.call(
            "name_candidate",
            {"user_id": str(user_id), "first_name": first_name, "last_name": last_name},
        )

    async def expire_due(self, most: int) -> int:
        return int(await self._functions.call("expire_due_invitations", {"max_invitations": most}))


class SupabaseInvitationLetters:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def take_up(
        self, token_hash: str, invitation_id: UUID | None = None
    ) -> tuple[InvitationFacts, UUID] | None:
        taken = await self._functions.call(
            "claim_letter",
            {"token_hash": token_hash, "invitation_id": str(invitation_id) if invitation_id else None},
        )
        return (_facts(taken), UUID(taken["operation_id"])) if taken else None

    async def tell(self, invitation_id: UUID, status: InvitationStatus, key: UUID) -> None:
        await self._functions.call(
            "advance_invitation",
            {"invitation_id": str(invitation_id), "to_status": status.value, "mail_operation_id": str(key)},
        )

    async def report(self, operation_id: str, status: InvitationStatus) -> bool:
        told = await self._functions.call(
            "report_letter", {"operation_id": operation_id, "to_status": status.value}
        )
        return bool(told["changed"])


def _opened(found: Mapping[str, Any]) -> GoodInvitation:
    invitation, application = found["invitation"], found["application"]
    return GoodInvitation(
        invitation=OpenedInvitation(
            id=invitation["id"], status=invitation["status"], expires_at=invitation["expires_at"]
        ),
        application=OpenedApplication(id=application["id"], status=application["status"]),
        job_role=OpenedRole.model_validate(found["job_role"]),
        duration_minutes=found["duration_minutes"],
        question_count=found["question_count"],
        claim_required=found["claim_required"],
        profile_completion_required=found["profile_completion_required"],
        account_claimed=found["account_claimed"],
        profile_confirmed=found["profile_confirmed"],
        interview_unlocked=found["interview_unlocked"],
    )


def _facts(taken: Mapping[str, Any]) -> InvitationFacts:
    return InvitationFacts(
        invitation_id=UUID(taken["invitation_id"]),
        candidate_email=taken["candidate_email"],
        first_name=taken["first_name"],
        role_title=taken["role_title"],
        organisation_name=taken["organisation_name"],
        time_zone=taken["time_zone"],
        expires_at=datetime.fromisoformat(taken["expires_at"]),
        duration_minutes=taken["duration_minutes"],
        question_count=taken["question_count"],
        claim_required=taken["claim_required"],
        profile_completion_required=taken["profile_completion_required"],
    )
