"""Deletion requests on their way, through SQL functions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.contracts.erasure_workflow import ErasureBegun
from shared.domain.erasure import BlobKind, DeletionType, ErasedStore, Erasure, PersonBlob
from shared.domain.files import FilePath
from shared.letters.deletion import DeletionLetterFacts

type Row = Mapping[str, Any]


class SupabaseErasures:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def due(self) -> Sequence[UUID]:
        return tuple(UUID(each) for each in await self._functions.call("due_deletions", {}))

    async def pressing(self) -> Sequence[UUID]:
        return tuple(UUID(each) for each in await self._functions.call("pressing_deletions", {}))

    async def begin(self, request_id: UUID) -> ErasureBegun:
        row = await self._call("begin_deletion", request_id)
        awaits = row["state"] == "processing" and (await self.read(request_id)).awaits_upload
        return ErasureBegun.model_validate({**row, "awaits_upload": awaits})

    async def read(self, request_id: UUID) -> Erasure:
        row = await self._call("read_deletion", request_id)
        return Erasure(
            request_id=request_id,
            type=DeletionType(row["request_type"]),
            person_id=UUID(row["user_id"]) if row["user_id"] else None,
            talks=tuple(UUID(each) for each in row["talks"]),
            identity=row["identity"],
            blobs=tuple(_blob(each) for each in row["blobs"]),
            lines=tuple(row["lines"]),
            recordings_left=row["recordings_left"],
            awaits_upload=row["awaits_upload"],
        )

    async def aim(self, request_id: UUID, store: ErasedStore, found: Collection[str] = ()) -> Sequence[str]:
        asked = {"store": store.value, "targets": sorted(found)}
        return tuple(await self._call("target_deletion", request_id, **asked))

    async def note(self, request_id: UUID, store: ErasedStore, left: int) -> int:
        noted = await self._call("note_deletion", request_id, store=store.value, still_there=left)
        return int(noted["count"])

    async def erase_rows(self, request_id: UUID) -> tuple[int, bool] | None:
        noted = await self._call("erase_deletion_rows", request_id)
        return (noted["count"], noted["verified"]) if noted else None

    async def complete(self, request_id: UUID) -> bool:
        return bool(await self._call("complete_deletion", request_id))

    async def fail(self, request_id: UUID, reason: str) -> bool:
        return bool(await self._call("fail_deletion", request_id, reason=reason))

    async def take_up_letter(self) -> DeletionLetterFacts | None:
        row = await self._functions.call("claim_deletion_letter", {})
        if row is None:
            return None
        return DeletionLetterFacts(
            UUID(row["letter_id"]), row["email"], row["language"], DeletionType(row["request_type"])
        )

    async def settle_letter(self, letter_id: UUID) -> None:
        await self._functions.call("settle_deletion_letter", {"letter_id": str(letter_id)})

    async def _call(self, name: str, request_id: UUID, **more: Any) -> Any:  # noqa: ANN401 - JSON
        return await self._functions.call(name, {"request_id": str(request_id), **more})


def _blob(row: Row) -> PersonBlob:
    recording = row.get("recording_id")
    return PersonBlob(
        BlobKind(row["kind"]),
        UUID(row["id"]),
        FilePath.parse(row["blob_path"]),
        UUID(recording) if recording else None,
    )
