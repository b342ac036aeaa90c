"""Shows what a link leads to. A link that is not good says nothing, whatever is wrong with it."""

from shared.contracts.invitations import BadInvitation, GoodInvitation, ShownToken
from shared.domain.invitation import hash_of
from shared.ports.invitations import Invitations


class OpenInvitation:
    def __init__(self, invitations: Invitations) -> None:
        self._invitations = invitations

    async def __call__(self, shown: ShownToken) -> GoodInvitation | BadInvitation:
        """Every token is hashed and looked up, also one that cannot be any: all take the same time."""
        found = await self._invitations.open(hash_of(shown.token.get_secret_value()))
        return found or BadInvitation()
