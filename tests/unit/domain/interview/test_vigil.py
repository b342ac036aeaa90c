"""The rule of who watches over a talk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.vigil import (
    ABSENT_AFTER,
    LATEST,
    SOONEST,
    WE_WERE_AWAY,
    Due,
    Watched,
    look,
    time_up_at,
)

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def talk(now: float, *, seen: float = 0, quiet: float = 0, **facts: object) -> Watched:
    watched = Watched(
        now=at(now),
        started_at=START,
        limit_seconds=900,
        given_back_seconds=0,
        last_seen_at=at(seen),
        quiet_since=at(quiet),
    )
    return replace(watched, **facts)  # type: ignore[arg-type]  # each test names what it changes


@pytest.mark.parametrize(
    ("watched", "due"),
    [
        (talk(119), Due.NOTHING),
        (talk(120), Due.REPROMPT),
        (talk(290, seen=280, reprompted_at=at(121)), Due.NOTHING),
        (talk(301, seen=280, reprompted_at=at(121)), Due.IDLE),
        (talk(299, reprompted_at=at(125)), Due.NOTHING),
        (talk(300, reprompted_at=at(125)), Due.DISCONNECTED),
        (talk(400, seen=390, quiet=350, reprompted_at=at(121)), Due.NOTHING),
        (talk(470, seen=390, quiet=350, reprompted_at=at(121)), Due.REPROMPT),
        (talk(899, seen=890, quiet=890), Due.NOTHING),
        (talk(900, seen=890, quiet=890), Due.TIME_UP),
        (talk(905, seen=890, quiet=890, given_back_seconds=10), Due.NOTHING),
    ],
)
def test_what_is_due(watched: Watched, due: Due) -> None:
    assert look(watched).due is due


def test_who_waits_for_our_reply_is_neither_silent_nor_late() -> None:
    waiting = talk(910, quiet=600, leased_at=at(890), lease_expires_at=at(920))

    assert look(waiting).due is Due.NOTHING
    assert look(replace(waiting, now=at(921))).due is Due.NOTHING, "the lease of a dead process is given back"
    assert look(replace(waiting, now=at(930))).due is Due.TIME_UP


def test_who_waited_for_a_process_that_died_is_silent_from_then_on() -> None:
    left = talk(150, quiet=60, leased_at=at(60), lease_expires_at=at(90))

    assert look(left).due is Due.NOTHING
    assert look(replace(left, now=at(210))).due is Due.REPROMPT


def test_a_call_that_is_up_is_presence_and_its_drop_starts_the_clock_of_absence() -> None:
    spoken = talk(400, quiet=390, in_call=True)
    dropped = talk(400, seen=395, quiet=390)

    assert look(spoken).due is Due.NOTHING
    assert look(dropped).due is Due.NOTHING
    assert look(talk(695, seen=395, quiet=690)).due is Due.DISCONNECTED


def test_nobody_is_blamed_for_what_happened_while_nobody_watched() -> None:
    gap = WE_WERE_AWAY.total_seconds()

    assert look(talk(500, watched_at=at(500 - gap - 1))).due is Due.FORGIVE
    assert look(talk(500, watched_at=at(500 - gap))).due is Due.DISCONNECTED
    assert look(talk(950, watched_at=at(100))).due is Due.TIME_UP, "the clock was shown all the time"


def test_the_clock_is_kept_to_the_second_and_the_rest_within_bounds() -> None:
    assert look(talk(0)).again == timedelta(seconds=120)
    assert look(talk(110)).again == SOONEST
    assert look(talk(895, seen=890, quiet=890)).again == timedelta(seconds=5)
    assert look(talk(600, seen=590, quiet=590, in_closing=True)).again == SOONEST


SECONDS = st.integers(0, 2000)


@given(now=SECONDS, seen=SECONDS, quiet=SECONDS, asked=SECONDS | st.none(), given_back=st.integers(0, 300))
def test_every_look_is_bounded_and_every_talk_ends(
    now: int, seen: int, quiet: int, asked: int | None, given_back: int
) -> None:
    watched = talk(
        now,
        seen=min(seen, now),
        quiet=min(quiet, now),
        reprompted_at=None if asked is None else at(min(asked, now)),
        given_back_seconds=given_back,
    )
    found = look(watched)

    assert timedelta(0) < found.again <= LATEST
    if watched.now >= time_up_at(watched):
        assert found.due is Due.TIME_UP
    elif watched.now - watched.last_seen_at >= ABSENT_AFTER:
        assert found.due is Due.DISCONNECTED
    else:
        assert found.due in {Due.NOTHING, Due.REPROMPT, Due.IDLE}


@given(asked=st.integers(120, 2000), quiet=SECONDS)
def test_nobody_is_asked_again_twice_in_one_silence(asked: int, quiet: int) -> None:
    watched = talk(
        asked + 1, seen=asked, quiet=min(quiet, asked), reprompted_at=at(asked), limit_seconds=9999
    )

    assert look(watched).due is not Due.REPROMPT
