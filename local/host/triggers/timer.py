"""Timer triggers: one call at each occurrence of the schedule, never two at a time."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from azure.core.exceptions import AzureError

from local.host.model import FunctionFailedError
from local.host.protos import TypedData
from local.host.settings import SettingsError
from local.host.triggers.cron import Cron, InvalidScheduleError, Schedule, parse_schedule
from local.host.triggers.loop import Loop, brief
from local.host.triggers.metadata import as_metadata
from local.host.triggers.timer_status import NoStatuses, ScheduleStatus, Statuses, first_status, resumed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.host.model import Function, Invoker
    from local.host.settings import HostSettings

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # so that a machine that slept notices what time it is


class TimerListener:
    def __init__(
        self,
        invoker: Invoker,
        function: Function,
        schedule: Schedule,
        statuses: Statuses,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._invoker = invoker
        self._function = function
        self._schedule = schedule
        self._monitored = (
            not schedule.is_frequent and function.trigger.setting("useMonitor", True) is not False
        )
        self._statuses = statuses if self._monitored else NoStatuses()
        self._now = now
        self._status: ScheduleStatus | None = None
        self._loop = Loop(f"timer '{function.name}'", self._step)

    async def start(self) -> None:
        self._loop.start()

    async def stop(self, grace: float = 5.0) -> None:
        await self._loop.stop(grace)

    def value(self, *, past_due: bool = False) -> TypedData:
        """Make the trigger's value, as the Azure host writes a TimerInfo."""
        status = self._status or first_status(self._schedule, self._now())
        info = {
            "Schedule": {"AdjustForDST": isinstance(self._schedule, Cron)},
            "ScheduleStatus": status.to_json() if self._monitored else None,
            "IsPastDue": past_due,
        }
        return TypedData(json=json.dumps(info))

    async def _step(self) -> float:
        if self._status is None:
            return await self._begin()
        wait = (self._status.next - self._now()).total_seconds()
        if wait > 0:
            return min(wait, LONGEST_PAUSE)
        await self._run()
        return 0

    async def _begin(self) -> float:
        """Take the last status up and make up for a run that was missed while the host was down."""
        stored, now = await self._stored(), self._now()
        status = resumed(stored, self._schedule, now) if stored else first_status(self._schedule, now)
        self._status = status
        if status != stored:
            await self._save(status)
        if now > status.next:
            logger.warning("'%s' is past due since %s and runs now", self._function.name, status.next)
            await self._run(past_due=True)
        elif self._function.trigger.setting("runOnStartup", False) is True:
            await self._run()
        return 0

    async def _run(self, *, past_due: bool = False) -> None:
        started = self._now()
        metadata = as_metadata({"TimerTrigger": started.isoformat()})
        try:
            await self._invoker.invoke(self._function, self.value(past_due=past_due), metadata)
        except FunctionFailedError as error:
            logger.debug("%s failed: %s", self._function.name, error)
        # counted from the start: occurrences that passed meanwhile are made up for by one run at once
        self._status = ScheduleStatus(started, self._schedule.after(started), started)
        await self._save(self._status)

    async def _stored(self) -> ScheduleStatus | None:
        try:
            return await self._statuses.load(self._function.name)
        except AzureError as error:
            logger.warning("timer '%s' does not know when it last ran: %s", self._function.name, brief(error))
            return None

    async def _save(self, status: ScheduleStatus) -> None:
        try:
            await self._statuses.save(self._function.name, status)
        except AzureError as error:
            logger.warning("timer '%s' cannot note that it ran: %s", self._function.name, brief(error))


def schedule_of(function: Function, settings: HostSettings) -> Schedule:
    """Read a function's schedule; a malformed one is told with the function's name."""
    text = settings.resolve(str(function.trigger.setting("schedule", "")))
    try:
        return parse_schedule(text, zone_of(settings))
    except InvalidScheduleError as error:
        raise SettingsError(f"the schedule '{text}' of the function '{function.name}': {error}") from None


def zone_of(settings: HostSettings) -> ZoneInfo:
    name = settings.setting("WEBSITE_TIME_ZONE") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"WEBSITE_TIME_ZONE is '{name}', which is no IANA zone such as 'Europe/London' "
            "(only Azure on Windows knows names like 'GMT Standard Time')"
        ) from None
