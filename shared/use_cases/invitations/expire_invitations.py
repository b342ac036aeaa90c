"""Ends the invitations whose time is over, with the interviews they lead to."""

from typing import Final

from shared.ports.invitations import Invitations

AT_ONCE: Final = 100
MOST_ROUNDS: Final = 20


class ExpireInvitations:
    def __init__(self, invitations: Invitations) -> None:
        self._invitations = invitations

    async def __call__(self) -> int:
        """How many ended."""
        ended = 0
        for _ in range(MOST_ROUNDS):
            round_ended = await self._invitations.expire_due(AT_ONCE)
            ended += round_ended
            if round_ended < AT_ONCE:
                break
        return ended
