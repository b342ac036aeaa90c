"""Letters to people."""

from typing import Protocol

from shared.domain.mail import Letter


class Mailer(Protocol):
    async def send(self, letter: Letter) -> str:
        """Hand the letter over and give the provider's operation id, by which reports name it.

        Returns once it is accepted, not once it is delivered. Raises InvalidInputError (an address
        that cannot be), RateLimitedError, UnavailableError, UpstreamError.
        """
