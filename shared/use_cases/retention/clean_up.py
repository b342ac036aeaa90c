"""Deletes what has been kept long enough: recordings, and rows that have served.

A recording that is due becomes one that is owed, and is deleted by the loop that deletes whatever is owed.
So a run that is killed goes on by itself, and what cannot be deleted now is tried again.
"""

from datetime import timedelta
from typing import Final

from shared import telemetry
from shared.domain.retention import EndedRun
from shared.ports.clock import Clock
from shared.ports.retention import Retention
from shared.telemetry import Attribute, Event
from shared.use_cases.recordings.discard_recording import DiscardRecording

LONGEST: Final = timedelta(minutes=8)
"""Below what a function may take; what is left is done by the runs every two minutes, or tomorrow."""
AT_A_TIME: Final = 5_000
RECORDINGS: Final = "recordings"

log = telemetry.Log(__name__)


class CleanUp:
    def __init__(self, retention: Retention, discard: DiscardRecording, clock: Clock) -> None:
        self._retention = retention
        self._discard = discard
        self._clock = clock

    async def daily(self) -> None:
        """Of every organisation, and of the platform's own tables."""
        ends_at = self._clock.now() + LONGEST
        begun = done = await self._retention.begin(is_daily=True)
        while begun or done:
            done = await self._settle()
            if self._clock.now() >= ends_at:
                break
            if begun:  # to find none takes as long as to find some, so that once is enough
                begun = await self._retention.begin(is_daily=True)
        await self._purge_expired()

    async def go_on(self) -> None:
        """What is owed, and what somebody asked for or was broken off."""
        await self._retention.begin(is_daily=False)
        await self._settle()

    async def _settle(self) -> int:
        done = await self._discard.settle()
        for run in await self._retention.finish():
            _tell(run)
        return done

    async def _purge_expired(self) -> None:
        ends_at = self._clock.now() + LONGEST
        removed: dict[str, int] = {}
        while True:
            found = await self._retention.purge_expired(AT_A_TIME)
            removed = {table: removed.get(table, 0) + rows for table, rows in found.items()}
            if max(found.values(), default=0) < AT_A_TIME or self._clock.now() >= ends_at:
                break
        for table, rows in removed.items():
            telemetry.count_purged(table, rows)
            log.info(Event.EXPIRED_PURGED, {Attribute.TABLE: table, Attribute.ROWS: rows})


def _tell(run: EndedRun) -> None:
    telemetry.count_purged(RECORDINGS, run.deleted)
    told: dict[str, str | int] = {
        Attribute.RUN_ID: str(run.run_id),
        Attribute.ORGANISATION_ID: str(run.organisation_id),
        Attribute.ROWS: run.deleted,
        Attribute.LEFT: run.failed,
    }
    (log.warning if run.failed else log.info)(Event.RETENTION_FINISHED, told)
