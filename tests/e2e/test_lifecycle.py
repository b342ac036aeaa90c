"""The lifecycle on the real host: what was begun ends by itself, and is sealed, scored and thanked for."""

import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.e2e.talk import ANSWERS, chat, start
from tests.host_process import HostProcess
from tests.invited import Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

HUB = "/runtime/webhooks/durabletask/instances"
PATIENCE_SECONDS = 60
OVER = {"Completed", "Failed", "Terminated"}


@pytest.fixture
def case(supabase: SupabaseStack) -> Invited:
    return invited(supabase)


def instance(client: httpx.Client, interview_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{HUB}/interview-{interview_id}").json()
    return found


def look_now(client: httpx.Client, interview_id: UUID) -> None:
    """Whatever is told, the lifecycle asks the database."""
    told = client.post(f"{HUB}/interview-{interview_id}/raiseEvent/ended", json={})
    assert told.status_code == 202


def carried(client: httpx.Client, interview_id: UUID) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := instance(client, interview_id))["runtimeStatus"] not in OVER:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_an_interview_that_nobody_ends_is_ended_sealed_scored_and_thanked_for(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    start(client, case)
    start(client, case)
    for answer in ANSWERS[:2]:
        chat(client, case, answer)
    assert instance(client, case.interview_id)["customStatus"]["phase"] == "conducting"
    case.run(
        "update public.interviews set started_at = started_at - interval '16 minutes' where id = %s",
        case.interview_id,
    )
    look_now(client, case.interview_id)
    found = carried(client, case.interview_id)

    assert found["runtimeStatus"] == "Completed"
    assert (found["output"]["phase"], found["output"]["reason"]) == ("done", None)
    own = client.get(f"/api/v1/interview/{case.interview_id}", headers=case.candidate.headers).json()
    held = client.get(f"/api/v1/interview/{case.interview_id}", headers=case.viewer.headers).json()
    assert (own["status"], own["end_reason"]) == ("completed", "time_up")
    assert own["transcript_seal"] == held["transcript_seal"]
    assert own["transcript_seal"]["segments"] == len(own["transcript"])
    assert own["transcript_seal"]["is_whole"]
    assert own["transcript"][-1]["content"].startswith("Our time is over")
    assert held["score"]["run_number"] == found["output"]["run_number"] == 1
    assert case.run("select status from public.applications where id = %s", case.application_id) == "reviewed"
    letter = "select status from public.candidate_letters where interview_id = %s and kind = 'thanks'"
    assert case.run(letter, case.interview_id) == "sent"
    filed = "select blob_path from public.transcript_seals where interview_id = %s"
    assert case.run(filed, case.interview_id) == f"transcripts/{case.interview_id}.json"


def test_a_history_on_the_host_holds_nothing_that_was_said(client: httpx.Client, case: Invited) -> None:
    start(client, case)
    chat(client, case, ANSWERS[0])
    client.post(f"/api/v1/interview/{case.interview_id}/end", headers=case.candidate.headers)
    found = client.get(f"{HUB}/interview-{case.interview_id}?showHistory=true&showInput=true").text

    assert str(case.interview_id) in found
    for words in (ANSWERS[0][:20], "kim@example.org", "Backend engineer", "AI interviewer"):
        assert words not in found


def test_practice_that_nobody_ends_ends_by_itself_with_feedback(
    client: httpx.Client, case: Invited, simulators: Simulators, product: HostProcess
) -> None:
    made = client.post(
        "/api/v1/practice-interviews",
        headers=case.candidate.headers,
        json={"sample_role_type": "software-engineer"},
    ).json()
    practice = UUID(made["id"])
    client.post(f"/api/v1/practice-interviews/{practice}/start", headers=case.candidate.headers)
    case.run(
        "update public.practice_interviews set started_at = started_at - interval '11 minutes' where id = %s",
        practice,
    )
    look_now(client, practice)

    assert carried(client, practice)["output"]["phase"] == "done"
    seen = client.get(f"/api/v1/practice-interviews/{practice}", headers=case.candidate.headers).json()
    assert (seen["status"], seen["end_reason"]) == ("completed", "time_up")
    assert seen["feedback"]
