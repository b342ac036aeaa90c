"""What operators do, and the comparison of database and workflows."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import telemetry
from shared.contracts.lifecycle import (
    ENDED,
    INTERVIEW_LIFECYCLE,
    PROCESS_RESUME,
    RETRY,
    SCORE_INTERVIEW,
    Parked,
    lifecycle_key,
    resume_key,
    score_key,
)
from shared.contracts.operations import AttentionQuery, AttentionResolved, InterviewRecord
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.reconciliation import MOST_ATTEMPTS, Gap, Standing
from shared.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError
from shared.ports.workflows import WorkflowState
from shared.use_cases.operations import reconcile as reconciling
from shared.use_cases.operations.verbs import OperationVerbs
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.attention import FakeAttention
from tests.fakes.clock import FakeClock
from tests.fakes.memberships import FakeMemberships
from tests.fakes.reconciliation import FakeReconciliation
from tests.fakes.workflows import FakeWorkflows

STRANGER = Person(uuid4(), "stranger@example.org")
OPERATOR = Person(uuid4(), "operator@example.org")


class Trail:
    def __init__(self) -> None:
        self.events: list[AuditEvent] = []

    async def write(self, event: AuditEvent) -> None:
        self.events.append(event)


class Desk:
    """An operator's, with both sides in memory."""

    def __init__(self) -> None:
        self.attention = FakeAttention()
        self.records = FakeReconciliation()
        self.memberships = FakeMemberships()
        self.memberships.operators.add(OPERATOR.user_id)
        self.attention.operators.add(OPERATOR.user_id)
        self.trail = Trail()
        self.clock = FakeClock()
        self.workflows = FakeWorkflows(fails=lambda message, signals: (WorkflowState.FAILED, None))
        self.verbs = OperationVerbs.over(
            self.attention, self.records, self.memberships, RecordAudit(self.trail), self.clock
        )

    def wanted(self, interview_id: UUID | None = None) -> Gap:
        """An interview that runs since an hour, and that no workflow carries."""
        interview_id = interview_id or uuid4()
        gap = Gap(
            Standing.WANTED,
            "interview",
            interview_id,
            lifecycle_key(interview_id),
            {"interview_id": str(interview_id)},
            "in_progress",
            self.clock.now() - timedelta(hours=1),
        )
        self.records.wanted.setdefault("lifecycle", []).append(gap)
        return gap

    async def parked(self, interview_id: UUID) -> UUID:
        entry, _ = await self.attention.park(
            Parked(
                subject="interview",
                subject_id=interview_id,
                instance_id=lifecycle_key(interview_id),
                reason="scoring_failed",
            )
        )
        return entry.id


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_one_comparison_starts_what_is_missing_and_the_next_does_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    telemetry.configure(level="INFO", for_humans=False)
    caplog.set_level(logging.INFO, logger="talenti")
    gaps = [desk.wanted() for _ in range(5)]

    first = await desk.verbs.reconcile(desk.workflows)
    second = await desk.verbs.reconcile(desk.workflows)

    assert {each.instance_id for each in first.repairs} == set(desk.workflows.runs)
    assert {each.name for each in desk.workflows.runs.values()} == {INTERVIEW_LIFECYCLE}
    assert desk.workflows.runs[gaps[0].instance_id].message == gaps[0].message
    assert (second.ran, second.is_complete, second.repairs) == (True, True, [])
    told = [json.loads(each) for each in caplog.messages]
    assert {each["talenti.subject_id"] for each in told} == {str(each.subject_id) for each in gaps}
    assert {(each["event"], each["talenti.workflow.repair"]) for each in told} == {
        ("workflows.repaired", "start")
    }


async def test_what_never_stays_is_parked_after_three_attempts_and_then_left_alone(desk: Desk) -> None:
    gap = desk.wanted()
    repairs = []
    for _ in range(MOST_ATTEMPTS + 3):
        report = await desk.verbs.reconcile(desk.workflows)
        repairs += [each.repair for each in report.repairs]
        await desk.workflows.terminate(gap.instance_id)
        desk.records.parked = {each.subject_id for each in desk.attention.entries.values()}

    assert repairs == ["start"] * MOST_ATTEMPTS + ["park"]
    assert [each.reason for each in desk.attention.entries.values()] == ["lifecycle_gave_up"]


async def test_a_run_is_told_that_its_interview_is_over(desk: Desk) -> None:
    gap = desk.wanted()
    await desk.verbs.reconcile(desk.workflows)
    desk.records.over["lifecycle"] = [replace(gap, standing=Standing.OVER, state="completed")]
    desk.workflows.runs[gap.instance_id].progress = {"phase": "conducting"}

    await desk.verbs.reconcile(desk.workflows)
    desk.workflows.runs[gap.instance_id].progress = {"phase": "closing"}
    await desk.verbs.reconcile(desk.workflows)

    assert desk.workflows.runs[gap.instance_id].signals == [(ENDED, None)]


async def test_a_run_for_nothing_is_ended_and_a_key_of_nobodys_is_not_looked_at(desk: Desk) -> None:
    orphan, foreign = lifecycle_key(uuid4()), "interview-of-somebody"
    for key in (orphan, foreign):
        await desk.workflows.start(INTERVIEW_LIFECYCLE, key, None)
        desk.workflows.runs[key].started_at = desk.clock.now() - timedelta(hours=1)

    await desk.verbs.reconcile(desk.workflows)

    assert {key: run.is_terminated for key, run in desk.workflows.runs.items()} == {
        orphan: True,
        foreign: False,
    }


async def test_one_comparison_at_a_time(desk: Desk) -> None:
    desk.wanted()
    desk.records.holder = uuid4()

    report = await desk.verbs.reconcile(desk.workflows)

    assert (report.ran, report.repairs, desk.workflows.runs) == (False, [], {})


async def test_the_turn_is_given_back_when_the_engine_is_away(desk: Desk) -> None:
    desk.workflows.reachable = False

    with pytest.raises(UnavailableError):
        await desk.verbs.reconcile(desk.workflows)

    assert desk.records.holder is None


async def test_a_run_does_no_more_than_its_share(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "MOST_REPAIRS", 2)
    for _ in range(3):
        desk.wanted()

    first = await desk.verbs.reconcile(desk.workflows)
    second = await desk.verbs.reconcile(desk.workflows)

    assert (len(first.repairs), first.is_complete) == (2, False)
    assert (len(second.repairs), second.is_complete) == (1, True)


async def test_a_run_ends_within_its_turn(desk: Desk) -> None:
    for _ in range(3):
        desk.wanted()
    restart = desk.workflows.restart

    async def slow(name: str, instance_id: str, message: Any) -> bool:
        desk.clock.advance(reconciling.LONGEST_SECONDS / 2)
        return await restart(name, instance_id, message)

    desk.workflows.restart = slow  # type: ignore[method-assign]  # an engine that takes its time

    first = await desk.verbs.reconcile(desk.workflows)
    second = await desk.verbs.reconcile(desk.workflows)

    assert reconciling.LONGEST_SECONDS < reconciling.TURN_SECONDS
    assert (len(first.repairs), first.is_complete) == (2, False)
    assert (len(second.repairs), second.is_complete) == (1, True)


async def test_one_repair_that_fails_does_not_keep_the_others_from_theirs(desk: Desk) -> None:
    broken, well = desk.wanted(), desk.wanted()
    restart = desk.workflows.restart

    async def fails_for_one(name: str, instance_id: str, message: object) -> bool:
        if instance_id == broken.instance_id:
            raise UnavailableError("The workflow engine cannot be reached.")
        return await restart(name, instance_id, None)

    desk.workflows.restart = fails_for_one  # type: ignore[method-assign]  # a fault of one call

    report = await desk.verbs.reconcile(desk.workflows)

    assert ([each.instance_id for each in report.repairs], report.refused) == ([well.instance_id], 1)


async def test_a_retry_starts_what_is_missing_and_is_done_once(desk: Desk) -> None:
    gap = desk.wanted()
    attention_id = await desk.parked(gap.subject_id)
    await desk.records.count_attempt(gap.instance_id)

    first = await desk.verbs.retry(OPERATOR, attention_id, desk.workflows)
    again = await desk.verbs.retry(OPERATOR, attention_id, desk.workflows)

    assert (first.started, first.told) == ([gap.instance_id], [])
    assert (again.started, again.told) == ([], [])
    assert desk.workflows.runs[gap.instance_id].signals == []
    assert desk.attention.entries[attention_id].resolution == "retried"
    assert desk.records.attempts[gap.instance_id] == 0


async def test_a_retry_tells_a_workflow_that_waits(desk: Desk) -> None:
    file_id = uuid4()
    key = resume_key(file_id)
    await desk.workflows.start(PROCESS_RESUME, key, None)
    entry, _ = await desk.attention.park(
        Parked(subject="file", subject_id=file_id, instance_id=key, reason="needs_reader")
    )

    done = await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)

    assert (done.started, done.told) == ([], [key])
    assert desk.workflows.runs[key].signals == [(RETRY, None)]


async def test_what_fails_again_at_once_is_before_operators_anew(desk: Desk) -> None:
    gap = desk.wanted()
    attention_id = await desk.parked(gap.subject_id)
    restart = desk.workflows.restart

    async def fails_at_once(name: str, instance_id: str, message: Any) -> bool:
        await desk.parked(gap.subject_id)
        return await restart(name, instance_id, message)

    desk.workflows.restart = fails_at_once  # type: ignore[method-assign]  # a run that is quick to fail

    await desk.verbs.retry(OPERATOR, attention_id, desk.workflows)

    (again,) = [each for each in desk.attention.entries.values() if each.resolution is None]
    assert (again.id != attention_id, again.attempts) == (True, 2)


async def test_what_could_not_be_tried_stays_before_operators(desk: Desk) -> None:
    attention_id = await desk.parked(uuid4())

    async def away(name: str, instance_id: str, message: Any) -> bool:
        raise UnavailableError("The workflow engine cannot be reached.")

    desk.workflows.restart = away  # type: ignore[method-assign]  # a fault of one call

    with pytest.raises(UnavailableError):
        await desk.verbs.retry(OPERATOR, attention_id, desk.workflows)

    assert [each.reason for each in desk.attention.entries.values() if each.resolution is None] == [
        "scoring_failed"
    ]


async def test_what_does_not_listen_is_tried_again_once_it_is_over(desk: Desk) -> None:
    gap = desk.wanted()
    key = score_key(gap.subject_id, 1)
    await desk.workflows.start(SCORE_INTERVIEW, key, None)
    entry, _ = await desk.attention.park(
        Parked(subject="score_run", subject_id=uuid4(), instance_id=key, reason="scoring_failed")
    )

    with pytest.raises(ConflictError):
        await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)
    await desk.workflows.terminate(key)

    assert (await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)).started == [gap.instance_id]


async def test_a_score_that_failed_is_asked_for_anew_by_its_interview(desk: Desk) -> None:
    gap = desk.wanted()
    entry, _ = await desk.attention.park(
        Parked(
            subject="score_run",
            subject_id=uuid4(),
            instance_id=f"score-{gap.subject_id}-1",
            reason="scoring_failed",
        )
    )

    done = await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)

    assert done.started == [gap.instance_id]


async def test_a_workflow_that_gave_up_is_started_again_though_nothing_else_misses_it(desk: Desk) -> None:
    interview_id = uuid4()
    attention_id = await desk.parked(interview_id)

    done = await desk.verbs.retry(OPERATOR, attention_id, desk.workflows)

    assert done.started == [lifecycle_key(interview_id)]
    assert desk.workflows.runs[lifecycle_key(interview_id)].message == {"interview_id": str(interview_id)}


async def test_what_has_nothing_left_to_be_tried_stays_open(desk: Desk) -> None:
    entry, _ = await desk.attention.park(
        Parked(
            subject="score_run", subject_id=uuid4(), instance_id=f"score-{uuid4()}-1", reason="scoring_failed"
        )
    )

    with pytest.raises(ConflictError):
        await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)

    assert desk.attention.entries[entry.id].resolution is None
    await desk.verbs.resolve(OPERATOR, entry.id, AttentionResolved(resolution="accepted"))
    with pytest.raises(ConflictError):
        await desk.verbs.retry(OPERATOR, entry.id, desk.workflows)


async def test_an_operator_sees_both_sides_of_an_interview(desk: Desk) -> None:
    record = InterviewRecord(
        interview_id=uuid4(),
        status="in_progress",
        started_at=None,
        ended_at=None,
        transcript_status="active",
        runs=[],
        recordings=[],
        attention=[],
    )
    desk.records.records[record.interview_id] = record
    await desk.workflows.start(INTERVIEW_LIFECYCLE, lifecycle_key(record.interview_id), None)
    desk.workflows.runs[lifecycle_key(record.interview_id)].progress = {"phase": "conducting"}

    seen = await desk.verbs.inspect(OPERATOR, record.interview_id, desk.workflows)

    assert seen.database == record
    assert [(each.state, each.phase) for each in seen.workflows] == [("running", "conducting")]
    with pytest.raises(NotFoundError):
        await desk.verbs.inspect(OPERATOR, uuid4(), desk.workflows)


async def test_a_comparison_on_demand_leaves_a_trace(desk: Desk) -> None:
    desk.wanted()

    report = await desk.verbs.reconcile_now(OPERATOR, desk.workflows)

    assert len(report.repairs) == 1
    (told,) = desk.trail.events
    assert (told.action, told.user_id) == ("reconciliation.requested", OPERATOR.user_id)


async def test_nobody_else_is_let_in_and_the_attempt_leaves_a_trace(desk: Desk) -> None:
    attention_id = await desk.parked(uuid4())
    verbs = desk.verbs
    attempts = (
        lambda: verbs.list_attention(STRANGER, AttentionQuery()),
        lambda: verbs.retry(STRANGER, attention_id, desk.workflows),
        lambda: verbs.resolve(STRANGER, attention_id, AttentionResolved(resolution="settled")),
        lambda: verbs.inspect(STRANGER, uuid4(), desk.workflows),
        lambda: verbs.reconcile_now(STRANGER, desk.workflows),
    )
    for attempt in attempts:
        with pytest.raises(ForbiddenError):
            await attempt()

    assert {each.action for each in desk.trail.events} == {"auth.access_denied"}
    assert len(desk.trail.events) == len(attempts)
    assert desk.attention.entries[attention_id].resolution is None


async def test_entries_are_listed_for_operators(desk: Desk) -> None:
    attention_id = await desk.parked(uuid4())

    found = await desk.verbs.list_attention(OPERATOR, AttentionQuery(subject="interview"))

    assert [each.id for each in found.rows] == [attention_id]
    assert not (await desk.verbs.list_attention(OPERATOR, AttentionQuery(is_open=False))).rows
