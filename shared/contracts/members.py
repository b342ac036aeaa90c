"""Members of an organisation."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from shared.contracts.base import Body
from shared.contracts.candidates import MailAddress
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned
from shared.domain.identity import AppRole, membership_role
from shared.domain.paging import Order


def _role(word: Any) -> AppRole:  # noqa: ANN401 - whatever was sent
    role = membership_role(word) if isinstance(word, str) else None
    if role is None:
        raise ValueError("must be admin, owner, recruiter, hiring_manager, viewer or member")
    return role


type SpokenRole = Annotated[
    AppRole,
    BeforeValidator(_role, json_schema_input_type=str),
    Field(
        examples=["recruiter"], description="admin or owner, recruiter or hiring_manager, viewer or member"
    ),
]


class NewMember(Body):
    email: MailAddress = Field(examples=["grace@redgum.example"])
    role: SpokenRole


class MemberChange(Body):
    role: SpokenRole


class Member(Versioned):
    organisation_id: UUID
    user_id: UUID
    email: str
    role: AppRole


class MembersQuery(ListQuery):
    """Members stand in the order in which they joined."""

    orders: ClassVar[dict[str, Order]] = {"": Order(descending=False)}

    role: AppRole | None = None
