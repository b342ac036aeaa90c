"""Identities and tokens in memory."""

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from shared.domain.calls import CallScope, CallToken
from shared.domain.secret import Secret
from shared.errors import NotFoundError, TalentiError
from shared.ports.clock import Clock

LIFE = timedelta(minutes=60)


class FakeCallTokens:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.identities: dict[str, list[frozenset[CallScope]]] = {}  # the scopes of tokens that hold
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    async def create(self, scopes: Collection[CallScope]) -> CallToken:
        self._meet_fault()
        identity = f"8:acs:{uuid4()}_{uuid4()}"
        self.identities[identity] = []
        return self._issue(identity, scopes)

    async def issue(self, identity: str, scopes: Collection[CallScope]) -> CallToken:
        self._meet_fault()
        return self._issue(identity, scopes)

    async def revoke(self, identity: str) -> None:
        self._meet_fault()
        self._tokens(identity).clear()

    async def delete(self, identity: str) -> None:
        self._meet_fault()
        self.identities.pop(identity, None)

    def _issue(self, identity: str, scopes: Collection[CallScope]) -> CallToken:
        self._tokens(identity).append(frozenset(scopes))
        return CallToken(identity, Secret(f"token-{uuid4()}"), self._clock.now() + LIFE)

    def _tokens(self, identity: str) -> list[frozenset[CallScope]]:
        if identity not in self.identities:
            raise NotFoundError("The identity is gone.")
        return self.identities[identity]

    def _meet_fault(self) -> None:
        if self.fault is not None:
            raise self.fault
