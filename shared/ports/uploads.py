"""What is known of uploaded CVs: where each stands, what was read from it, and whose profile it fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.domain.resume.fields import StructuredResume
from shared.domain.resume.prefill import Prefill
from shared.domain.uploads import Arrival, Upload, UploadStatus
from shared.domain.visibility import ProfileVisibility


@dataclass(frozen=True, slots=True)
class ShownCv:
    """The CV of who applied, with what they chose to show."""

    visibility: ProfileVisibility
    switches: dict[str, bool]
    upload: Upload | None


class Uploads(Protocol):
    """Acts for the system: whoever calls has made sure of the right. Raises UnavailableError.

    Every call may be repeated, and comes late as well as early: what does not follow from where
    a file stands changes nothing, and the answer tells how it stands.
    """

    async def expect(self, upload: Upload) -> Upload:
        """Await a file that a browser will send. Raises ConflictError for an id that is taken."""

    async def find(self, file_id: UUID) -> Upload | None: ...

    async def current(self, person_id: UUID) -> Upload | None:
        """The CV of a person."""

    async def take_in(self, arrival: Arrival) -> Upload:
        """Make it the CV of its person, unless a newer one is. Raises NotFoundError for another's file.

        Older ones that are still being read are superseded; the profile waits to be read.
        """

    async def settle(self, file_id: UUID, status: UploadStatus, reason: str | None = None) -> Upload:
        """Say where it stands by now. Raises NotFoundError."""

    async def keep_snapshot(self, file_id: UUID, resume: StructuredResume, source_kind: str) -> UUID | None:
        """Keep what was read, once for each parser; None if nobody waits for it any more."""

    async def snapshot(self, snapshot_id: UUID) -> StructuredResume | None: ...

    async def prefill(self, snapshot_id: UUID, prefill: Prefill) -> Upload:
        """Fill in what is empty in the profile, and have the person confirm it. Raises NotFoundError.

        Without effect if a newer file is the CV by now.
        """

    async def all_of(self, person_id: UUID) -> Sequence[Upload]:
        """Every CV of the person that has arrived, or may yet, and was not removed."""

    async def remove(self, person_id: UUID, file_ids: Sequence[UUID]) -> None:
        """Their files are gone: what was read stays, without the file and its name."""

    async def of_application(self, application_id: UUID) -> ShownCv | None:
        """None without a profile."""
