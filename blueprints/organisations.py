"""Organisations and who belongs to them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.lists import Listed
from shared.contracts.members import Member, MemberChange, MembersQuery, NewMember
from shared.contracts.organisations import (
    NewOrganisation,
    Organisation,
    OrganisationCard,
    OrganisationPatch,
    OrganisationStats,
)
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller
from shared.http.preconditions import IfMatch

api = Api("Organisations", edge)

FEW = Policy(limits=(RateClass.DEFAULT, RateClass.ORGANISATION_CREATE), idempotent=True)
INVITING = Policy(limits=(RateClass.DEFAULT, RateClass.INVITATION_SENT), idempotent=True)


@api.post("/api/v1/organisations", status_code=201, location="/api/v1/organisations/{id}", policy=FEW)
async def create_organisation(wanted: NewOrganisation, caller: Caller) -> Organisation:
    """Create an organisation. You are its admin; it begins with the usual values framework."""
    return await services().organisations.create(caller, wanted)


@api.get("/api/v1/organisations/{organisation_id}", refuses=("forbidden",))
async def read_organisation(organisation_id: UUID, caller: Caller) -> Organisation | OrganisationCard:
    """Read an organisation: the whole as a member, a card as somebody who applied there."""
    return await services().organisations.read(caller, organisation_id)


@api.patch("/api/v1/organisations/{organisation_id}", refuses=("forbidden",))
async def change_organisation(
    organisation_id: UUID, patch: OrganisationPatch, caller: Caller, expected: IfMatch
) -> Organisation:
    """Change an organisation, and what it decides for its interviews.

    A change of how long recordings are kept stands in the audit log on its own.
    """
    return await services().organisations.change(caller, organisation_id, patch, expected)


@api.get("/api/v1/organisations/{organisation_id}/stats", refuses=("forbidden",))
async def read_organisation_stats(organisation_id: UUID, caller: Caller) -> OrganisationStats:
    """Read the figures of an organisation. Practice interviews are in none of them."""
    return await services().organisations.stats(caller, organisation_id)


@api.get("/api/v1/organisations/{organisation_id}/members", refuses=("forbidden",))
async def list_members(
    organisation_id: UUID, query: Annotated[MembersQuery, Query()], caller: Caller
) -> Listed[Member]:
    """List the members of an organisation in the order in which they joined."""
    found = await services().members.list(caller, organisation_id, query)
    return query.page(found, list(found.rows))


@api.post(
    "/api/v1/organisations/{organisation_id}/members",
    status_code=201,
    location="/api/v1/organisations/{organisation_id}/members/{user_id}",
    policy=INVITING,
    refuses=("forbidden",),
)
async def add_member(organisation_id: UUID, wanted: NewMember, caller: Caller) -> Member:
    """Make somebody a member who has an account.

    An address that nobody has signed up with is 404; who is a member already is 409.
    """
    return await services().members.add(caller, organisation_id, wanted)


@api.patch("/api/v1/organisations/{organisation_id}/members/{user_id}", refuses=("forbidden", "conflict"))
async def change_member(
    organisation_id: UUID, user_id: UUID, change: MemberChange, caller: Caller, expected: IfMatch
) -> Member:
    """Give a member another role. The last admin stays one: 409."""
    return await services().members.change(caller, organisation_id, user_id, change, expected)


@api.delete(
    "/api/v1/organisations/{organisation_id}/members/{user_id}",
    status_code=204,
    refuses=("forbidden", "conflict"),
)
async def remove_member(organisation_id: UUID, user_id: UUID, caller: Caller, expected: IfMatch) -> None:
    """Take a member out of an organisation. The last admin stays: 409."""
    await services().members.remove(caller, organisation_id, user_id, expected)
