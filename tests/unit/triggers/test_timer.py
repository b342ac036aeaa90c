"""How a timer lives: its first start, its runs, its memory across restarts."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from azure.core.exceptions import ServiceRequestError

from local.host.settings import HostSettings, SettingsError
from local.host.triggers.cron import parse_schedule
from local.host.triggers.timer import TimerListener, schedule_of, zone_of
from local.host.triggers.timer_status import NEVER, ScheduleStatus, first_status, resumed
from tests.unit.triggers.stage import Call, NotingInvoker, failing, function

UTC_ZONE = ZoneInfo("UTC")
HOURLY = parse_schedule("0 0 * * * *", UTC_ZONE)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Memory:
    def __init__(self, status: ScheduleStatus | None = None, *, broken: bool = False) -> None:
        self.status = status
        self._broken = broken

    async def load(self, function_name: str) -> ScheduleStatus | None:
        if self._broken:
            raise ServiceRequestError("no storage")
        return self.status

    async def save(self, function_name: str, status: ScheduleStatus) -> None:
        if self._broken:
            raise ServiceRequestError("no storage")
        self.status = status


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def run_until(listener: TimerListener, invoker: NotingInvoker, calls: int) -> None:
    await listener.start()
    for _ in range(200):
        await asyncio.sleep(0)
        if len(invoker.calls) >= calls:
            break
    await listener.stop()


def past_due(call: Call) -> bool:
    return bool(json.loads(call.value.json)["IsPastDue"])


async def test_a_new_timer_waits_for_its_first_occurrence() -> None:
    invoker, memory = NotingInvoker(), Memory()

    await run_until(TimerListener(invoker, function("timerTrigger"), HOURLY, memory, Clock(NOON)), invoker, 1)

    assert invoker.calls == []
    assert memory.status == ScheduleStatus(NEVER, NOON + HOUR, NOON)


async def test_a_run_that_was_missed_is_made_up_for_at_once_and_once() -> None:
    missed = ScheduleStatus(NOON - 5 * HOUR, NOON - 4 * HOUR, NOON - 5 * HOUR)
    invoker, memory = NotingInvoker(), Memory(missed)
    now = NOON + timedelta(minutes=7)

    await run_until(TimerListener(invoker, function("timerTrigger"), HOURLY, memory, Clock(now)), invoker, 2)

    assert [past_due(call) for call in invoker.calls] == [True]
    assert memory.status == ScheduleStatus(now, NOON + HOUR, now)


async def test_a_run_that_is_due_comes_at_its_time_and_sets_the_next() -> None:
    clock = Clock(NOON - timedelta(seconds=1))
    invoker, memory = NotingInvoker(), Memory()
    listener = TimerListener(invoker, function("timerTrigger"), HOURLY, memory, clock)
    await run_until(listener, invoker, 1)
    assert memory.status is not None
    assert memory.status.next == NOON

    clock.now = NOON
    due = TimerListener(invoker, function("timerTrigger"), HOURLY, memory, clock)
    await run_until(due, invoker, 1)

    assert [past_due(call) for call in invoker.calls] == [False]
    assert memory.status.next == NOON + HOUR


async def test_run_on_startup_runs_at_every_start() -> None:
    invoker, memory = NotingInvoker(), Memory()
    for _ in range(2):
        trigger = function("timerTrigger", runOnStartup=True)
        listener = TimerListener(invoker, trigger, HOURLY, memory, Clock(NOON))
        await run_until(listener, invoker, 9)

    assert [past_due(call) for call in invoker.calls] == [False, False]


async def test_a_failing_run_is_not_repeated_before_the_next_occurrence() -> None:
    invoker, memory = NotingInvoker(failing), Memory()
    trigger = function("timerTrigger", runOnStartup=True)

    await run_until(TimerListener(invoker, trigger, HOURLY, memory, Clock(NOON)), invoker, 2)

    assert len(invoker.calls) == 1


async def test_a_timer_runs_without_the_storage_it_would_remember_in() -> None:
    invoker = NotingInvoker()
    trigger = function("timerTrigger", runOnStartup=True)

    await run_until(TimerListener(invoker, trigger, HOURLY, Memory(broken=True), Clock(NOON)), invoker, 1)

    assert len(invoker.calls) == 1


@pytest.mark.parametrize(("schedule", "monitor"), [("0 0 * * * *", False), ("*/5 * * * * *", True)])
async def test_a_timer_that_is_not_monitored_forgets_and_says_nothing(schedule: str, monitor: bool) -> None:
    long_ago = ScheduleStatus(NOON - 9 * HOUR, NOON - 8 * HOUR, NOON - 9 * HOUR)
    invoker, memory = NotingInvoker(), Memory(long_ago)
    trigger = function("timerTrigger", useMonitor=monitor, runOnStartup=True)
    listener = TimerListener(invoker, trigger, parse_schedule(schedule, UTC_ZONE), memory, Clock(NOON))

    await run_until(listener, invoker, 1)

    assert [past_due(call) for call in invoker.calls] == [False]
    assert json.loads(invoker.calls[0].value.json)["ScheduleStatus"] is None
    assert memory.status == long_ago


def test_an_unchanged_schedule_goes_on_where_it_was() -> None:
    status = ScheduleStatus(NOON - HOUR, NOON, NOON - HOUR)

    assert resumed(status, HOURLY, NOON + 3 * HOUR) == status


def test_a_changed_schedule_does_not_count_as_missed() -> None:
    monthly = ScheduleStatus(NOON - 3 * HOUR, NOON + 600 * HOUR, NOON - 3 * HOUR)

    assert resumed(monthly, HOURLY, NOON) == first_status(HOURLY, NOON)


def test_a_changed_schedule_whose_next_run_lies_ahead_counts_from_the_last_one() -> None:
    last = NOON - timedelta(minutes=10)
    monthly = ScheduleStatus(last, NOON + 600 * HOUR, last)
    interval = parse_schedule("01:00:00", UTC_ZONE)

    assert resumed(monthly, interval, NOON) == ScheduleStatus(NEVER, last + HOUR, last)


def test_a_status_survives_being_written_down() -> None:
    status = first_status(HOURLY, NOON)

    assert ScheduleStatus.from_json(json.dumps(status.to_json())) == status


def test_a_schedule_may_stand_in_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SCHEDULE", "0 0 12 * * *")

    schedule = schedule_of(function("timerTrigger", schedule="%MY_SCHEDULE%"), HostSettings(Path()))

    assert schedule.after(NOON) == NOON + timedelta(days=1)


def test_a_schedule_is_read_on_the_clock_of_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBSITE_TIME_ZONE", "Europe/London")

    schedule = schedule_of(function("timerTrigger", schedule="0 0 14 * * *"), HostSettings(Path()))

    assert schedule.after(NOON) == NOON + HOUR


@pytest.mark.parametrize("name", ["GMT Standard Time", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("WEBSITE_TIME_ZONE", name)

    with pytest.raises(SettingsError, match="no IANA zone"):
        zone_of(HostSettings(Path()))


def test_a_malformed_schedule_is_told_with_the_name_of_its_function() -> None:
    trigger = function("timerTrigger", name="nightly", schedule="0 0 99 * * *")

    with pytest.raises(
        SettingsError, match="'0 0 99 \\* \\* \\*' of the function 'nightly': 99 is out of range"
    ):
        schedule_of(trigger, HostSettings(Path()))
