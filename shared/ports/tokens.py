"""Proof of who is calling."""

from typing import Protocol

from shared.domain.identity import Person


class Tokens(Protocol):
    async def verify(self, token: str) -> Person:
        """Whom the token names.

        Raises NotSignedInError (code `token_expired` or `unauthorized`), and UnavailableError
        while the keys to check it with cannot be had.
        """
