"""Looks for recordings of whose file nobody has told us, and for files of whose recording nobody has."""

from datetime import timedelta
from typing import Final

from shared import telemetry
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.telemetry import Attribute, Event
from shared.use_cases.recordings.announce_recording import AnnounceRecording
from shared.use_cases.recordings.find_recording_file import UNTOLD_IS_LATE

STRAY: Final = timedelta(days=7)
"""A recording is known within moments, or after its database was mended; else nobody may keep its file."""

log = telemetry.Log(__name__)


class WatchRecordings:
    def __init__(self, desk: RecordingDesk, files: Files) -> None:
        self._desk = desk
        self._files = files

    async def __call__(self, announce: AnnounceRecording) -> int:
        """How many are processed now: told before they were known, or never told of at all.

        Of the latter their workflow tells people, and waits on.
        """
        known = await self._desk.claim()
        overdue = await self._desk.overdue(UNTOLD_IS_LATE)
        found = {*known, *(each.recording_id for each in overdue)}
        for recording_id in sorted(found):
            await announce.process(recording_id)
        await self._delete_strays()
        return len(found)

    async def _delete_strays(self) -> None:
        """Files first: broken off in between, they are found again."""
        strays = await self._desk.strays(STRAY)
        for path in (path for each in strays for path in each.places):
            await self._files.delete(path)
        if strays:
            await self._desk.forget([each.id for each in strays])
            log.warning(Event.RECORDING_STRAYS_DELETED, {Attribute.CHUNKS: len(strays)})
