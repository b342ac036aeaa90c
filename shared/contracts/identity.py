"""Who the caller is to us."""

from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract
from shared.domain.identity import AppRole


class MembershipView(Contract):
    organisation_id: UUID
    role: AppRole


class Me(Contract):
    id: UUID
    email: str
    role: AppRole = Field(description="candidate, unless the person belongs to an organisation")
    organisation_id: UUID | None = Field(description="null for a candidate")
    memberships: list[MembershipView]
