"""Watching over an invitation: which letters are due, whether it is over, when to look again.

A letter is about a moment. Whoever moves that moment is reminded of the new one, and of the old one
no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

REMIND_BEFORE_THE_END: Final = timedelta(days=1)
SHORT_LIFE: Final = timedelta(days=2)
"""Who was invited so shortly before the end needs no reminder of it."""
REMIND_BEFORE_THE_TIME: Final = timedelta(hours=1)
TOO_LATE_TO_REMIND: Final = timedelta(minutes=15)
NO_SHOW_AFTER: Final = timedelta(minutes=15)
SOONEST: Final = timedelta(minutes=1)
LATEST: Final = timedelta(days=1)


class LetterKind(StrEnum):
    THANKS = "thanks"
    EXPIRING = "expiring"
    UPCOMING = "upcoming"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class WatchedInvitation:
    """One whose interview has not begun; every time is the database's."""

    interview_id: UUID
    now: datetime
    invited_at: datetime
    expires_at: datetime
    scheduled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    letters: tuple[tuple[LetterKind, datetime], ...]
    """What is owed by now, each with the moment it is about; owing it again changes nothing."""
    is_over: bool
    again: timedelta


def outlook(invitation: WatchedInvitation) -> Outlook:
    now = invitation.now
    if now >= invitation.expires_at:
        return Outlook((), is_over=True, again=SOONEST)
    spans = _spans(invitation)
    due = tuple((kind, about) for kind, about, begins, ends in spans if begins <= now < ends)
    moments = [invitation.expires_at, *(begins for _, _, begins, _ in spans if begins > now)]
    return Outlook(due, is_over=False, again=min(max(min(moments) - now, SOONEST), LATEST))


def _spans(invitation: WatchedInvitation) -> list[tuple[LetterKind, datetime, datetime, datetime]]:
    """Each letter with the moment it is about, and from when to when it is due."""
    spans = []
    ends, chosen = invitation.expires_at, invitation.scheduled_at
    reminds_at = ends - REMIND_BEFORE_THE_END
    # a time that was chosen in the last day of the invitation is reminded of by itself
    if ends - invitation.invited_at > SHORT_LIFE and (chosen is None or chosen < reminds_at):
        spans.append((LetterKind.EXPIRING, ends, reminds_at, ends))
    if chosen is not None:
        spans.append(
            (LetterKind.UPCOMING, chosen, chosen - REMIND_BEFORE_THE_TIME, chosen - TOO_LATE_TO_REMIND)
        )
        spans.append((LetterKind.NO_SHOW, chosen, chosen + NO_SHOW_AFTER, ends))
    return spans
