"""Shows a person to an organisation that they applied to, as far as they let it see them.

People may look at themselves this way: it is how they know what their switches do.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.candidates import (
    Education,
    Employment,
    Profile,
    SeenCandidate,
    SeenEducation,
    SeenEmployment,
    SeenSkill,
    Skill,
)
from shared.domain import visibility
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.paging import Cut
from shared.domain.permissions import Permission
from shared.errors import ForbiddenError
from shared.ports.candidates import Candidates
from shared.use_cases.authorise import Authorise
from shared.use_cases.own_rows.list_own import ListOwn

MOST_PARTS: Final = Cut(limit=100)


class ViewCandidate:
    def __init__(
        self,
        candidates: Candidates,
        skills: ListOwn[Skill],
        education: ListOwn[Education],
        employment: ListOwn[Employment],
        authorise: Authorise,
    ) -> None:
        self._candidates = candidates
        self._skills = skills
        self._education = education
        self._employment = employment
        self._authorise = authorise

    async def __call__(self, caller: Person, candidate_id: UUID) -> SeenCandidate:
        found = await self._authorise(caller, Permission.PROFILE_READ, Kind.CANDIDATE, candidate_id)
        if found.is_own:
            return await self._as_others_would_see(caller)
        seen = await self._candidates.seen(caller, candidate_id)
        if seen is None:
            raise ForbiddenError("This profile is not shown.")
        return seen

    async def _as_others_would_see(self, caller: Person) -> SeenCandidate:
        profile = await self._candidates.profile(caller)
        skills = await self._skills(caller, MOST_PARTS)
        education = await self._education(caller, MOST_PARTS)
        employment = await self._employment(caller, MOST_PARTS)
        fields = {
            **_only(profile, SeenCandidate),
            "has_cv": profile.cv_file_id is not None,
            "skills": _each(skills.rows, SeenSkill),
            "education": _each(education.rows, SeenEducation),
            "employment": _each(employment.rows, SeenEmployment),
        }
        chosen = profile.visibility_settings.model_dump()
        return SeenCandidate.model_validate(visibility.as_seen(fields, chosen))


def _only(row: Profile | Skill | Education | Employment, model: type[BaseModel]) -> dict[str, object]:
    return row.model_dump(include=set(model.model_fields))


def _each[Part: Skill | Education | Employment](
    rows: Sequence[Part], model: type[BaseModel]
) -> list[dict[str, object]]:
    return [_only(each, model) for each in rows]
