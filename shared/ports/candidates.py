"""People's profiles: their own, and what organisations see of them."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from shared.contracts.candidates import Diversity, Feedback, Profile, SeenCandidate
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions


class Candidates(Protocol):
    """All calls act as the caller, and raise UnavailableError."""

    async def profile(self, caller: Person) -> Profile:
        """The caller's own, made at its first use."""

    async def change_profile(
        self, caller: Person, changes: Mapping[str, object], versions: Versions
    ) -> Profile:
        """Raises InvalidInputError, and PreconditionFailedError if it is of none of these versions."""

    async def confirm_profile(self, caller: Person) -> None:
        """Repeated, it changes nothing. Raises ConflictError while the CV is being read."""

    async def diversity(self, caller: Person) -> Diversity | None: ...

    async def answer_diversity(self, caller: Person, answers: Mapping[str, object]) -> Diversity:
        """Put these in the place of what was there."""

    async def withdraw_diversity(self, caller: Person) -> None:
        """Remove the answers; without effect where there are none."""

    async def feedback(self, caller: Person, cut: Cut, interview_id: UUID | None) -> Page[Feedback]:
        """What the caller may read of the own interviews."""

    async def seen(self, caller: Person, candidate_id: UUID) -> SeenCandidate | None:
        """The person as the caller's organisations see them; None where nothing is shown."""
