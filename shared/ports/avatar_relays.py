"""The relay over which a browser sees the avatar."""

from typing import Protocol

from shared.domain.speech import AvatarRelay


class AvatarRelays(Protocol):
    async def issue(self) -> AvatarRelay:
        """Where the relay is, and the proof for one browser.

        Raises NotFoundError where the avatar is switched off; RateLimitedError, UnavailableError and
        UpstreamError while there is none to be had.
        """
