"""Members of an organisation."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from shared.contracts.base import Body, example
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


type RoleWord = Literal[
    "admin",
    "owner",
    "recruiter",
    "hiring_manager",
    "viewer",
    "member",
    "org_admin",
    "org_recruiter",
    "org_viewer",
]
type SpokenRole = Annotated[
    AppRole,
    BeforeValidator(_role, json_schema_input_type=RoleWord),
    Field(
        examples=["recruiter"], description="admin or owner, recruiter or hiring_manager, viewer or member"
    ),
]


class NewMember(Body):
    model_config = example({"email": "grace@redgum.example", "role": "recruiter"})

    email: MailAddress = Field(examples=["grace@redgum.example"])
    role: SpokenRole


class MemberChange(Body):
    model_config = example({"role": "viewer"})

    role: SpokenRole


class Member(Versioned):
    model_config = example(
        {
            "organisation_id": "0b6d2f0e-9a54-4d0e-8a57-0e4b8f6c1d11",
            "user_id": "5f0b8a6e-3c55-4a6b-9f0e-2d7f5b8c9e22",
            "email": "grace@redgum.example",
            "role": "org_recruiter",
            "created_at": "2026-11-21T09:00:00Z",
            "updated_at": "2026-11-21T09:00:00Z",
        }
    )

    organisation_id: UUID
    user_id: UUID
    email: str
    role: AppRole


class MembersQuery(ListQuery):
    """Members stand in the order in which they joined."""

    orders: ClassVar[dict[str, Order]] = {"": Order(descending=False)}

    role: AppRole | None = None
