"""Carries out one deletion request, store by store, until every store has been found empty.

Every step lists what it finds, deletes it and looks again, so that each may be done twice, and all of
them again from the first. Files are looked for twice: somebody who was at work when the work was ended
may have put one back. What cannot be done is said in the request, put before operators, and tried again
by the timer that begins requests.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any, Final

from shared.contracts.erasure_workflow import (
    BEGIN_ERASURE,
    CLOSE_ACCOUNT,
    ERASE_FILES,
    ERASE_HISTORIES,
    ERASE_IDENTITY,
    ERASE_ROWS,
    FAIL_ERASURE,
    FINISH_ERASURE,
    HALT_WORK,
    ErasureBegun,
    ErasureFailed,
    ErasureWanted,
    WorkHalted,
)
from shared.contracts.lifecycle import PARK, UNPARK, Parked, Unparked
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, Persistence, persist

PATIENCE: Final = Persistence(attempts=6, first=timedelta(seconds=30), longest=timedelta(minutes=10))
"""What a store gets that is away: about a quarter of an hour. The timer comes again within six."""
BUSY_LOOKS: Final = 96
BUSY_PAUSE: Final = timedelta(minutes=15)
"""A day for what would say the name again; an interview takes half an hour."""
HALT_LOOKS: Final = 60
HALT_PAUSE: Final = timedelta(seconds=3)
LATE_WORK: Final = timedelta(minutes=16)
"""After this no step that was under way is still at it, and no link that was out opens anything."""

STEPS: Final = {
    "full_deletion": (ERASE_FILES, ERASE_IDENTITY, ERASE_ROWS, ERASE_HISTORIES),
    "anonymize": (ERASE_FILES, ERASE_ROWS),
    "recording_only": (ERASE_FILES,),
}
FAILURES: Final = {
    BEGIN_ERASURE: "erasure_not_begun",
    HALT_WORK: "work_not_halted",
    ERASE_FILES: "files_not_erased",
    ERASE_IDENTITY: "identity_not_erased",
    ERASE_ROWS: "rows_not_erased",
    ERASE_HISTORIES: "histories_not_erased",
    CLOSE_ACCOUNT: "account_not_closed",
    FINISH_ERASURE: "erasure_not_finished",
}
STILL_BUSY: Final = "still_in_use"

type Steps[Result] = Generator[Task, Any, Result]


class _GivenUpError(Exception):
    """A step that cannot be done for now; its text is one of our words."""


def erase_person(context: Context) -> Steps[dict[str, Any]]:
    run = _Run(context)
    try:
        yield from run.carry_out()
    except _GivenUpError as given_up:
        reason = str(given_up)
        yield from run.give_up(reason)
        return {"status": "failed", "reason": reason}
    yield from run.unpark()
    return {"status": "completed"}


class _Run:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._wanted = ErasureWanted.model_validate(context.get_input())
        self._message = self._wanted.model_dump(mode="json")

    def carry_out(self) -> Steps[None]:
        begun = yield from self._begin()
        if begun.state == "completed":
            return
        is_full = begun.request_type == "full_deletion"
        was_busy = begun.awaits_upload
        if is_full:
            was_busy = (yield from self._halt()) or was_busy
        for step in STEPS[begun.request_type]:
            yield from self._do(step)
        if was_busy:
            yield from self._wait(LATE_WORK)
        yield from self._do(ERASE_FILES)
        if is_full:
            yield from self._do(CLOSE_ACCOUNT)
        yield from self._do(FINISH_ERASURE)

    def _begin(self) -> Steps[ErasureBegun]:
        for _ in range(BUSY_LOOKS):
            begun = ErasureBegun.model_validate((yield from self._do(BEGIN_ERASURE)))
            if begun.state != "busy":
                return begun
            yield from self._wait(BUSY_PAUSE)
        raise _GivenUpError(STILL_BUSY)

    def _halt(self) -> Steps[bool]:
        """Whether anything had to be ended."""
        for look in range(HALT_LOOKS):
            halted = WorkHalted.model_validate((yield from self._do(HALT_WORK)))
            if not halted.ended:
                return look > 0
            yield from self._wait(HALT_PAUSE)
        raise _GivenUpError(FAILURES[HALT_WORK])

    def _do(self, step: str) -> Steps[Any]:
        self._context.set_custom_status({"step": step})
        try:
            return (yield from persist(self._context, step, self._message, PATIENCE))
        except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
            raise _GivenUpError(FAILURES[step]) from None

    def give_up(self, reason: str) -> Steps[None]:
        failed = ErasureFailed(request_id=self._wanted.request_id, reason=reason)
        parked = Parked(
            subject="deletion_request",
            subject_id=self._wanted.request_id,
            instance_id=self._context.instance_id,
            reason=reason,
        )
        yield from persist(self._context, FAIL_ERASURE, failed.model_dump(mode="json"), FOR_AN_HOUR)
        yield from persist(self._context, PARK, parked.model_dump(mode="json"), FOR_AN_HOUR)

    def unpark(self) -> Steps[None]:
        settled = Unparked(subject="deletion_request", subject_id=self._wanted.request_id)
        yield from persist(self._context, UNPARK, settled.model_dump(mode="json"), FOR_AN_HOUR)

    def _wait(self, pause: timedelta) -> Steps[None]:
        yield self._context.create_timer(self._context.current_utc_datetime + pause)
