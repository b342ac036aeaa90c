"""The steps of a score run and their messages: ids, names of dimensions, states and figures."""

from typing import Final, Literal
from uuid import UUID

from shared.contracts.base import Contract

BEGIN_SCORE: Final = "begin_score"
RATE_DIMENSION: Final = "rate_dimension"
CONFIRM_POINTS: Final = "confirm_points"
WRITE_SCORE_TEXT: Final = "write_score_text"
FINISH_SCORE: Final = "finish_score"
FAIL_SCORE: Final = "fail_score"
ANNOUNCE_SCORE: Final = "announce_score"

type RunStatus = Literal["queued", "running", "completed", "insufficient_evidence", "failed"]
type TextKind = Literal["summary", "feedback", "opinion"]

TEXTS: Final[tuple[TextKind, ...]] = ("summary", "feedback", "opinion")


class ScoreSteps(Contract):
    """What is to be asked of the model in this run; nothing where it is over or nothing was said."""

    status: RunStatus
    dimensions: tuple[str, ...] = ()
    passes: int
    texts: tuple[TextKind, ...] = ()
    items: tuple[int, ...] = ()
    """The questions with known points that were answered, by their orders in the plan."""
    at_once: int = 1


class PassWanted(Contract):
    run_id: UUID
    dimension: str
    number: int
    is_last: bool = False
    """Whether it is not tried again: what fails now is kept as failed."""


class PointsWanted(Contract):
    run_id: UUID
    order: int
    """Of the question, in the plan."""
    number: int
    is_last: bool = False
    """Whether it is not tried again: what fails now is kept as failed."""


class TextWanted(Contract):
    run_id: UUID
    kind: TextKind
    is_last: bool = False
    """Whether it is not tried again: what fails now is written by rule."""


class StepTaken(Contract):
    """How a step ended. What it found is in the database, under the run and its own name."""

    state: Literal["kept", "failed", "again"]
    code: str | None = None


class FinishWanted(Contract):
    run_id: UUID
    passes: int
    """How many were asked for of each dimension and question."""


class RunFailed(Contract):
    run_id: UUID
    code: str


class ScoreAnnounced(Contract):
    """Tell the lifecycle of the interview, if one waits."""

    interview_id: UUID
    run_id: UUID
    status: Literal["completed", "insufficient_evidence", "failed"]
