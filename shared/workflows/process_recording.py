"""From the event of a recording's file to the text that was heard in it.

Two ways, one after the other. The file: awaited, proven, kept, and then told to the lifecycle, which
waits for nothing else. The text: asked of a service that may be away for hours. Either ends before
operators when nothing but a person can help, and goes on when one has it tried again.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from shared.contracts.lifecycle import PARK, RETRY, UNPARK, Parked, RecordingProcessed, Unparked
from shared.contracts.recording_workflow import (
    FAIL_RECORDING,
    FILE_TOLD,
    FIND_RECORDING_FILE,
    KEEP_RECORDING_FILE,
    TELL_RECORDING,
    TRANSCRIBE_RECORDING,
    FileFailed,
    FileFound,
    FileKept,
    FileTold,
    RecordingWanted,
    Transcribed,
    TranscriptionWanted,
)
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, Persistence, persist

LOOK: Final = Persistence(attempts=1, first=timedelta(minutes=1), longest=timedelta(minutes=30))
LISTEN: Final = Persistence(attempts=1, first=timedelta(minutes=1), longest=timedelta(hours=1))
TRANSCRIBED_WITHIN: Final = timedelta(hours=24)
TOLD_AFTER: Final = 3  # attempts that people need not hear of
PARKED_FOR: Final = timedelta(days=30)  # no recording is kept long enough to be worth more

LOST: Final = "recording_file_lost"
LATE: Final = "recording_file_late"
NOT_FOUND: Final = "recording_file_not_found"
NOT_KEPT: Final = "recording_not_kept"
NOT_TRANSCRIBED: Final = "transcription_unavailable"

type Steps[Result] = Generator[Task, Any, Result]
type Outcome = Literal["completed", "failed", "gone"]


def process_recording(context: Context) -> Steps[dict[str, Any]]:
    wanted = RecordingWanted.model_validate(context.get_input())
    desk = _Desk(context, wanted, _Bell(context))
    status = yield from desk.keep_until_done()
    if status == "completed":
        yield from desk.transcribe_until_done()
    ended: Literal["completed", "failed"] = "completed" if status == "completed" else "failed"
    return RecordingProcessed(recording_id=wanted.recording_id, status=ended).model_dump(mode="json")


class _Bell:
    """What may wake the workflow before its timer. An event that is waited for is never left waiting."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._awaited = {name: context.wait_for_external_event(name) for name in (FILE_TOLD, RETRY)}

    def wait(self, time: timedelta) -> Steps[str | None]:
        """The event that came first, or None when the time was up."""
        timer = self._context.create_timer(self._context.current_utc_datetime + time)
        first = yield self._context.task_any([timer, *self._awaited.values()])
        rung = next((name for name, task in self._awaited.items() if task == first), None)
        if rung is not None:
            timer.cancel()
            self._awaited[rung] = self._context.wait_for_external_event(rung)
        return rung


@dataclass(slots=True)
class _Desk:
    context: Context
    wanted: RecordingWanted
    bell: _Bell
    parked: bool = False

    def keep_until_done(self) -> Steps[Outcome]:
        """Again and again as often as a person asks for it."""
        while True:
            kept = yield from self._keep()
            if kept.state == "completed":
                yield from self._unpark()
            if kept.state != "failed":
                return kept.state
            yield from self._park(kept.reason or NOT_KEPT)
            if not (yield from self._asked_again(RETRY, FILE_TOLD)):
                return "failed"

    def transcribe_until_done(self) -> Steps[None]:
        while True:
            heard = yield from self._transcribe()
            if heard.state in {"completed", "skipped", "gone"}:
                yield from self._unpark()
                return
            yield from self._park(heard.reason or NOT_TRANSCRIBED)
            if not (yield from self._asked_again(RETRY)):
                return

    # ---- the file ----

    def _keep(self) -> Steps[FileKept]:
        found = yield from self._await_file()
        if found.state == "gone" or found.interview_id is None:
            return FileKept(state="gone")
        if found.state == "missing":
            kept = yield from self._failed(LOST if found.announced else NOT_FOUND)
        else:
            self._say("keeping")
            kept = yield from self._keep_file()
        if kept.state != "gone":
            told = FileTold(
                interview_id=found.interview_id, recording_id=self.wanted.recording_id, status=kept.state
            )
            yield from persist(self.context, TELL_RECORDING, told.model_dump(mode="json"), FOR_AN_HOUR)
        return kept

    def _await_file(self) -> Steps[FileFound]:
        looks = 0
        while True:
            message = self.wanted.model_dump(mode="json")
            answer = yield from persist(self.context, FIND_RECORDING_FILE, message, FOR_AN_HOUR)
            found = FileFound.model_validate(answer)
            if found.state != "missing" or found.lost:
                return found
            self._say("late" if found.late else "awaited")
            if found.late and not self.parked:
                yield from self._park(LATE)
            looks += 1
            if (yield from self.bell.wait(LOOK.wait(looks))) is not None:
                looks = 0

    def _keep_file(self) -> Steps[FileKept]:
        message = self.wanted.model_dump(mode="json")
        try:
            answer = yield from persist(self.context, KEEP_RECORDING_FILE, message, FOR_AN_HOUR)
        except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
            return (yield from self._failed(NOT_KEPT))
        return FileKept.model_validate(answer)

    def _failed(self, reason: str) -> Steps[FileKept]:
        failed = FileFailed(recording_id=self.wanted.recording_id, reason=reason)
        yield from persist(self.context, FAIL_RECORDING, failed.model_dump(mode="json"), FOR_AN_HOUR)
        return FileKept(state="failed", reason=reason)

    # ---- the text ----

    def _transcribe(self) -> Steps[Transcribed]:
        """Until it is done, or cannot be, or a day has gone by."""
        ends_at = self.context.current_utc_datetime + TRANSCRIBED_WITHIN
        attempts = 0
        while True:
            attempts += 1
            wait = LISTEN.wait(attempts)
            is_last = self.context.current_utc_datetime + wait > ends_at
            heard = yield from self._listen(is_last=is_last)
            if heard.state != "later" or is_last:
                return heard
            self._say("transcription_queued", attempts)
            if attempts == TOLD_AFTER:
                yield from self._park(NOT_TRANSCRIBED)
            yield from self._rest(wait, ends_at)

    def _listen(self, *, is_last: bool) -> Steps[Transcribed]:
        self._say("transcribing")
        message = TranscriptionWanted(recording_id=self.wanted.recording_id, is_last=is_last)
        try:
            answer = yield self.context.call_activity(TRANSCRIBE_RECORDING, message.model_dump(mode="json"))
        except Exception:  # noqa: BLE001 - likewise
            return Transcribed(state="later", reason=NOT_TRANSCRIBED)
        return Transcribed.model_validate(answer)

    def _rest(self, time: timedelta, ends_at: datetime) -> Steps[None]:
        """An operator's word ends it; that the file was told once more does not."""
        wakes_at = min(self.context.current_utc_datetime + time, ends_at)
        while (left := wakes_at - self.context.current_utc_datetime) > timedelta():
            if (yield from self.bell.wait(left)) == RETRY:
                return

    # ---- people ----

    def _asked_again(self, *by: str) -> Steps[bool]:
        self._say("parked")
        ends_at = self.context.current_utc_datetime + PARKED_FOR
        while (left := ends_at - self.context.current_utc_datetime) > timedelta():
            if (yield from self.bell.wait(left)) in by:
                return True
        return False

    def _park(self, reason: str) -> Steps[None]:
        self.parked = True
        parked = Parked(
            subject="recording",
            subject_id=self.wanted.recording_id,
            instance_id=self.context.instance_id,
            reason=reason,
        )
        yield from persist(self.context, PARK, parked.model_dump(mode="json"), IN_THE_BACKGROUND)

    def _unpark(self) -> Steps[None]:
        if self.parked:
            self.parked = False
            unparked = Unparked(subject="recording", subject_id=self.wanted.recording_id)
            yield from persist(self.context, UNPARK, unparked.model_dump(mode="json"), IN_THE_BACKGROUND)

    def _say(self, step: str, attempts: int = 0) -> None:
        self.context.set_custom_status({"step": step} | ({"attempts": attempts} if attempts else {}))
