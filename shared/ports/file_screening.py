"""Looking through a stranger's file for what would harm who opens it."""

from typing import Protocol


class FileScreening(Protocol):
    async def is_safe(self, content: bytes) -> bool:
        """Whether nothing harmful is known in it. Raises UnavailableError while nobody can tell."""
