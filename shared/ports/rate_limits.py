"""Counting calls, across all instances of the app."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.rate_limits import Allowance, RateClass


class RateLimits(Protocol):
    async def take(self, subject: str, classes: Sequence[RateClass]) -> Allowance:
        """Take a token of each class for this subject, or of none if one class has none left.

        The subject is an id or an address, never a name. Raises UnavailableError while the count
        cannot be kept.
        """
