"""Uploaded CVs, through SQL functions."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.files import FilePath
from shared.domain.resume.fields import StructuredResume
from shared.domain.resume.prefill import Prefill
from shared.domain.resume.stored import as_data, from_data
from shared.domain.uploads import Arrival, Upload, UploadStatus
from shared.domain.visibility import ProfileVisibility
from shared.ports.uploads import ShownCv

UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

type Row = Mapping[str, Any]


class SupabaseUploads:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def expect(self, upload: Upload) -> Upload:
        arguments = {
            "file_id": str(upload.file_id),
            "person_id": str(upload.person_id),
            "blob_path": str(upload.path),
            "original_name": upload.label,
            "content_type": upload.content_type,
        }
        return _upload(await self._functions.call("expect_upload", arguments))

    async def find(self, file_id: UUID) -> Upload | None:
        return _found(await self._functions.call("uploaded_file", {"file_id": str(file_id)}))

    async def current(self, person_id: UUID) -> Upload | None:
        return _found(await self._functions.call("current_cv", {"person_id": str(person_id)}))

    async def take_in(self, arrival: Arrival) -> Upload:
        arguments = {
            "file_id": str(arrival.file_id),
            "person_id": str(arrival.person_id),
            "blob_path": str(arrival.path),
            "original_name": arrival.label,
            "content_type": arrival.content_type,
            "size_bytes": arrival.size_bytes,
            "sha256": arrival.sha256,
            "uploaded_at": arrival.uploaded_at.isoformat() if arrival.uploaded_at else None,
        }
        return _upload(await self._functions.call("take_in_cv", arguments))

    async def settle(self, file_id: UUID, status: UploadStatus, reason: str | None = None) -> Upload:
        arguments = {"file_id": str(file_id), "status": status.value, "reason": reason}
        return _upload(await self._functions.call("settle_file", arguments))

    async def keep_snapshot(self, file_id: UUID, resume: StructuredResume, source_kind: str) -> UUID | None:
        arguments = {
            "file_id": str(file_id),
            "parser_version": resume.parser_version,
            "source_kind": source_kind,
            "data": _storable(as_data(resume)),
            "confidence": resume.confidence,
            "raw_text": _storable(resume.text.text),
        }
        kept = await self._functions.call("keep_snapshot", arguments)
        return UUID(kept) if kept else None

    async def snapshot(self, snapshot_id: UUID) -> StructuredResume | None:
        found = await self._functions.call("profile_snapshot", {"snapshot_id": str(snapshot_id)})
        return from_data(found["data"], found["raw_text"] or "") if found else None

    async def prefill(self, snapshot_id: UUID, prefill: Prefill) -> Upload:
        arguments = {"snapshot_id": str(snapshot_id), **prefill.as_facts()}
        return _upload(await self._functions.call("prefill_profile", arguments))

    async def all_of(self, person_id: UUID) -> Sequence[Upload]:
        found = await self._functions.call("cvs_of_person", {"person_id": str(person_id)})
        return tuple(_upload(each) for each in found)

    async def remove(self, person_id: UUID, file_ids: Sequence[UUID]) -> None:
        arguments = {"person_id": str(person_id), "file_ids": [str(each) for each in file_ids]}
        await self._functions.call("remove_cv", arguments)

    async def of_application(self, application_id: UUID) -> ShownCv | None:
        found = await self._functions.call("cv_of_application", {"application_id": str(application_id)})
        if found is None:
            return None
        return ShownCv(
            ProfileVisibility(found["profile_visibility"]),
            dict(found["visibility_settings"]),
            _found(found["file"]),
        )


def _storable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same, with a mark for each character that the database can not hold: spans stay right."""
    match value:
        case str():
            return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {key: _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case _:
            return value


def _found(row: Row | None) -> Upload | None:
    return _upload(row) if row else None


def _upload(row: Row) -> Upload:
    return Upload(
        file_id=UUID(row["file_id"]),
        person_id=UUID(row["user_id"]),
        path=FilePath.parse(row["blob_path"]),
        content_type=row["content_type"],
        status=UploadStatus(row["status"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        label=row["original_name"],
        reason=row["status_reason"],
        size_bytes=row["size_bytes"],
        uploaded_at=_moment(row["uploaded_at"]),
        is_current=row["is_current"],
        snapshot_id=UUID(row["snapshot_id"]) if row["snapshot_id"] else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
