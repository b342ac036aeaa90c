"""Lists invitations: the caller's own, and those of the caller's organisations."""

from shared.contracts.invitations import Invitation, InvitationsQuery
from shared.domain.identity import Person
from shared.domain.paging import Page
from shared.ports.invitations import InvitationFilter, Invitations


class ListInvitations:
    def __init__(self, invitations: Invitations) -> None:
        self._invitations = invitations

    async def __call__(self, caller: Person, query: InvitationsQuery) -> Page[Invitation]:
        wanted = InvitationFilter(query.status, query.application_id)
        return await self._invitations.page(caller, query.cut, wanted)
