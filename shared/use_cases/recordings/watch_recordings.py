"""Looks for recordings of whose file nobody has told us, before the service deletes it."""

from shared.ports.recording_desk import RecordingDesk
from shared.use_cases.recordings.announce_recording import AnnounceRecording
from shared.use_cases.recordings.find_recording_file import UNTOLD_IS_LATE


class WatchRecordings:
    def __init__(self, desk: RecordingDesk) -> None:
        self._desk = desk

    async def __call__(self, announce: AnnounceRecording) -> int:
        """How many are processed now: told before they were known, or never told of at all.

        Of the latter their workflow tells people, and waits on.
        """
        known = await self._desk.claim()
        overdue = await self._desk.overdue(UNTOLD_IS_LATE)
        found = {*known, *(each.recording_id for each in overdue)}
        for recording_id in sorted(found):
            await announce.process(recording_id)
        return len(found)
