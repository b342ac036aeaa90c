"""Uploaded CVs: where each stands on its way, and what becomes of those that go no further."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.domain.documents import DocumentKind
from shared.domain.files import FilePath, Store

CONTENT_TYPES: Final = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.TXT: "text/plain",
}
KINDS: Final = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}

LATEST_ARRIVAL: Final = timedelta(minutes=30)
"""What has not come by then never will: its link has ended long before."""


class UploadStatus(StrEnum):
    AWAITING_UPLOAD = "awaiting_upload"
    RECEIVED = "received"
    READING = "reading"
    PARSED = "parsed"
    SCANNED_NEEDS_READER = "scanned_needs_reader"  # a picture, and nobody is there who reads pictures
    SUPERSEDED = "superseded"  # a newer one of the same person is there
    REFUSED = "refused"
    FAILED = "failed"
    PARKED = "parked"  # before a person, who can have it tried again
    REMOVED = "removed"

    @property
    def is_under_way(self) -> bool:
        return self in {UploadStatus.RECEIVED, UploadStatus.READING, UploadStatus.SCANNED_NEEDS_READER}

    @property
    def is_awaited(self) -> bool:
        return self is UploadStatus.AWAITING_UPLOAD

    @property
    def is_kept(self) -> bool:
        """Whether there is a file behind it that somebody may look at."""
        return self not in {UploadStatus.AWAITING_UPLOAD, UploadStatus.REFUSED, UploadStatus.REMOVED}


UNTOLD: Final = frozenset({UploadStatus.AWAITING_UPLOAD, UploadStatus.PARKED})


class Reason(StrEnum):
    """Why a file went no further: stable words. A refusal may also say the code of its error."""

    NEVER_ARRIVED = "never_arrived"
    VANISHED = "vanished"
    UNSAFE = "unsafe_file"
    NEEDS_READER = "needs_reader"
    PROCESSING_FAILED = "processing_failed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a person, as the database knows it."""

    file_id: UUID
    person_id: UUID
    path: FilePath
    content_type: str
    status: UploadStatus
    created_at: datetime
    label: str | None = None
    reason: str | None = None
    size_bytes: int | None = None
    uploaded_at: datetime | None = None
    is_current: bool = False
    snapshot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that arrived and can be read; `uploaded_at` is empty for what came with the call itself."""

    file_id: UUID
    person_id: UUID
    path: FilePath
    label: str | None
    content_type: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime | None = None


def awaited_at(person_id: UUID, file_id: UUID, kind: DocumentKind) -> FilePath:
    """Where a browser puts it."""
    return FilePath.of(Store.UPLOADS, person_id, file_id, extension=kind.value)


def kept_at(person_id: UUID, file_id: UUID, kind: DocumentKind) -> FilePath:
    """Where it belongs once it was looked at."""
    return FilePath.of(Store.RESUMES, person_id, file_id, extension=kind.value)


def is_before(upload: Upload, current: Upload) -> bool:
    """Whether the other one took its place: it had arrived, and no later."""
    if upload.file_id == current.file_id or upload.uploaded_at is None or current.uploaded_at is None:
        return False
    return upload.uploaded_at <= current.uploaded_at


def places_of(upload: Upload) -> tuple[FilePath, ...]:
    """Everywhere that it may lie, as who moved it may not have got to say so.

    Deleted in this order, nothing can be moved any more once the first is gone.
    """
    if upload.path.store is not Store.UPLOADS or upload.status not in UNTOLD:
        return (upload.path,)
    return (upload.path, *(kept_at(upload.person_id, upload.file_id, kind) for kind in DocumentKind))


def file_of_upload(container: str, name: str) -> UUID | None:
    """Which file a blob of the store for uploads is; None for a blob that we would not have put there."""
    try:
        path = FilePath(Store(container), name)
        if path.store is not Store.UPLOADS:
            return None
        person, file = path.name.split("/")
        stem, _, extension = file.partition(".")
        expected = awaited_at(UUID(person), UUID(stem), DocumentKind(extension))
    except ValueError:
        return None
    return UUID(stem) if expected == path else None
