"""Profiles in memory; what organisations see of them is by the rules of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.candidates import Diversity, Feedback, Profile, SeenCandidate
from shared.domain import visibility
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions
from shared.domain.visibility import ProfileVisibility
from shared.errors import ConflictError, PreconditionFailedError
from tests.fakes.own_rows import BEGINNING
from tests.fakes.pages import cut_out


@dataclass(frozen=True)
class _Keyed:
    """A row with what a page goes on from."""

    id: UUID
    at: datetime
    feedback: Feedback


class FakeCandidates:
    def __init__(self) -> None:
        self.profiles: dict[UUID, Profile] = {}
        self.diversities: dict[UUID, Diversity] = {}
        self.feedbacks: dict[UUID, list[Feedback]] = {}
        self._ticks = 0

    async def profile(self, caller: Person) -> Profile:
        if caller.user_id not in self.profiles:
            now = self._now()
            self.profiles[caller.user_id] = Profile.model_validate(
                dict.fromkeys(Profile.model_fields)
                | {
                    "user_id": caller.user_id,
                    "email": caller.email,
                    "country": "Australia",
                    "profile_visibility": "visible",
                    "visibility_settings": {},
                    "profile_prefilled": False,
                    "password_setup_required": False,
                    "created_at": now,
                    "updated_at": now,
                }
            )
        return self.profiles[caller.user_id]

    async def change_profile(
        self, caller: Person, changes: Mapping[str, object], versions: Versions
    ) -> Profile:
        current = self.profiles[caller.user_id]
        if versions and current.updated_at not in versions:
            raise PreconditionFailedError("It has changed since you read it. Read it again.")
        changed = Profile.model_validate(current.model_dump() | dict(changes) | {"updated_at": self._now()})
        self.profiles[caller.user_id] = changed
        return changed

    async def confirm_profile(self, caller: Person) -> None:
        current = self.profiles[caller.user_id]
        if current.profile_review_status == "pending_parse":
            raise ConflictError("Profile review: pending parse -> confirmed.", code="invalid_transition")
        if current.profile_review_status != "confirmed":
            await self.change_profile(
                caller, {"profile_review_status": "confirmed", "profile_confirmed_at": self._now()}, None
            )

    async def diversity(self, caller: Person) -> Diversity | None:
        return self.diversities.get(caller.user_id)

    async def answer_diversity(self, caller: Person, answers: Mapping[str, object]) -> Diversity:
        now = self._now()
        known = self.diversities.get(caller.user_id)
        made = Diversity.model_validate(
            {**answers, "created_at": known.created_at if known else now, "updated_at": now}
        )
        self.diversities[caller.user_id] = made
        return made

    async def withdraw_diversity(self, caller: Person) -> None:
        self.diversities.pop(caller.user_id, None)

    async def feedback(self, caller: Person, cut: Cut, interview_id: UUID | None) -> Page[Feedback]:
        found = [
            _Keyed(each.interview_id, each.at, each)
            for each in self.feedbacks.get(caller.user_id, [])
            if interview_id in (None, each.interview_id)
        ]
        page = cut_out(found, cut)
        return Page(tuple(each.feedback for each in page.rows), page.last, page.total)

    async def seen(self, caller: Person, candidate_id: UUID) -> SeenCandidate | None:
        profile = self.profiles.get(candidate_id)
        if profile is None or profile.profile_visibility is not ProfileVisibility.VISIBLE:
            return None
        fields = profile.model_dump(include=set(SeenCandidate.model_fields))
        chosen = profile.visibility_settings.model_dump()
        nothing = {"has_cv": False, "skills": [], "education": [], "employment": []}
        return SeenCandidate.model_validate(visibility.as_seen(fields | nothing, chosen))

    def _now(self) -> datetime:
        self._ticks += 1
        return BEGINNING + timedelta(microseconds=self._ticks)
