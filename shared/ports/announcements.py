"""Telling systems of others what happened."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.announcements import Announcement, Receipt


class Announcements(Protocol):
    async def publish(self, announcements: Sequence[Announcement]) -> Receipt:
        """Hand them over, in their order, in as few calls as their size allows.

        At least once: what is published again has the same id. One that can never be taken does
        not hold up the others. If the service fails on the way, what was not handed over is left;
        raises RateLimitedError, UnavailableError, UpstreamError only if nothing was taken at all.
        """
