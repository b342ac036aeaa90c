"""Matches of applications, through SQL functions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.resume.match import MatchResult
from shared.domain.resume.stored_match import match_as_data, match_from_data
from shared.errors import NotFoundError
from shared.ports.matches import AskedFor


class SupabaseMatches:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def asked_for(self, application_id: UUID) -> AskedFor:
        found = await self._functions.call("match_brief", {"application_id": str(application_id)})
        if found is None:
            raise NotFoundError("Application not found.")
        return AskedFor(
            UUID(found["job_role_id"]), found["requirements"] or {}, _expectations(found["job_profile"])
        )

    async def kept(self, application_id: UUID, fingerprint: str) -> MatchResult | None:
        arguments = {"application_id": str(application_id), "fingerprint": fingerprint}
        found = await self._functions.call("kept_match", arguments)
        return match_from_data(found) if found else None

    async def keep(self, application_id: UUID, fingerprint: str, result: MatchResult) -> MatchResult:
        arguments = {
            "application_id": str(application_id),
            "fingerprint": fingerprint,
            "score": result.score,
            "result": match_as_data(result),
        }
        return match_from_data(await self._functions.call("keep_match", arguments))


def _expectations(profile: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], ...]:
    found = (profile or {}).get("expectations")
    return tuple(each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()
