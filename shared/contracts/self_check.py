"""The messages of the self-check."""

from datetime import datetime

from shared.contracts.base import Contract

SELF_CHECK = "self_check"
COUNT = "self_check_count"
SQUARE = "self_check_square"
ANSWER = "self_check_answer"
ANSWERED = "answered"


class SelfCheckResult(Contract):
    """What each pattern gave; `event_won` is false when the timer was faster than the event."""

    chained: int
    squares: list[int]
    timer_fired: bool
    event_won: bool
    started_at: datetime
    ended_at: datetime

    @property
    def is_right(self) -> bool:
        return self.chained == 3 and self.squares == [1, 4, 9] and self.timer_fired and self.event_won
