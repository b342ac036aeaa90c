"""A deletion through its workflow: whatever fails, is broken off or comes in between, the end is the same."""

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.erasure_workflow import (
    BEGIN_ERASURE,
    CLOSE_ACCOUNT,
    ERASE_FILES,
    ERASE_HISTORIES,
    ERASE_IDENTITY,
    ERASE_PERSON,
    ERASE_ROWS,
    FAIL_ERASURE,
    FINISH_ERASURE,
    HALT_WORK,
    ErasureWanted,
    erasure_key,
)
from shared.contracts.lifecycle import PARK, UNPARK
from shared.domain.calls import AppUser, CallScope, Errand
from shared.domain.erasure import BlobKind, DeletionType, PersonBlob
from shared.domain.files import FilePath, Store
from shared.errors import UnavailableError
from shared.use_cases.privacy.erase_files import EraseFiles
from shared.use_cases.privacy.verbs import ErasureVerbs
from shared.workflows.erase_person import LATE_WORK, PATIENCE, STEPS, erase_person
from tests.fakes.accounts import FakeAccounts
from tests.fakes.call_tokens import FakeCallTokens
from tests.fakes.calls import FakeCalls
from tests.fakes.clock import FakeClock
from tests.fakes.erasures import FakeErasures, Leaving
from tests.fakes.files import FakeFiles
from tests.fakes.mailer import FakeMailer
from tests.fakes.recording_desk import FakeRecordingDesk
from tests.fakes.workflows import FakeWorkflows
from tests.orchestra import Orchestra

PERSON, TALK, RECORDING, FILE = (UUID(int=number) for number in range(1, 5))
STRANGER: Final = UUID(int=9)
CV: Final = FilePath.of(Store.RESUMES, PERSON, FILE, extension="pdf")
SOUND: Final = FilePath.of(Store.RECORDINGS, TALK, RECORDING, extension="wav")
SEALED: Final = FilePath.of(Store.TRANSCRIPTS, TALK, extension="json")
PIECE: Final = FilePath(Store.RECORDINGS, "20260105/piece.wav")
PARKED: Final = FilePath.of(Store.UPLOADS, PERSON, UUID(int=5), extension="docx")
OF_ANOTHER: Final = FilePath.of(Store.RESUMES, STRANGER, FILE, extension="pdf")
STORES: Final = {
    "files": (5, True),
    "call_identity": (1, True),
    "database": (7, True),
    "workflows": (2, True),
}


def now[Result](coroutine: Coroutine[Any, Any, Result] | Awaitable[Result]) -> Result:
    """Fakes wait for nothing, so that no loop is needed."""
    try:
        coroutine.send(None)  # type: ignore[union-attr]  # a coroutine
    except StopIteration as end:
        result: Result = end.value
        return result
    raise AssertionError("a fake waits")


@dataclass
class Stage:
    """Somebody in every store, the steps over fakes, and what goes wrong with them."""

    kind: DeletionType = DeletionType.FULL
    failing: Counter[str] = field(default_factory=Counter)
    failing_after: Counter[str] = field(default_factory=Counter)
    parked: list[str] = field(default_factory=list)
    unparked: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = FakeClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
        self.accounts, self.files, self.workflows = FakeAccounts(), FakeFiles(clock), FakeWorkflows()
        self.calls, self.call_tokens, self.mailer = FakeCalls(), FakeCallTokens(clock), FakeMailer()
        self.erasures, desk = FakeErasures(self.accounts), FakeRecordingDesk(clock)
        recording_id = desk.open("one")
        self.identity = now(self.call_tokens.create([CallScope.VOIP])).identity
        self.leaving = Leaving(
            self.kind,
            PERSON,
            talks=[TALK],
            identity=self.identity,
            rows=7,
            recordings_left=1,
            workflows=[f"interview-{TALK}", f"score-{TALK}-1", f"resume-{FILE}"],
            blobs=[
                PersonBlob(BlobKind.RECORDING, RECORDING, SOUND),
                PersonBlob(BlobKind.CHUNK, UUID(int=6), PIECE, recording_id),
                PersonBlob(BlobKind.COPY, RECORDING, SOUND),
                PersonBlob(BlobKind.TRANSCRIPT, TALK, SEALED),
                PersonBlob(BlobKind.FILE, FILE, CV),
            ],
        )
        for path in (CV, SOUND, SEALED, PIECE, PARKED, OF_ANOTHER):
            self.put(path)
        for key in self.leaving.workflows[:2]:
            now(self.workflows.start("anything", key, None))
            now(self.workflows.terminate(key))
        self.request_id = self.erasures.ask(self.leaving)
        self.verbs = ErasureVerbs.over(
            self.erasures,
            EraseFiles(self.erasures, self.files, desk, self._settle_recordings),
            self.calls,
            self.call_tokens,
            self.accounts,
            self.mailer,
        )

    def put(self, path: FilePath) -> None:
        now(self.files.create(path, b"words", "application/pdf", most_bytes=100))

    def has(self, *paths: FilePath) -> list[bool]:
        return [now(self.files.find(path)) is not None for path in paths]

    def run(self, until: timedelta | None = None) -> Orchestra:
        """Once more under the same key, as the timer does it; with a time, killed then."""
        orchestra = Orchestra(
            {
                BEGIN_ERASURE: self._step(BEGIN_ERASURE, self.verbs.begin),
                HALT_WORK: self._step(HALT_WORK, lambda id_: self.verbs.halt(id_, self.workflows)),
                ERASE_FILES: self._step(ERASE_FILES, self.verbs.files),
                ERASE_IDENTITY: self._step(ERASE_IDENTITY, self.verbs.identity),
                ERASE_ROWS: self._step(ERASE_ROWS, self.verbs.rows),
                ERASE_HISTORIES: self._step(
                    ERASE_HISTORIES, lambda id_: self.verbs.histories(id_, self.workflows)
                ),
                CLOSE_ACCOUNT: self._step(CLOSE_ACCOUNT, self.verbs.account),
                FINISH_ERASURE: self._step(FINISH_ERASURE, self.verbs.finish),
                FAIL_ERASURE: lambda failed: now(
                    self.verbs.fail(UUID(failed["request_id"]), failed["reason"])
                ),
                PARK: lambda parked: self.parked.append(parked["reason"]),
                UNPARK: self._unpark,
            },
            {ERASE_PERSON: erase_person},
        )
        message = ErasureWanted(request_id=self.request_id).model_dump(mode="json")
        orchestra.start(ERASE_PERSON, erasure_key(self.request_id), message)
        orchestra.play(orchestra.now + until if until is not None else None)
        return orchestra

    def outcome(self, orchestra: Orchestra) -> Any:
        return orchestra.result(erasure_key(self.request_id))

    @property
    def left(self) -> dict[str, Any]:
        """What can be told of the person in the end, and of somebody else."""
        return {
            "status": self.leaving.status,
            "receipt": dict(sorted(self.leaving.receipt.items())),
            "files": self.has(CV, SOUND, SEALED, PIECE, PARKED),
            "of another": self.has(OF_ANOTHER),
            "identity": self.identity in self.call_tokens.identities,
            "workflows": sorted(self.workflows.runs),
            "rows": self.leaving.rows,
            "account": PERSON in self.accounts.accounts,
            "letters": len(self.mailer.sent),
            "letters owed": len(self.erasures.letters),
        }

    def _step(self, name: str, act: Callable[[UUID], Awaitable[Any]]) -> Callable[[Any], Any]:
        def play(wanted: Any) -> Any:
            if self.failing[name] > 0:
                self.failing[name] -= 1
                raise OSError("away")
            result = now(act(UUID(wanted["request_id"])))
            self.done.append(name)
            if self.failing_after[name] > 0:
                self.failing_after[name] -= 1
                raise OSError("the answer was lost")
            return result.model_dump(mode="json") if hasattr(result, "model_dump") else result

        return play

    def _fail(self, failed: Any) -> None:
        now(self.verbs.fail(UUID(failed["request_id"]), failed["reason"]))

    def _unpark(self, _: Any) -> None:
        self.unparked += 1

    async def _settle_recordings(self, interview_id: UUID) -> int:
        """As the commands of recordings do: the file, then the row."""
        if interview_id != TALK or not self.leaving.recordings_left:
            return 0
        await self.files.delete(SOUND)
        self.leaving.recordings_left = 0
        self.leaving.blobs = [each for each in self.leaving.blobs if each.kind is not BlobKind.RECORDING]
        return 1


ORDER: Final = (
    BEGIN_ERASURE,
    HALT_WORK,
    *STEPS["full_deletion"],
    CLOSE_ACCOUNT,
    FINISH_ERASURE,
)
GONE: Final = {
    "status": "completed",
    "receipt": dict(sorted((STORES | {"account": (1, True)}).items())),
    "files": [False] * 5,
    "of another": [True],
    "identity": False,
    "workflows": [],
    "rows": 0,
    "account": False,
    "letters": 1,
    "letters owed": 0,
}


def test_nothing_of_a_person_is_left_and_each_store_has_its_receipt() -> None:
    stage = Stage()

    assert stage.outcome(stage.run()) == {"status": "completed"}
    assert stage.left == GONE
    assert stage.done == [*ORDER[:-2], ERASE_FILES, *ORDER[-2:]]
    assert stage.unparked == 1


def test_who_is_on_the_telephone_is_hung_up_and_nobody_else() -> None:
    stage = Stage()
    theirs, another = (
        now(stage.calls.place(UUID(int=key), AppUser("8:acs:one"), Errand(TALK))).id for key in (7, 8)
    )
    stage.leaving.lines = [theirs, "a call that nobody told the end of"]

    assert stage.outcome(stage.run()) == {"status": "completed"}
    assert list(stage.calls.lines) == [another]


def test_a_file_that_somebody_holds_keeps_none_of_the_others() -> None:
    stage = Stage()
    delete = stage.files.delete

    async def held(path: FilePath, *, holder: UUID | None = None) -> bool:
        if path == CV:
            raise UnavailableError("Held.")
        return await delete(path, holder=holder)

    stage.files.delete = held  # type: ignore[method-assign]  # one blob under a lease

    assert stage.outcome(stage.run()) == {"status": "failed", "reason": "files_not_erased"}
    assert stage.has(CV, SOUND, SEALED, PIECE, PARKED) == [True, False, False, False, False]

    stage.files.delete = delete  # type: ignore[method-assign]  # the lease was broken
    assert stage.outcome(stage.run()) == {"status": "completed"}
    assert stage.left == GONE


def test_a_promise_that_draws_near_is_told_also_if_somebody_put_it_aside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage()
    stage.erasures.settled.add(stage.request_id)
    with caplog.at_level(logging.INFO, "talenti"):
        now(stage.verbs.process(stage.workflows))
        assert "privacy.deletion.pressing" not in caplog.text

        stage.leaving.is_pressing = True
        assert now(stage.verbs.process(stage.workflows)) == 0

    assert "privacy.deletion.pressing" in caplog.text
    assert str(stage.request_id) in caplog.text


def test_the_account_is_the_last_to_go() -> None:
    stage = Stage(failing=Counter({CLOSE_ACCOUNT: 100}))

    stage.run()

    assert (stage.leaving.rows, stage.left["account"]) == (0, True)
    assert stage.leaving.notes == "account_not_closed"


def test_recordings_alone_leave_everything_else() -> None:
    stage = Stage(DeletionType.RECORDINGS)

    stage.run()

    assert stage.leaving.status == "completed"
    assert stage.leaving.receipt == {"files": (2, True)}
    assert stage.has(CV, SOUND, SEALED, PIECE, PARKED) == [True, False, True, False, True]
    assert (stage.leaving.rows, stage.left["account"], stage.left["letters"]) == (7, True, 1)


def test_who_is_made_nameless_keeps_account_and_workflows() -> None:
    stage = Stage(DeletionType.NAMES)

    stage.run()

    assert stage.leaving.status == "completed"
    assert stage.leaving.receipt == {"files": (5, True), "database": (7, True)}
    assert stage.has(CV, SOUND, SEALED, PIECE, PARKED) == [False] * 5
    assert (stage.left["account"], len(stage.workflows.runs)) == (True, 2)


def test_names_wait_until_nobody_says_them() -> None:
    stage = Stage(DeletionType.NAMES)
    stage.leaving.is_speaking = True

    def stops() -> None:
        stage.leaving.is_speaking = False

    orchestra = stage.run(timedelta(minutes=20))
    assert (stage.leaving.status, stage.leaving.rows) == ("pending", 7)
    orchestra.at(orchestra.now + timedelta(minutes=5), stops)

    assert stage.outcome(orchestra) == {"status": "completed"}


def test_who_never_stops_speaking_is_put_before_operators() -> None:
    stage = Stage(DeletionType.NAMES)
    stage.leaving.is_speaking = True

    assert stage.outcome(stage.run()) == {"status": "failed", "reason": "still_in_use"}
    assert stage.parked == ["still_in_use"]


def test_work_that_goes_on_is_ended_and_what_it_put_back_is_found() -> None:
    stage = Stage()
    key = f"resume-{FILE}"
    now(stage.workflows.start("anything", key, None))

    orchestra = stage.run(LATE_WORK)
    assert stage.has(CV) == [False]
    stage.put(CV)  # a step was under way when its workflow was ended

    assert stage.outcome(orchestra) == {"status": "completed"}
    assert stage.left == GONE | {
        "receipt": GONE["receipt"] | {"workflows": (3, True)},  # type: ignore[operator]  # a dict
    }


def test_a_file_that_may_still_come_by_a_link_is_waited_for() -> None:
    stage = Stage()
    stage.leaving.awaits_upload = True
    late = FilePath.of(Store.UPLOADS, PERSON, UUID(int=7), extension="pdf")

    orchestra = stage.run(timedelta(minutes=5))
    stage.put(late)
    stage.outcome(orchestra)

    assert stage.has(late) == [False]
    assert stage.leaving.receipt["files"] == (6, True)


@pytest.mark.parametrize("step", ORDER)
def test_a_store_that_stays_away_is_told_parked_and_resumed(step: str) -> None:
    stage = Stage(failing=Counter({step: PATIENCE.attempts}))

    failed = stage.outcome(stage.run())
    assert failed["status"] == "failed"
    assert stage.parked == [failed["reason"]]
    assert stage.leaving.notes == (None if step == BEGIN_ERASURE else failed["reason"])
    stage.run()

    assert stage.left == GONE
    assert stage.unparked == 1


@pytest.mark.parametrize("step", ORDER)
def test_killed_after_any_step_it_goes_on_from_the_first(step: str) -> None:
    stage = Stage(failing_after=Counter({step: 1}))

    stage.run(timedelta())
    assert stage.done[-1] == step
    stage.failing_after.clear()
    stage.run()

    assert stage.left == GONE


def test_delivered_twice_it_is_done_once() -> None:
    stage = Stage()

    for _ in range(2):
        assert stage.outcome(stage.run()) == {"status": "completed"}

    assert stage.left == GONE


COUNTS: Final = st.dictionaries(st.sampled_from(ORDER), st.integers(0, PATIENCE.attempts + 1)).map(Counter)


@settings(max_examples=60, deadline=None)
@given(before=COUNTS, after=COUNTS)
def test_whatever_fails_how_often_the_end_is_the_same(before: Counter[str], after: Counter[str]) -> None:
    stage = Stage(failing=Counter(before), failing_after=Counter(after))

    for _ in range(1 + sum(before.values()) + sum(after.values())):
        if stage.outcome(stage.run())["status"] == "completed":
            break

    assert stage.left == GONE


def test_its_history_holds_the_id_of_the_request_and_nothing_else_of_anybody() -> None:
    stage = Stage(failing=Counter({ERASE_ROWS: 100}))
    orchestra = stage.run()
    run = orchestra.runs[erasure_key(stage.request_id)]

    told = json.dumps(
        [run.message, run.statuses, [each.message for each in run.steps if each.kind == "activity"]]
    )
    results = json.dumps([each.value for each in run.steps if each.kind == "activity"])

    for known in (PERSON, TALK, FILE, stage.leaving.email, stage.identity):
        assert str(known) not in told + results


def test_the_timer_begins_what_is_due_and_leaves_what_runs() -> None:
    stage = Stage()

    assert now(stage.verbs.process(stage.workflows)) == 1
    assert now(stage.verbs.process(stage.workflows)) == 0
    assert erasure_key(stage.request_id) in stage.workflows.runs


def test_a_letter_that_cannot_go_now_stays_owed_and_the_deletion_is_done() -> None:
    stage = Stage()
    stage.mailer.fault = UnavailableError("Away.")

    assert stage.outcome(stage.run()) == {"status": "completed"}
    assert (stage.left["letters"], stage.left["letters owed"]) == (0, 1)
