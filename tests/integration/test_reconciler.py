"""Database and workflows are made to disagree by hand, in every way; one comparison is enough to mend it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from azure.durable_functions import DurableFunctionsClient

from shared.adapters.clock.system import SystemClock
from shared.adapters.durable.workflows import DurableWorkflows
from shared.adapters.supabase.attention import SupabaseAttention
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.reconciliation import SupabaseReconciliation
from shared.contracts.erasure_workflow import ErasureWanted, erasure_key
from shared.contracts.lifecycle import (
    INTERVIEW_LIFECYCLE,
    PROCESS_RESUME,
    SCORE_INTERVIEW,
    InterviewWanted,
    Parked,
    ScoringWanted,
    lifecycle_key,
    recording_key,
    resume_key,
    score_key,
)
from shared.contracts.lifecycle_steps import InvitationWanted, invitation_key
from shared.contracts.recording_workflow import RecordingWanted
from shared.contracts.resume_workflow import ResumeWanted
from shared.ports.workflows import WorkflowState
from shared.use_cases.operations import families
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.reconcile import Reconcile
from tests.contract import database
from tests.host_process import APPS, HostProcess
from tests.security.matrix.world import World
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.database, pytest.mark.asyncio(loop_scope="module")]

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
SOON = timedelta()


class Place:
    """Both sides, and how a test makes them disagree."""

    def __init__(self, world: World, workflows: DurableWorkflows, reconcile: Reconcile, park: Park) -> None:
        self.world = world
        self.workflows = workflows
        self.reconcile = reconcile
        self.park = park

    def interview(self, status: str, **values: Any) -> UUID:
        over = AN_HOUR_AGO if status in {"completed", "cancelled", "expired"} else None
        facts = {"status": status, "started_at": AN_HOUR_AGO, "ended_at": over, "updated_at": AN_HOUR_AGO}
        if status != "completed":
            facts |= {"end_reason": None, "duration_seconds": None}
        facts["application_id"] = self.world.fresh_application(status="interviewing")
        return self.world.fresh("interviews", **facts | values)

    def score(self, interview_id: UUID, status: str, number: int = 1, **values: Any) -> UUID:
        facts = {"status": status, "run_number": number, "is_current": False, "created_at": AN_HOUR_AGO}
        if status != "completed":
            facts |= {"overall_score": None, "completed_at": None}
        else:
            facts |= {"completed_at": AN_HOUR_AGO}
        return self.world.fresh("interview_scores", interview_id=interview_id, **facts | values)

    async def runs(self, name: str, key: str) -> None:
        """Have a workflow run under this key that has said where it is."""
        await self.workflows.start(name, key, None)
        await self.workflows.wait(key, 0.1)  # it never ends by itself
        assert await self.state(key) is WorkflowState.RUNNING

    async def state(self, key: str) -> WorkflowState | None:
        found = await self.workflows.find(key)
        return found.state if found else None

    async def compare(self) -> set[tuple[str, str, str]]:
        """What one comparison did, and that the next does nothing."""
        report = await self.reconcile(self.workflows)
        assert (report.ran, report.is_complete, report.refused) == (True, True, 0)
        for each in report.repairs:
            if each.repair in {"signal", "terminate"}:
                await self.workflows.wait(each.instance_id, 10)
        assert (await self.reconcile(self.workflows)).repairs == []
        return {(each.family, each.repair, each.instance_id) for each in report.repairs}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with SupabaseStack() as stack:
        world = World(stack)
        world.build()
        yield world
        world.connection.close()


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "reconciled") as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both_sides(world: World, host: HostProcess) -> AsyncIterator[Place]:
    async with httpx.AsyncClient(base_url=host.url) as http:
        client = DurableFunctionsClient((await http.get("/client")).text)
    rest = database.rest_of(world.stack)
    functions = RestFunctions(rest)
    park = Park(SupabaseAttention(functions))
    # what was made a moment ago is old enough here
    hurried = [replace(each, patience=SOON, winding_up=SOON) for each in families.FAMILIES]
    reconcile = Reconcile(SupabaseReconciliation(functions), park, SystemClock(), hurried)
    place = Place(world, DurableWorkflows(client), reconcile, park)
    try:
        yield place
    finally:
        await rest.close()
        await client.close()


@pytest_asyncio.fixture(loop_scope="module")
async def place(both_sides: Place) -> Place:
    """Give both sides, with nothing on either."""
    connection = both_sides.world.connection
    connection.execute("set session_replication_role = replica")
    for table in (
        "interviews",
        "practice_interviews",
        "interview_scores",
        "files",
        "invitations",
        "recordings",
        "workflow_attention",
        "data_deletion_requests",
    ):
        connection.execute(f"delete from public.{table}".encode())
    connection.execute("set session_replication_role = origin")
    for family in families.FAMILIES:
        for each in await both_sides.workflows.live(family.prefix):
            await both_sides.workflows.terminate(each.instance_id)
            await both_sides.workflows.wait(each.instance_id, 10)
    return both_sides


async def test_a_talk_that_runs_is_carried_again(place: Place) -> None:
    interview_id = place.interview("in_progress")
    key = lifecycle_key(interview_id)

    assert await place.compare() == {("lifecycle", "start", key)}

    run = await place.workflows.find(key)
    assert run
    await place.workflows.signal(key, "ended", None)
    done = await place.workflows.wait(key, 10)
    assert done
    assert InterviewWanted.model_validate(done.output) == InterviewWanted(interview_id=interview_id)


async def test_a_practice_talk_is_carried_as_well(place: Place) -> None:
    practice_id = place.world.fresh(
        "practice_interviews", status="in_progress", started_at=AN_HOUR_AGO, ended_at=None
    )

    assert await place.compare() == {("lifecycle", "start", lifecycle_key(practice_id))}


async def test_what_was_completed_and_never_scored_is_carried_on(place: Place) -> None:
    never, failed, scored = (place.interview("completed") for _ in range(3))
    place.score(failed, "failed")
    place.score(scored, "completed")

    assert await place.compare() == {
        ("lifecycle", "start", lifecycle_key(never)),
        ("lifecycle", "start", lifecycle_key(failed)),
    }


async def test_what_was_not_scored_days_ago_is_found_while_its_application_waits(place: Place) -> None:
    days_ago = AN_HOUR_AGO - timedelta(days=3)
    waiting, moved_on = (
        place.interview(
            "completed",
            started_at=days_ago,
            ended_at=days_ago,
            application_id=place.world.fresh_application(status=status),
        )
        for status in ("interviewed", "shortlisted")
    )

    assert await place.compare() == {("lifecycle", "start", lifecycle_key(waiting))}
    assert moved_on != waiting


async def test_nobody_misses_the_score_of_who_has_withdrawn(place: Place) -> None:
    application_id = place.world.fresh_application(status="archived")
    withdrawn = place.interview("completed", application_id=application_id)
    place.world.connection.execute(
        "update public.applications set status_changed_by = candidate_id where id = %s", [application_id]
    )
    archived = place.interview("completed", application_id=place.world.fresh_application(status="archived"))

    assert await place.compare() == {("lifecycle", "start", lifecycle_key(archived))}
    assert archived != withdrawn


@pytest.mark.parametrize("status", ["completed", "cancelled", "expired"])
async def test_a_workflow_is_told_that_its_talk_is_over(place: Place, status: str) -> None:
    interview_id = place.interview(status)
    if status == "completed":
        place.score(interview_id, "completed")
    key = lifecycle_key(interview_id)
    await place.runs(INTERVIEW_LIFECYCLE, key)

    assert await place.compare() == {("lifecycle", "signal", key)}

    assert await place.state(key) is WorkflowState.COMPLETED


async def test_a_workflow_for_nothing_is_ended(place: Place) -> None:
    keys = [lifecycle_key(uuid4()), score_key(uuid4(), 1), resume_key(uuid4())]
    for name, key in zip((INTERVIEW_LIFECYCLE, SCORE_INTERVIEW, PROCESS_RESUME), keys, strict=True):
        await place.runs(name, key)

    assert await place.compare() == {
        ("lifecycle", "terminate", keys[0]),
        ("scoring", "terminate", keys[1]),
        ("files", "terminate", keys[2]),
    }

    assert [await place.state(key) for key in keys] == [WorkflowState.TERMINATED] * 3


@pytest.mark.parametrize("status", ["queued", "running"])
async def test_a_run_of_scoring_that_nobody_works_at_is_begun_again(place: Place, status: str) -> None:
    interview_id = place.interview("completed")
    run_id = place.score(interview_id, status, 2)
    key = score_key(interview_id, 2)

    assert await place.compare() == {("scoring", "start", key)}

    assert await place.state(key) in {WorkflowState.WAITING, WorkflowState.RUNNING}
    (gap,) = place.world.connection.execute(
        "select public.scoring_gaps(%s, %s, '{}') -> 0 -> 'message'", [interview_id, interview_id]
    ).fetchall()
    assert ScoringWanted.model_validate(gap[0]) == ScoringWanted(
        interview_id=interview_id, run_id=run_id, run_number=2
    )


async def test_of_two_that_score_one_interview_the_one_whose_run_is_done_is_ended(place: Place) -> None:
    interview_id = place.interview("completed")
    place.score(interview_id, "completed", 1)
    place.score(interview_id, "running", 2)
    for number in (1, 2):
        await place.runs(SCORE_INTERVIEW, score_key(interview_id, number))

    assert await place.compare() == {("scoring", "terminate", score_key(interview_id, 1))}

    assert await place.state(score_key(interview_id, 2)) is WorkflowState.RUNNING


@pytest.mark.parametrize("status", ["awaiting_upload", "received", "reading", "scanned_needs_reader"])
async def test_a_file_that_nobody_reads_is_read(place: Place, status: str) -> None:
    file_id = place.world.fresh(
        "files", status=status, updated_at=AN_HOUR_AGO, blob_path=f"resumes/{uuid4()}"
    )

    assert await place.compare() == {("files", "start", resume_key(file_id))}

    (gap,) = place.world.connection.execute(
        "select public.files_gaps(%s, %s, '{}') -> 0 -> 'message'", [file_id, file_id]
    ).fetchall()
    assert ResumeWanted.model_validate(gap[0]) == ResumeWanted(file_id=file_id)


async def test_an_invitation_that_nobody_watches_over_is_watched(place: Place) -> None:
    open_, over = (place.interview("invited", started_at=None) for _ in range(2))
    wanted = {
        interview_id: place.world.fresh(
            "invitations",
            interview_id=interview_id,
            application_id=place.world.fresh_application(status="invited"),
            status=status,
            token_hash=uuid4().hex * 2,
            created_at=AN_HOUR_AGO,
            expires_at=datetime.now(UTC) + timedelta(days=7),
        )
        for interview_id, status in ((open_, "sent"), (over, "revoked"))
    }

    assert await place.compare() == {("invitation", "start", invitation_key(open_))}

    (gap,) = place.world.connection.execute(
        "select public.invitation_gaps(%s, %s, '{}') -> 0 -> 'message'", [open_, open_]
    ).fetchall()
    assert InvitationWanted.model_validate(gap[0]) == InvitationWanted(invitation_id=wanted[open_])


async def test_a_recording_whose_file_nobody_follows_is_followed(place: Place) -> None:
    recording_id = place.world.fresh(
        "recordings",
        interview_id=place.interview("in_progress"),
        provider_recording_id=str(uuid4()),
        status="stopped",
        stopped_at=AN_HOUR_AGO - timedelta(days=1),
        updated_at=AN_HOUR_AGO,
    )

    assert ("recordings", "start", recording_key(recording_id)) in await place.compare()

    (gap,) = place.world.connection.execute(
        "select public.recordings_gaps(%s, %s, '{}') -> 0 -> 'message'", [recording_id, recording_id]
    ).fetchall()
    assert RecordingWanted.model_validate(gap[0]) == RecordingWanted(recording_id=recording_id)


async def test_a_deletion_that_was_begun_and_is_not_carried_out_is_taken_up(place: Place) -> None:
    request_id = place.world.fresh("data_deletion_requests", status="pending")
    assert await place.compare() == set()  # the timer begins it
    place.world.connection.execute(
        "update public.data_deletion_requests set status = 'processing' where id = %s", [request_id]
    )

    assert await place.compare() == {("deletions", "start", erasure_key(request_id))}
    assert await place.compare() == set()

    (gap,) = place.world.connection.execute(
        "select public.deletions_gaps(%s, %s, '{}') -> 0 -> 'message'", [request_id, request_id]
    ).fetchall()
    assert ErasureWanted.model_validate(gap[0]) == ErasureWanted(request_id=request_id)


async def test_what_waits_for_an_operator_is_not_started_again(place: Place) -> None:
    interview_id = place.interview("in_progress")
    await place.park(
        Parked(
            subject="interview",
            subject_id=interview_id,
            instance_id=lifecycle_key(interview_id),
            reason="scoring_failed",
        )
    )

    assert await place.compare() == set()


async def test_a_talk_that_could_not_be_looked_at_is_carried_on_by_itself(place: Place) -> None:
    key = lifecycle_key(interview_id := place.interview("in_progress"))
    practice_id = place.world.fresh(
        "practice_interviews",
        status="completed",
        started_at=AN_HOUR_AGO,
        ended_at=datetime.now(UTC) + timedelta(seconds=1),
    )
    for about in (interview_id, practice_id):
        told = {"subject": "interview", "subject_id": about, "reason": "untended"}
        await place.park(Parked.model_validate(told | {"instance_id": lifecycle_key(about)}))

    assert await place.compare() == {("lifecycle", "start", key)}

    assert place.world.connection.execute(
        "select subject_id from public.workflow_attention where resolved_at is null"
    ).fetchall() == [(interview_id,)]


async def test_what_was_scored_after_all_waits_for_nobody(place: Place) -> None:
    interview_id, other_id = place.interview("completed"), place.interview("completed")
    failed, other = place.score(interview_id, "failed", 1), place.score(other_id, "failed", 1)
    for subject, subject_id, key in (
        ("interview", interview_id, lifecycle_key(interview_id)),
        ("score_run", failed, score_key(interview_id, 1)),
        ("score_run", other, score_key(other_id, 1)),
    ):
        told = {"subject": subject, "subject_id": subject_id, "instance_id": key, "reason": "scoring_failed"}
        await place.park(Parked.model_validate(told))
    later = datetime.now(UTC) + timedelta(seconds=1)
    place.score(interview_id, "completed", 2, completed_at=later)

    assert await place.compare() == set()

    assert place.world.connection.execute(
        "select subject_id from public.workflow_attention where resolved_at is null"
    ).fetchall() == [(other,)]


async def test_what_was_left_alone_waits_for_nobody_once_it_is_scored(place: Place) -> None:
    interview_id, unproven = place.interview("completed"), place.interview("completed")
    for about, reason in (
        (interview_id, "untended"),
        (unproven, "transcript_broken"),
        (unproven, "untended"),
    ):
        key = lifecycle_key(about)
        told = {"subject": "interview", "subject_id": about, "instance_id": key, "reason": reason}
        await place.park(Parked.model_validate(told))
    later = datetime.now(UTC) + timedelta(seconds=1)
    for about in (interview_id, unproven):
        place.score(about, "completed", completed_at=later)

    assert await place.compare() == set()

    assert place.world.connection.execute(
        "select subject_id, reason from public.workflow_attention where resolved_at is null"
    ).fetchall() == [(unproven, "transcript_broken")]


async def test_what_never_stays_is_put_before_operators(place: Place) -> None:
    key = lifecycle_key(place.interview("in_progress"))
    repairs = []
    for _ in range(5):
        report = await place.reconcile(place.workflows)
        repairs += [each.repair for each in report.repairs]
        await place.workflows.terminate(key)
        await place.workflows.wait(key, 10)

    assert repairs == ["start", "start", "start", "park"]
    assert place.world.connection.execute(
        "select reason from public.workflow_attention where instance_id = %s", [key]
    ).fetchall() == [("lifecycle_gave_up",)]


async def test_two_comparisons_at_once_do_the_work_of_one(place: Place) -> None:
    keys = {lifecycle_key(place.interview("in_progress")) for _ in range(5)}

    reports = await asyncio.gather(*(place.reconcile(place.workflows) for _ in range(3)))

    assert sorted(each.ran for each in reports) == [False, False, True]
    assert {repair.instance_id for each in reports for repair in each.repairs} == keys
