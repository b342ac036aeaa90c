"""Reads one uploaded CV: received, read, offered to the profile of its person.

Every step asks the database where the file stands, so that a newer upload, a removal or a refusal ends
it at whatever step it is. It waits for what may come by itself: a model, a reader of pictures. What
fails for good is put before a person, and goes on when somebody has it tried again.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any, Final

from shared.contracts.lifecycle import PARK, RETRY, UNPARK, Parked, Unparked
from shared.contracts.resume_workflow import (
    PREFILL_PROFILE,
    READ_RESUME,
    RECEIVE_UPLOAD,
    SETTLE_UPLOAD,
    PrefillWanted,
    ResumeWanted,
    Settling,
    UploadStanding,
)
from shared.domain.uploads import Reason, UploadStatus
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, Persistence, persist

MODEL_WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20))
"""After these, what rules find is better than nothing."""
READER: Final = Persistence(attempts=30, first=timedelta(minutes=15), longest=timedelta(hours=6))
"""How often a scan is looked at again: for about a week."""
PATIENCE: Final = timedelta(days=30)
"""How long a parked file waits for a person."""

type Steps[Result] = Generator[Task, Any, Result]


def process_resume(context: Context) -> Steps[dict[str, Any]]:
    run = _Run(context)
    looks, is_parked = 0, False
    while True:
        standing = yield from run.tried()
        if standing and standing.status is not UploadStatus.SCANNED_NEEDS_READER:
            if is_parked:
                yield from run.unpark()
            return standing.model_dump(mode="json")
        looks += 1
        if standing and looks < READER.attempts:
            yield from run.wait(READER.wait(looks))
            continue
        yield from run.park(Reason.NEEDS_READER if standing else Reason.PROCESSING_FAILED)
        looks, is_parked = 0, True
        if not (yield from run.wait(PATIENCE)):
            given_up = yield from run.settle(UploadStatus.FAILED, Reason.GIVEN_UP)
            return given_up.model_dump(mode="json")


class _Run:
    """The steps of one file. The one wait for RETRY goes on from round to round: an event is for it alone."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._message = ResumeWanted.model_validate(context.get_input())
        self._retry = context.wait_for_external_event(RETRY)

    def tried(self) -> Steps[UploadStanding | None]:
        """How the file stands after one attempt; None where a step was given up."""
        try:
            return (yield from self._attempt())
        except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
            return None

    def _attempt(self) -> Steps[UploadStanding]:
        standing = yield from self._step(RECEIVE_UPLOAD, self._message)
        if not standing.status.is_under_way and standing.status is not UploadStatus.PARKED:
            return standing
        standing = yield from self._read()
        if standing.status is not UploadStatus.READING or standing.snapshot_id is None:
            return standing
        return (yield from self._step(PREFILL_PROFILE, PrefillWanted(snapshot_id=standing.snapshot_id)))

    def _read(self) -> Steps[UploadStanding]:
        for pause in MODEL_WAITS:
            standing = yield from self._step(READ_RESUME, self._message)
            if standing.status is not UploadStatus.READING or standing.snapshot_id is not None:
                return standing
            yield from self.wait(pause)
        return (yield from self._step(READ_RESUME, self._message.model_copy(update={"by_rules": True})))

    def park(self, reason: str) -> Steps[None]:
        yield from self.settle(UploadStatus.PARKED, reason)
        parked = Parked(
            subject="file",
            subject_id=self._message.file_id,
            instance_id=self._context.instance_id,
            reason=reason,
        )
        yield from persist(self._context, PARK, parked.model_dump(mode="json"), FOR_AN_HOUR)

    def unpark(self) -> Steps[None]:
        unparked = Unparked(subject="file", subject_id=self._message.file_id)
        yield from persist(self._context, UNPARK, unparked.model_dump(mode="json"), FOR_AN_HOUR)

    def settle(self, status: UploadStatus, reason: str) -> Steps[UploadStanding]:
        settling = Settling(file_id=self._message.file_id, status=status, reason=reason)
        return (yield from self._step(SETTLE_UPLOAD, settling, FOR_AN_HOUR))

    def wait(self, pause: timedelta) -> Steps[bool]:
        """Whether somebody had it tried again before the time was up."""
        timer = self._context.create_timer(self._context.current_utc_datetime + pause)
        winner = yield self._context.task_any([self._retry, timer])
        if winner != self._retry:
            return False
        timer.cancel()
        self._retry = self._context.wait_for_external_event(RETRY)
        return True

    def _told(self, standing: UploadStanding) -> UploadStanding:
        self._context.set_custom_status({"status": standing.status.value, "reason": standing.reason})
        return standing

    def _step(
        self,
        activity: str,
        message: ResumeWanted | PrefillWanted | Settling,
        persistence: Persistence = IN_THE_BACKGROUND,
    ) -> Steps[UploadStanding]:
        found = yield from persist(self._context, activity, message.model_dump(mode="json"), persistence)
        return self._told(UploadStanding.model_validate(found))
