"""Watches over an invitation until it has led to an interview or is over.

It sleeps until something is due by the facts of the database, a day at most, and looks sooner when
somebody has picked another time.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any, Final

from shared.contracts.lifecycle_steps import RESCHEDULED, TEND_INVITATION, InvitationTended
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, persist

AFTER_A_FAILURE: Final = timedelta(hours=6)
MOST_FAILURES: Final = 40
"""Ten days. Invitations also expire by a timer, so that nothing is put before a person for this."""


def invitation_watch(context: Context) -> Generator[Task, Any, dict[str, Any]]:
    moved = context.wait_for_external_event(RESCHEDULED)
    failures = 0
    while failures < MOST_FAILURES:
        pause = AFTER_A_FAILURE
        try:
            told = yield from persist(context, TEND_INVITATION, context.get_input(), FOR_AN_HOUR)
        except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
            failures += 1
        else:
            tended = InvitationTended.model_validate(told)
            if not tended.is_open:
                break
            pause = timedelta(seconds=tended.look_in_seconds)
        timer = context.create_timer(context.current_utc_datetime + pause)
        first = yield context.task_any([moved, timer])
        if first == moved:
            timer.cancel()
            moved = context.wait_for_external_event(RESCHEDULED)
    return {"failures": failures}
