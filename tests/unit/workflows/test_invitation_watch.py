"""An invitation that somebody watches, its week played in milliseconds."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.lifecycle_steps import RESCHEDULED, TEND_INVITATION, invitation_key
from shared.domain.invitation_vigil import LetterKind, WatchedInvitation, outlook
from shared.workflows.invitation_watch import MOST_FAILURES, invitation_watch
from tests.orchestra import BEGINNING, Orchestra

INTERVIEW, INVITATION = UUID(int=1), UUID(int=2)
KEY = invitation_key(INTERVIEW)
WEEK = timedelta(days=7)
EXPIRING, UPCOMING, NO_SHOW = LetterKind.EXPIRING, LetterKind.UPCOMING, LetterKind.NO_SHOW


@dataclass
class Case:
    expires_at: datetime = BEGINNING + WEEK
    scheduled_at: datetime | None = None
    is_open: bool = True
    failing: int = 0
    looks: int = 0
    owed: Counter[tuple[LetterKind, datetime]] = field(default_factory=Counter)
    first_owed: dict[LetterKind, datetime] = field(default_factory=dict)
    orchestra: Orchestra = field(init=False)

    def __post_init__(self) -> None:
        self.orchestra = Orchestra({TEND_INVITATION: self._tend}, {"invitation_watch": invitation_watch})
        self.orchestra.start("invitation_watch", KEY, {"invitation_id": str(INVITATION)})

    def schedules(self, after: timedelta, at: datetime, *, told: bool = True) -> None:
        def schedule() -> None:
            self.scheduled_at = at

        self.orchestra.at(BEGINNING + after, schedule)
        if told:
            self.orchestra.send(KEY, RESCHEDULED, after=after)

    def begins(self, after: timedelta) -> None:
        def begin() -> None:
            self.is_open = False

        self.orchestra.at(BEGINNING + after, begin)

    def _tend(self, message: Any) -> Any:
        assert message == {"invitation_id": str(INVITATION)}
        if self.failing:
            self.failing -= 1
            raise OSError("away")
        self.looks += 1
        watched = WatchedInvitation(
            INTERVIEW, self.orchestra.now, BEGINNING, self.expires_at, self.scheduled_at
        )
        found = outlook(watched)
        if found.is_over:
            self.is_open = False
        if not self.is_open:
            return {"is_open": False, "look_in_seconds": 0}
        for letter in found.letters:
            self.owed[letter] += 1
            self.first_owed.setdefault(letter[0], self.orchestra.now)
        return {"is_open": True, "look_in_seconds": found.again.total_seconds()}


def test_a_week_without_a_beginning_is_reminded_of_once_and_then_over() -> None:
    case = Case()
    case.orchestra.result(KEY)

    assert case.orchestra.now == BEGINNING + WEEK
    assert set(case.owed) == {(EXPIRING, BEGINNING + WEEK)}
    assert case.first_owed[EXPIRING] == BEGINNING + WEEK - timedelta(days=1)
    assert case.looks <= 9


def test_who_begins_hears_nothing_more() -> None:
    case = Case()
    case.begins(timedelta(days=2))
    case.orchestra.result(KEY)

    assert not case.owed
    assert case.orchestra.now == BEGINNING + timedelta(days=2)


def test_a_chosen_time_is_reminded_of_and_missed_once() -> None:
    case, at = Case(), BEGINNING + timedelta(days=2, hours=5)
    case.schedules(timedelta(hours=3), at)
    case.orchestra.result(KEY)

    assert set(case.owed) == {(UPCOMING, at), (NO_SHOW, at), (EXPIRING, BEGINNING + WEEK)}
    assert case.first_owed[UPCOMING] == at - timedelta(hours=1)
    assert case.first_owed[NO_SHOW] == at + timedelta(minutes=15)


def test_a_time_that_is_moved_is_reminded_of_as_moved() -> None:
    case = Case()
    early, late = BEGINNING + timedelta(hours=6), BEGINNING + timedelta(hours=30)
    case.schedules(timedelta(hours=1), early)
    case.schedules(timedelta(hours=4), late)
    case.orchestra.result(KEY)

    assert {about for kind, about in case.owed if kind in {UPCOMING, NO_SHOW}} == {late}


def test_a_time_that_nobody_told_of_is_found_within_a_day() -> None:
    case, at = Case(), BEGINNING + timedelta(days=3)
    case.schedules(timedelta(hours=1), at, told=False)
    case.orchestra.result(KEY)

    assert (UPCOMING, at) in case.owed


def test_an_invitation_that_is_renewed_is_watched_on() -> None:
    case = Case()

    def renew() -> None:
        case.expires_at += WEEK

    case.orchestra.at(BEGINNING + timedelta(days=6, hours=12), renew)
    case.orchestra.result(KEY)

    assert case.orchestra.now == BEGINNING + 2 * WEEK
    assert {about for kind, about in case.owed} == {BEGINNING + WEEK, BEGINNING + 2 * WEEK}


@pytest.mark.parametrize("days", [1, 2])
def test_a_short_invitation_needs_no_reminder(days: int) -> None:
    case = Case(expires_at=BEGINNING + timedelta(days=days))
    case.orchestra.result(KEY)

    assert not case.owed


def test_a_time_in_the_last_day_is_reminded_of_by_itself() -> None:
    case, at = Case(), BEGINNING + WEEK - timedelta(hours=2)
    case.schedules(timedelta(hours=3), at)
    case.orchestra.result(KEY)

    assert set(case.owed) == {(UPCOMING, at), (NO_SHOW, at)}


def test_a_database_that_is_away_for_long_ends_the_watch_at_last() -> None:
    case = Case(failing=100_000)

    assert case.orchestra.result(KEY) == {"failures": MOST_FAILURES}


def test_a_watch_goes_on_where_the_database_came_back() -> None:
    case = Case(failing=40)
    case.orchestra.result(KEY)

    assert set(case.owed) == {(EXPIRING, BEGINNING + WEEK)}
