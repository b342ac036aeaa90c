"""Tokens that are just names: `issue` hands one out, `expire` ends it."""

from uuid import uuid4

from shared.domain.identity import Person
from shared.errors import NotSignedInError


class FakeTokens:
    def __init__(self) -> None:
        self._issued: dict[str, Person] = {}
        self._expired: set[str] = set()

    def issue(self, person: Person) -> str:
        token = f"token-{uuid4()}"
        self._issued[token] = person
        return token

    def expire(self, token: str) -> None:
        self._expired.add(token)

    async def verify(self, token: str) -> Person:
        if token in self._expired:
            raise NotSignedInError("The token has expired.", code="token_expired")
        if token not in self._issued:
            raise NotSignedInError("The token is not valid.")
        return self._issued[token]
