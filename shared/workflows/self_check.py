"""A small orchestration that uses every pattern the product relies on, to prove that they work.

Chain, fan-out, a durable timer, and an external event raced against a timer. The event is sent
by an activity, through the same client that the product uses.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any, Final

from shared.contracts.self_check import ANSWER, ANSWERED, COUNT, SQUARE, SelfCheckResult
from shared.workflows.context import Context, Task

PAUSE: Final = timedelta(milliseconds=50)
PATIENCE: Final = timedelta(seconds=30)


def self_check(context: Context) -> Generator[Task, Any, dict[str, Any]]:
    started_at = context.current_utc_datetime
    chained = 0
    for _ in range(3):
        chained = yield context.call_activity(COUNT, chained)

    squares = yield context.task_all([context.call_activity(SQUARE, number) for number in (1, 2, 3)])

    wake_at = context.current_utc_datetime + PAUSE
    yield context.create_timer(wake_at)
    timer_fired = context.current_utc_datetime >= wake_at

    event_won = yield from _race(context)
    return SelfCheckResult(
        chained=chained,
        squares=squares,
        timer_fired=timer_fired,
        event_won=event_won,
        started_at=started_at,
        ended_at=context.current_utc_datetime,
    ).model_dump(mode="json")


def _race(context: Context) -> Generator[Task, Any, bool]:
    answer = context.wait_for_external_event(ANSWERED)
    deadline = context.create_timer(context.current_utc_datetime + PATIENCE)
    sent = context.call_activity(ANSWER, context.instance_id)
    winner = yield context.task_any([answer, deadline])
    event_won: bool = winner == answer
    if event_won:
        deadline.cancel()
    yield sent
    return event_won
