"""Lets a candidate's browser into their talk: first an address for it, then, as it knocks, the door."""

from typing import Final

from shared.contracts.realtime import Negotiation, SocketAccess
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.domain.push import Audience, Knocked
from shared.errors import WrongStateError
from shared.ports.push import Push
from shared.use_cases.interview.find_talk import FindTalk

ALIVE: Final = frozenset({"invited", "scheduled", "pending", "in_progress"})
NO_ADDRESS: Final = ""  # the service vouches for the id of a person, and knows nothing else of them


class EnterTalk:
    def __init__(self, find: FindTalk, push: Push) -> None:
        self._find = find
        self._push = push

    async def __call__(self, caller: Person, wish: Negotiation) -> SocketAccess:
        """An address for one's own talk, for one purpose. Raises WrongStateError once it is over."""
        audience = Audience(wish.talk_id, wish.purpose)
        await self._check(caller, audience)
        access = await self._push.admit(caller.user_id, audience)
        return SocketAccess(url=access.url, expires_at=access.expires_at)

    async def knock(self, event: Knocked) -> None:
        """Look again: the address may be half an hour old. Raises what keeps the browser out."""
        socket = event.socket
        await self._check(Person(socket.user_id, NO_ADDRESS), socket.audience)

    async def _check(self, caller: Person, audience: Audience) -> None:
        found = await self._find(caller, Permission.INTERVIEW_TAKE, audience.interview_id)
        if found.state not in ALIVE:
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")
