"""An application and the moves it can make. The database holds the same table against every writer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ApplicationStatus(StrEnum):
    APPLIED = "applied"
    SCREENING = "screening"
    INVITED = "invited"
    INTERVIEWING = "interviewing"
    INTERVIEWED = "interviewed"
    SCORING = "scoring"
    REVIEWED = "reviewed"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    HIRED = "hired"
    REJECTED = "rejected"
    ARCHIVED = "archived"

    @property
    def is_open(self) -> bool:
        return self not in CLOSED


CLOSED: Final = frozenset({ApplicationStatus.HIRED, ApplicationStatus.REJECTED, ApplicationStatus.ARCHIVED})


class Mover(StrEnum):
    CANDIDATE = "candidate"
    RECRUITER = "recruiter"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    movers: frozenset[Mover]
    needs_reason: bool = False


_S = ApplicationStatus
_RECRUITER: Final = Move(frozenset({Mover.RECRUITER}))
_SYSTEM: Final = Move(frozenset({Mover.SYSTEM}))
_EITHER: Final = Move(frozenset({Mover.RECRUITER, Mover.SYSTEM}))
_SECOND_INTERVIEW: Final = Move(frozenset({Mover.RECRUITER}), needs_reason=True)

MOVES: Final[dict[tuple[ApplicationStatus, ApplicationStatus], Move]] = {
    (_S.APPLIED, _S.SCREENING): _RECRUITER,
    (_S.APPLIED, _S.INVITED): _EITHER,
    (_S.SCREENING, _S.INVITED): _EITHER,
    (_S.INVITED, _S.SCREENING): _EITHER,
    (_S.INTERVIEWING, _S.SCREENING): _EITHER,
    (_S.INVITED, _S.INTERVIEWING): _SYSTEM,
    (_S.INTERVIEWING, _S.INTERVIEWED): _SYSTEM,
    (_S.INTERVIEWED, _S.SCORING): _SYSTEM,
    (_S.SCORING, _S.REVIEWED): _SYSTEM,
    (_S.SCORING, _S.INTERVIEWED): _SYSTEM,
    (_S.INTERVIEWED, _S.INVITED): _SECOND_INTERVIEW,
    (_S.REVIEWED, _S.INVITED): _SECOND_INTERVIEW,
    (_S.REVIEWED, _S.SHORTLISTED): _RECRUITER,
    (_S.SHORTLISTED, _S.REVIEWED): _RECRUITER,
    (_S.SHORTLISTED, _S.OFFERED): _RECRUITER,
    (_S.OFFERED, _S.HIRED): _RECRUITER,
}
for _state in ApplicationStatus:
    if _state.is_open:
        MOVES[_state, _S.REJECTED] = Move(frozenset({Mover.RECRUITER}), needs_reason=True)
        MOVES[_state, _S.ARCHIVED] = Move(frozenset({Mover.RECRUITER, Mover.CANDIDATE}), needs_reason=True)

# Moves that follow from something else a recruiter does: sending the invitation, and ending or
# cancelling the interview. Made by hand they would leave the two at odds.
BY_CONSEQUENCE: Final = frozenset(
    {
        (_S.APPLIED, _S.INVITED),
        (_S.SCREENING, _S.INVITED),
        (_S.INTERVIEWING, _S.SCREENING),
    }
)


class Refusal(StrEnum):
    """Why somebody may not make a move."""

    NO_SUCH_MOVE = "no_such_move"
    NOT_THEIRS = "not_theirs"
    BY_CONSEQUENCE = "by_consequence"
    NEEDS_REASON = "needs_reason"


def refusal(
    was: ApplicationStatus, becomes: ApplicationStatus, mover: Mover, reason: str | None
) -> Refusal | None:
    """None where the move may be made. Candidates owe nobody a reason."""
    move = MOVES.get((was, becomes))
    if move is None:
        return Refusal.NO_SUCH_MOVE
    if mover not in move.movers:
        return Refusal.NOT_THEIRS
    if mover is Mover.RECRUITER and (was, becomes) in BY_CONSEQUENCE:
        return Refusal.BY_CONSEQUENCE
    if mover is Mover.RECRUITER and move.needs_reason and not (reason or "").strip():
        return Refusal.NEEDS_REASON
    return None
