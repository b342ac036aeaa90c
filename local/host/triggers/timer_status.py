"""What a timer remembers across restarts: when it last ran and when it should run next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from azure.core.exceptions import ResourceNotFoundError

from local.host.storage import HOSTS_CONTAINER, create_if_missing

if TYPE_CHECKING:
    from local.host.settings import HostSettings
    from local.host.storage import Storage
    from local.host.triggers.cron import Schedule

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    last: datetime
    next: datetime
    last_updated: datetime

    def to_json(self) -> dict[str, str]:
        return {
            "Last": self.last.isoformat(),
            "Next": self.next.isoformat(),
            "LastUpdated": self.last_updated.isoformat(),
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> ScheduleStatus:
        content = json.loads(text)
        last, following, updated = (
            datetime.fromisoformat(content[key]) for key in ("Last", "Next", "LastUpdated")
        )
        return cls(last, following, updated)


def first_status(schedule: Schedule, now: datetime) -> ScheduleStatus:
    return ScheduleStatus(NEVER, schedule.after(now), now)


def resumed(status: ScheduleStatus, schedule: Schedule, now: datetime) -> ScheduleStatus:
    """Take an older status up; a schedule that was changed since starts anew from its last run."""
    base = status.last_updated if status.last == NEVER else status.last
    expected = schedule.after(base)
    if status.next == expected:
        return status
    if now > expected:  # a run that only the new schedule would have had was not missed
        return first_status(schedule, now)
    return ScheduleStatus(NEVER, expected, base)


class Statuses(Protocol):
    async def load(self, function_name: str) -> ScheduleStatus | None: ...

    async def save(self, function_name: str, status: ScheduleStatus) -> None: ...


class NoStatuses:
    """For timers that are not monitored, or hosts without storage."""

    async def load(self, function_name: str) -> ScheduleStatus | None:
        """Find nothing."""

    async def save(self, function_name: str, status: ScheduleStatus) -> None:
        """Forget it."""


class StoredStatuses:
    """Keeps them where Azure does: as blobs in the host's own container."""

    def __init__(self, storage: Storage, settings: HostSettings) -> None:
        self._container = storage.container(None, HOSTS_CONTAINER)
        self._folder = f"timers/{settings.host_id}"

    async def load(self, function_name: str) -> ScheduleStatus | None:
        try:
            download = await self._container.download_blob(self._name(function_name))
            return ScheduleStatus.from_json(await download.readall())
        except (ResourceNotFoundError, ValueError, KeyError, TypeError):
            return None

    async def save(self, function_name: str, status: ScheduleStatus) -> None:
        name, content = self._name(function_name), json.dumps(status.to_json())
        try:
            await self._container.upload_blob(name, content, overwrite=True)
        except ResourceNotFoundError:
            await create_if_missing(self._container)
            await self._container.upload_blob(name, content, overwrite=True)

    def _name(self, function_name: str) -> str:
        return f"{self._folder}/Host.Functions.{function_name}.Listener/status"
