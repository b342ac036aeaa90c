"""A dependency that can be asked how it is."""

from collections.abc import Awaitable, Callable
from typing import Protocol


class Dependency(Protocol):
    @property
    def name(self) -> str:
        """The word under which /health/ready lists it."""

    @property
    def ping(self) -> Callable[[], Awaitable[None]]:
        """Returns if it works, raises anything if it does not; costs one cheap round trip."""
