"""When timers fire: NCRONTAB, intervals, and the two nights a year when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.triggers.cron import Cron, Interval, InvalidScheduleError, parse_schedule

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clock moves by half an hour
GREENWICH = ZoneInfo("UTC")
FROM = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday


def fires(text: str, start: datetime = FROM, zone: ZoneInfo = GREENWICH, count: int = 1) -> list[str]:
    schedule = parse_schedule(text, zone)
    found = []
    for _ in range(count):
        start = schedule.after(start)
        found.append(start.strftime("%Y-%m-%d %H:%M:%S%z"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 */5 * * * *", "2026-01-01 00:05:00+0000"),
        ("*/5 * * * *", "2026-01-01 00:05:00+0000"),
        ("30 0 9-17 * * MON-FRI", "2026-01-01 09:00:30+0000"),
        ("0 30 9 * Jan Mon", "2026-01-05 09:30:00+0000"),
        ("0 0 0 1,15 * *", "2026-01-15 00:00:00+0000"),
        ("0 0 0 13 * FRIDAY", "2026-02-13 00:00:00+0000"),
        ("0 0 0 29 2 Sun", "2032-02-29 00:00:00+0000"),
        ("0 0 0 * * 0", "2026-01-04 00:00:00+0000"),
        ("0 0 0 * * SAT-SUN", "2026-01-02 00:00:00+0000"),
        ("0 20/15 * * * *", "2026-01-01 00:20:00+0000"),
        ("0 0-30/15 3 * * *", "2026-01-01 03:00:00+0000"),
        ("59 59 23 31 12 *", "2026-12-31 23:59:59+0000"),
        ("00:10:00", "2026-01-01 00:10:00+0000"),
        ("24:00:00", "2026-01-25 00:00:00+0000"),
        ("1.00:00:05", "2026-01-02 00:00:05+0000"),
    ],
)
def test_a_schedule_fires_next(text: str, expected: str) -> None:
    assert fires(text) == [expected]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "0 fields"),
        ("* * *", "3 fields"),
        ("* * * * * * *", "7 fields"),
        ("60 * * * * *", "60 is out of range for the field second: 0 to 59"),
        ("0 0 0 0 * *", "0 is out of range for the field day of month"),
        ("0 0 0 * * 7", "7 is out of range for the field day of week: 0 to 6"),
        ("0 0 0 * Foo *", "'Foo' is no value of the field month"),
        ("0 0 0 * * 1-", "'1-' is no value"),
        ("0 0 0 L * *", "'L' is no value"),
        ("0 ,5 * * * *", "'' is no value"),
        ("0 0 0 30 2 *", "never fires"),
        ("often", "neither an NCRONTAB expression nor a time span"),
        ("00:00:00", "between a second and ten years"),
        ("9999999999:00:00", "neither an NCRONTAB expression nor a time span"),
    ],
)
def test_a_malformed_schedule_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(InvalidScheduleError, match=reason):
        parse_schedule(text, GREENWICH)


def test_a_daily_time_that_clocks_skip_runs_once_that_night_by_the_old_clock() -> None:
    assert fires("0 30 1 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), LONDON, 2) == [
        "2026-03-29 02:30:00+0100",
        "2026-03-30 01:30:00+0100",
    ]


def test_a_daily_time_that_clocks_repeat_runs_only_the_first_time() -> None:
    assert fires("0 30 1 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), LONDON, 2) == [
        "2026-10-25 01:30:00+0100",
        "2026-10-26 01:30:00+0000",
    ]


def test_a_daily_time_is_not_run_again_by_a_start_within_the_repeated_hour() -> None:
    in_second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    assert fires("0 30 1 * * *", in_second_pass, LONDON) == ["2026-10-26 01:30:00+0000"]


def test_a_recurring_schedule_keeps_its_pace_while_clocks_change() -> None:
    assert fires("0 */30 * * * *", datetime(2026, 10, 25, 0, 15, tzinfo=UTC), LONDON, 4) == [
        "2026-10-25 01:30:00+0100",
        "2026-10-25 01:00:00+0000",
        "2026-10-25 01:30:00+0000",
        "2026-10-25 02:00:00+0000",
    ]
    assert fires("0 */30 * * * *", datetime(2026, 3, 29, 0, 45, tzinfo=UTC), LONDON, 2) == [
        "2026-03-29 02:00:00+0100",
        "2026-03-29 02:30:00+0100",
    ]


def test_a_skipped_time_does_not_hide_an_earlier_one_after_the_change() -> None:
    assert fires("0 15,45 1,2 * * *", datetime(2026, 3, 29, 0, 50, tzinfo=UTC), LONDON, 2) == [
        "2026-03-29 02:15:00+0100",
        "2026-03-29 02:45:00+0100",
    ]


def values(low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(st.integers(low, high), min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))


CHANGES = [  # the instants of the changes of clocks, and their zones
    (LONDON, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (LONDON, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (LORD_HOWE, datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
]


@given(
    change=st.sampled_from(CHANGES),
    minutes=values(0, 59),
    hours=values(0, 5),
    lead=st.integers(0, 300),
)
def test_around_a_change_of_clocks_each_occurrence_comes_once_and_in_order(
    change: tuple[ZoneInfo, datetime], minutes: tuple[int, ...], hours: tuple[int, ...], lead: int
) -> None:
    zone, turn = change
    every = tuple(range(1, 32)), tuple(range(1, 13)), tuple(range(7))
    cron = Cron((0,), minutes, hours, *every, zone)
    start, end = turn - timedelta(minutes=lead, seconds=30), turn + timedelta(hours=6)

    found = []
    moment = cron.after(start)
    while moment <= end:
        found.append(moment.astimezone(UTC))
        moment = cron.after(moment)

    assert found == minute_by_minute(cron, turn, start, end)


def minute_by_minute(cron: Cron, turn: datetime, start: datetime, end: datetime) -> list[datetime]:
    """Walk through every minute and ask the clocks on the wall, the slow and plain way."""
    old = (turn - timedelta(hours=1)).astimezone(cron.zone).utcoffset() or timedelta()
    new = (turn + timedelta(hours=1)).astimezone(cron.zone).utcoffset() or timedelta()
    found = []
    minute = start.replace(second=0)
    while minute <= end:
        minute += timedelta(minutes=1)
        clocks = {old if minute < turn else new}
        if turn <= minute < turn + (new - old):
            clocks.add(old)  # what was skipped
        if turn <= minute < turn + (old - new) and not cron.recurs:
            clocks = set()  # what ran already
        walls = [minute + clock for clock in clocks]
        if start < minute <= end and any(w.minute in cron.minutes and w.hour in cron.hours for w in walls):
            found.append(minute)
    return found


@given(elapsed=st.timedeltas(timedelta(), timedelta(days=30_000)), step=st.integers(1, 59))
def test_the_next_occurrence_matches_lies_ahead_and_nothing_lies_between(
    elapsed: timedelta, step: int
) -> None:
    moment = FROM + elapsed

    found = parse_schedule(f"0 */{step} * * * *", GREENWICH).after(moment)

    assert found > moment
    assert (found.second, found.microsecond, found.minute % step) == (0, 0, 0)
    assert parse_schedule(f"0 */{step} * * * *", GREENWICH).after(found - timedelta(microseconds=1)) == found


@given(st.text(max_size=20))
def test_any_text_is_refused_or_fires(text: str) -> None:
    try:
        fires = parse_schedule(text, GREENWICH).after(FROM)
    except InvalidScheduleError:
        return

    assert fires > FROM


@pytest.mark.parametrize(
    ("text", "frequent"),
    [("*/10 * * * * *", True), ("0 * * * * *", False), ("00:00:59", True), ("00:01:00", False)],
)
def test_schedules_below_a_minute_are_not_monitored(text: str, frequent: bool) -> None:
    assert parse_schedule(text, GREENWICH).is_frequent is frequent


def test_an_interval_counts_from_the_last_run() -> None:
    assert Interval(timedelta(minutes=7)).after(FROM) == FROM + timedelta(minutes=7)
