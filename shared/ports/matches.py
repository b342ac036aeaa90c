"""How applications meet their roles: what is asked for, and what was found before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.domain.resume.match import MatchResult


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What the role of an application asks for, as it says it."""

    job_role_id: UUID
    requirements: Mapping[str, Any]
    expectations: Sequence[Mapping[str, Any]] = ()  # of its profile


class Matches(Protocol):
    """Acts for the system: whoever calls has made sure of the right. Raises UnavailableError."""

    async def asked_for(self, application_id: UUID) -> AskedFor:
        """Raises NotFoundError."""

    async def kept(self, application_id: UUID, fingerprint: str) -> MatchResult | None:
        """What was found for exactly this snapshot, these requirements and these versions."""

    async def keep(self, application_id: UUID, fingerprint: str, result: MatchResult) -> MatchResult:
        """Keep it, and its score as the application's; gives what stands if somebody was faster."""
