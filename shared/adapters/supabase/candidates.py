"""People's profiles, as the person who asks: policies and views say what they get."""

import asyncio
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.candidates import (
    Diversity,
    Feedback,
    Profile,
    SeenCandidate,
    SeenEducation,
    SeenEmployment,
    SeenProfile,
    SeenSkill,
)
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions
from shared.errors import ConflictError, NotFoundError

PROFILES: Final = "candidate_profiles"
DIVERSITY: Final = "candidate_dei"
ALL_PARTS: Final = Cut(limit=100)


class SupabaseCandidates:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def profile(self, caller: Person) -> Profile:
        try:
            return await self._rows.one(caller, PROFILES, Profile, _of(caller))
        except NotFoundError:
            pass
        try:
            return await self._rows.add(caller, PROFILES, Profile, {"email": caller.email or None})
        except ConflictError:  # a call beside this one made it
            return await self._rows.one(caller, PROFILES, Profile, _of(caller))

    async def change_profile(
        self, caller: Person, changes: Mapping[str, object], versions: Versions
    ) -> Profile:
        return await self._rows.change(caller, PROFILES, Profile, _of(caller), changes, versions)

    async def confirm_profile(self, caller: Person) -> None:
        await self._functions.call("confirm_profile", {"caller_id": str(caller.user_id)})

    async def diversity(self, caller: Person) -> Diversity | None:
        try:
            return await self._rows.one(caller, DIVERSITY, Diversity, _of(caller))
        except NotFoundError:
            return None

    async def answer_diversity(self, caller: Person, answers: Mapping[str, object]) -> Diversity:
        try:
            return await self._rows.change(caller, DIVERSITY, Diversity, _of(caller), answers)
        except NotFoundError:
            pass
        try:
            return await self._rows.add(caller, DIVERSITY, Diversity, answers)
        except ConflictError:  # likewise
            return await self._rows.change(caller, DIVERSITY, Diversity, _of(caller), answers)

    async def withdraw_diversity(self, caller: Person) -> None:
        try:
            await self._rows.remove(caller, DIVERSITY, _of(caller))
        except NotFoundError:
            return

    async def feedback(self, caller: Person, cut: Cut, interview_id: UUID | None) -> Page[Feedback]:
        return await self._rows.page(caller, "my_feedback", Feedback, cut, {"interview_id": interview_id})

    async def seen(self, caller: Person, candidate_id: UUID) -> SeenCandidate | None:
        theirs = {"user_id": candidate_id}
        try:
            profile = await self._rows.one(caller, "applicant_profiles", SeenProfile, theirs)
        except NotFoundError:
            return None
        skills, education, employment = await asyncio.gather(
            self._rows.page(caller, "candidate_skills", SeenSkill, ALL_PARTS, theirs),
            self._rows.page(caller, "education", SeenEducation, ALL_PARTS, theirs),
            self._rows.page(caller, "employment_history", SeenEmployment, ALL_PARTS, theirs),
        )
        return SeenCandidate(
            **profile.model_dump(),
            skills=list(skills.rows),
            education=list(education.rows),
            employment=list(employment.rows),
        )


def _of(caller: Person) -> dict[str, object]:
    return {"user_id": caller.user_id}
