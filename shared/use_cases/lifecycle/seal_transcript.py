"""Seals what was said: proves the chain, keeps the proof, and writes the transcript once into a file."""

import json
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.lifecycle_steps import Sealed
from shared.domain.files import FilePath, Store
from shared.errors import ConflictError
from shared.ports.files import Files
from shared.ports.lifecycle import Lifecycles, SealDraft
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)

MOST_BYTES: Final = 64 * 1024 * 1024


class SealTranscript:
    def __init__(self, lifecycles: Lifecycles, files: Files) -> None:
        self._lifecycles = lifecycles
        self._files = files

    async def __call__(self, interview_id: UUID) -> Sealed:
        """Repeated, it finds the seal, and writes the file if that is missing. Never a second one."""
        draft = await self._lifecycles.seal(interview_id)
        if draft is None:
            return Sealed(state="gone")
        if not draft.is_filed and not await self._file(interview_id, draft):
            return Sealed(state="gone")
        if not draft.is_whole:
            log.failure(Event.TRANSCRIPT_BROKEN, {Attribute.INTERVIEW_ID: str(interview_id)})
            return Sealed(state="broken")
        return Sealed(state="whole")

    async def _file(self, interview_id: UUID, draft: SealDraft) -> bool:
        """Whether it is filed. Of what was erased meanwhile no file stays behind."""
        path = FilePath.of(Store.TRANSCRIPTS, interview_id, extension="json")
        content = json.dumps(draft.content, ensure_ascii=False, sort_keys=True).encode()
        try:
            file = await self._files.create(path, content, "application/json", most_bytes=MOST_BYTES)
        except ConflictError:
            # written before, and masked since: what was written first stands
            file = await self._files.fingerprint(path)
        is_known = await self._lifecycles.note_file(interview_id, file) or await self._lifecycles.seal(
            interview_id
        )
        if not is_known:
            await self._files.delete(path)
        return bool(is_known)
