"""What has to go of a person, and where it may lie: by the rows that name it, and by where we put things.

A file may have been moved by somebody who did not get to say so, or come after its row was gone. All of
ours lie under the id of their person or interview, so that they are found without any row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.domain.files import FilePath, Store


class DeletionType(StrEnum):
    FULL = "full_deletion"
    RECORDINGS = "recording_only"
    NAMES = "anonymize"


class ErasedStore(StrEnum):
    """The stores of which things are listed before they go; rows count themselves."""

    FILES = "files"
    IDENTITY = "call_identity"
    WORKFLOWS = "workflows"


class BlobKind(StrEnum):
    RECORDING = "recording"
    COPY = "recording_copy"
    CHUNK = "recording_chunk"
    TRANSCRIPT = "transcript"
    FILE = "file"

    @property
    def is_of_recording(self) -> bool:
        return self in {BlobKind.RECORDING, BlobKind.COPY, BlobKind.CHUNK}


OF_PERSONS: Final = (Store.RESUMES, Store.UPLOADS, Store.EXPORTS)
OF_TALKS: Final = (Store.TRANSCRIPTS, Store.REPORTS)


@dataclass(frozen=True, slots=True)
class PersonBlob:
    """A file that a row names; it may not be there."""

    kind: BlobKind
    id: UUID
    path: FilePath
    recording_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request, and what the database knows of its person. Without a person the account is gone."""

    request_id: UUID
    type: DeletionType
    person_id: UUID | None
    talks: Sequence[UUID] = ()
    identity: str | None = None
    blobs: Sequence[PersonBlob] = ()
    lines: Sequence[str] = ()
    """Calls that go on, by the name that their provider has for them."""
    recordings_left: int = 0
    awaits_upload: bool = False

    @property
    def named(self) -> tuple[PersonBlob, ...]:
        """The files to go that rows name."""
        if self.type is DeletionType.RECORDINGS:
            return tuple(each for each in self.blobs if each.kind.is_of_recording)
        return tuple(self.blobs)

    def places(self) -> Iterator[tuple[Store, str]]:
        """Where files to go lie, whoever names them: a store, and how their names begin."""
        for talk in self.talks:
            yield Store.RECORDINGS, f"{talk}/"
            if self.type is not DeletionType.RECORDINGS:
                yield from ((store, str(talk)) for store in OF_TALKS)
        if self.person_id and self.type is not DeletionType.RECORDINGS:
            yield from ((store, f"{self.person_id}/") for store in OF_PERSONS)
