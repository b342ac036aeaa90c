"""Hears that the call service has written the file of a recording."""

import re
from typing import Final
from urllib.parse import unquote

from pydantic import ValidationError

from shared.contracts.event_grid import GridEvent, RecordingChunk, RecordingFile
from shared.domain.files import FilePath
from shared.domain.recordings.work import ToldChunk, path_in
from shared.errors import InvalidInputError
from shared.use_cases.recordings.announce_recording import AnnounceRecording

RECORDING_ID: Final = re.compile(r"/recordingId/([^/]{1,2000})/?$")


class HearRecordingFile:
    def __init__(self, announce: AnnounceRecording, storage_url: str) -> None:
        self._announce = announce
        self._storage_url = storage_url

    async def __call__(self, event: GridEvent) -> None:
        """Raises InvalidInputError for what is no such event, or names a file that is not in our store."""
        named = RECORDING_ID.search(event.subject)
        try:
            file = RecordingFile.model_validate(event.data)
            chunks = tuple(self._chunk(each) for each in file.storage.chunks)
        except (ValidationError, ValueError):
            raise InvalidInputError("The event names no file of ours.") from None
        if named is None:
            raise InvalidInputError("The event names no recording.")
        await self._announce(unquote(named[1]), chunks)

    def _chunk(self, told: RecordingChunk) -> ToldChunk:
        return ToldChunk(
            document_id=told.document_id,
            index=told.index,
            content=path_in(told.content_location, self._storage_url),
            metadata=self._beside(told.metadata_location),
            end_reason=told.end_reason,
        )

    def _beside(self, location: str | None) -> FilePath | None:
        try:
            return path_in(location, self._storage_url) if location else None
        except ValueError:
            return None  # kept by the service itself
