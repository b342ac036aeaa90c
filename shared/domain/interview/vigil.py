"""Watching over a talk that runs: what is due now, and when to look again.

A talk ends by itself when its time is over, when somebody who is there says nothing, or when nobody
is there. Who waits for our reply is neither silent nor late. Time in which we ourselves were away
counts against nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

REPROMPT_AFTER: Final = timedelta(seconds=120)
END_AFTER_REPROMPT: Final = timedelta(seconds=180)
ABSENT_AFTER: Final = timedelta(seconds=300)

SOONEST: Final = timedelta(seconds=15)
LATEST: Final = timedelta(seconds=120)
LATEST_IN_CLOSING: Final = SOONEST
"""The last answer is near, and no turn tells of it: the end of the talk is found by looking."""

WE_WERE_AWAY: Final = LATEST + timedelta(seconds=60)
INSTANT: Final = timedelta(seconds=1)


class Due(StrEnum):
    NOTHING = "nothing"
    FORGIVE = "forgive"  # nobody watched for a while: silence and absence are counted anew
    REPROMPT = "reprompt"
    TIME_UP = "time_up"
    IDLE = "idle"
    DISCONNECTED = "disconnected"

    @property
    def ends(self) -> bool:
        return self in {Due.TIME_UP, Due.IDLE, Due.DISCONNECTED}


@dataclass(frozen=True, slots=True)
class Watched:
    """A talk that runs, as the database tells of it; every time is the database's."""

    now: datetime
    started_at: datetime
    limit_seconds: int
    given_back_seconds: int
    last_seen_at: datetime  # the last sign of the candidate's client, or the end of their call
    quiet_since: datetime  # since when neither side has said anything, nor the candidate typed
    reprompted_at: datetime | None = None
    leased_at: datetime | None = None  # of the turn that is open
    lease_expires_at: datetime | None = None
    in_call: bool = False
    in_closing: bool = False
    watched_at: datetime | None = None  # the look before this one


@dataclass(frozen=True, slots=True)
class Look:
    due: Due
    again: timedelta
    """How long until the next look, once what is due is done."""


def look(talk: Watched) -> Look:
    """What is due; of several the one that says best why the talk ends."""
    if talk.lease_expires_at and talk.lease_expires_at > talk.now:
        return Look(Due.NOTHING, _bounded(talk, [talk.lease_expires_at]))
    if talk.now >= time_up_at(talk):
        return Look(Due.TIME_UP, SOONEST)
    if talk.watched_at and talk.now - talk.watched_at > WE_WERE_AWAY:
        return Look(Due.FORGIVE, SOONEST)
    if talk.now >= (absent_at := _absent_at(talk)):
        return Look(Due.DISCONNECTED, SOONEST)
    due, silent_at = _silence(talk)
    if talk.now >= silent_at:
        return Look(due, SOONEST)
    return Look(Due.NOTHING, _bounded(talk, [absent_at, silent_at]))


def time_up_at(talk: Watched) -> datetime:
    """The budget, and what our own faults cost, the one that is not booked yet included."""
    lost = timedelta()
    if talk.leased_at and talk.lease_expires_at:
        lost = max(timedelta(), min(talk.lease_expires_at, talk.now) - talk.leased_at)
    return talk.started_at + timedelta(seconds=talk.limit_seconds + talk.given_back_seconds) + lost


def _absent_at(talk: Watched) -> datetime:
    seen = talk.now if talk.in_call else talk.last_seen_at
    return _unless_waiting(talk, seen) + ABSENT_AFTER


def _silence(talk: Watched) -> tuple[Due, datetime]:
    quiet_since = _unless_waiting(talk, talk.quiet_since)
    if talk.reprompted_at and talk.reprompted_at >= quiet_since:
        return Due.IDLE, talk.reprompted_at + END_AFTER_REPROMPT
    return Due.REPROMPT, quiet_since + REPROMPT_AFTER


def _unless_waiting(talk: Watched, moment: datetime) -> datetime:
    """Somebody whose turn was left open by a process that died waited for us until its lease was over."""
    return max(moment, talk.lease_expires_at or moment)


def _bounded(talk: Watched, moments: list[datetime]) -> timedelta:
    """Until the first of them, neither at once nor in ages. The clock alone is kept to the second."""
    latest = LATEST_IN_CLOSING if talk.in_closing else LATEST
    soon = min(max(min(moments) - talk.now, SOONEST), latest)
    left = time_up_at(talk) - talk.now
    return max(min(soon, left), INSTANT) if left > timedelta() else soon


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at a talk, running or over, or what tending it has made of it."""

    kind: str
    status: str
    language: str
    progress: Mapping[str, Any]
    seconds_left: int
    fingerprint: str
    """Of all that is decided by: while it is the same, nothing has happened."""
    acted: bool
    talk: Watched | None
    """None once it is over."""
    withdrawn: bool = False  # the candidate has withdrawn the application
