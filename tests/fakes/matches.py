"""Matches in memory."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from shared.domain.resume.match import MatchResult
from shared.domain.resume.stored_match import match_as_data, match_from_data
from shared.errors import NotFoundError
from shared.ports.matches import AskedFor


class FakeMatches:
    def __init__(self) -> None:
        self._asked: dict[UUID, AskedFor] = {}
        self._kept: dict[tuple[UUID, str], Mapping[str, Any]] = {}
        self.scores: dict[UUID, float | None] = {}

    def ask(
        self, application_id: UUID, requirements: Mapping[str, Any], *expectations: Mapping[str, Any]
    ) -> None:
        """What the role of this application asks for by now."""
        self._asked[application_id] = AskedFor(uuid4(), requirements)

    async def asked_for(self, application_id: UUID) -> AskedFor:
        if application_id not in self._asked:
            raise NotFoundError("Application not found.")
        return self._asked[application_id]

    async def kept(self, application_id: UUID, fingerprint: str) -> MatchResult | None:
        found = self._kept.get((application_id, fingerprint))
        if found is None:
            return None
        self.scores[application_id] = found["score"]
        return match_from_data(found)

    async def keep(self, application_id: UUID, fingerprint: str, result: MatchResult) -> MatchResult:
        await self.asked_for(application_id)
        kept = self._kept.setdefault((application_id, fingerprint), match_as_data(result))
        self.scores[application_id] = kept["score"]
        return match_from_data(kept)
