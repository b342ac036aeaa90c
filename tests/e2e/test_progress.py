"""Following an interview to its score over HTTP, and what operators see of it meanwhile."""

import time
from typing import Any

import httpx
import pytest

from tests.e2e.talk import events, start
from tests.invited import Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

STREAM = {"Accept": "text/event-stream"}
OPERATIONS = "/api/v1/operations"


@pytest.fixture
def case(supabase: SupabaseStack) -> Invited:
    return invited(supabase)


@pytest.fixture
def operator(supabase: SupabaseStack, case: Invited) -> dict[str, str]:
    user_id, token = supabase.sign_up(f"operator-{case.interview_id}@example.com")
    case.run(
        "insert into public.user_roles (user_id, role) values (%s, 'platform_operator') returning role",
        user_id,
    )
    return {"Authorization": f"Bearer {token}"}


def progress(client: httpx.Client, case: Invited) -> dict[str, Any]:
    answer = client.get(f"/api/v1/interview/{case.interview_id}/progress", headers=case.viewer.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def carried(client: httpx.Client, case: Invited) -> dict[str, Any]:
    """How it stands once its workflow has said so."""
    deadline = time.monotonic() + 10
    while (shown := progress(client, case))["lifecycle"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return shown


def follow(client: httpx.Client, case: Invited) -> list[tuple[str, dict[str, Any]]]:
    """Every event until nothing will change any more."""
    path = f"/api/v1/interview/{case.interview_id}/progress"
    with client.stream("GET", path, headers=case.candidate.headers | STREAM) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(events(response))


def test_an_interview_is_followed_to_its_score(
    client: httpx.Client, case: Invited, operator: dict[str, str], simulators: Simulators
) -> None:
    assert progress(client, case)["lifecycle"] is None
    assert start(client, case).status_code == 200
    shown = carried(client, case)
    assert (shown["status"], shown["lifecycle"]["phase"]) == ("in_progress", "conducting")
    assert shown["lifecycle"]["waiting_for"] == "candidate"
    seen = client.get(f"{OPERATIONS}/interviews/{case.interview_id}", headers=operator)
    assert seen.json()["database"]["status"] == "in_progress"
    assert [each["phase"] for each in seen.json()["workflows"]] == ["conducting"]

    ended = client.post(f"/api/v1/interview/{case.interview_id}/end", headers=case.candidate.headers)
    assert ended.status_code == 200
    told = follow(client, case)

    assert [name for name, _ in told][-2:] == ["progress", "done"]
    assert {name for name, _ in told[:-1]} == {"progress"}
    assert told[-2][1]["status"] == "completed"
    assert told[-2][1]["lifecycle"]["phase"] == "done"
    assert not any("scoring" in shown for _, shown in told), "candidates are told nothing of scores"
    report = client.get(f"{OPERATIONS}/interviews/{case.interview_id}", headers=operator)
    assert [each["status"] for each in report.json()["database"]["runs"]] == ["insufficient_evidence"]
    for answer in (seen, report):
        assert "webhooks" not in answer.text
        assert "code=" not in answer.text


def test_addresses_of_the_workflow_engine_are_in_no_answer(
    client: httpx.Client, case: Invited, operator: dict[str, str], simulators: Simulators
) -> None:
    answers = [
        client.get("/api/v1/openapi.json"),
        start(client, case),
        client.get(f"/api/v1/interview/{case.interview_id}", headers=case.recruiter.headers),
        client.get(f"/api/v1/interview/{case.interview_id}/progress", headers=case.recruiter.headers),
        client.post(f"/api/v1/interview/{case.interview_id}/end", headers=case.recruiter.headers),
        client.post(f"/api/v1/interview/{case.interview_id}/score", headers=case.recruiter.headers),
        client.get(f"{OPERATIONS}/attention", headers=operator),
        client.get(f"{OPERATIONS}/interviews/{case.interview_id}", headers=operator),
        client.post(f"{OPERATIONS}/reconcile", headers=operator),
    ]

    assert all(answer.is_success for answer in answers), [answer.status_code for answer in answers]
    for answer in answers:
        told = answer.text + str(answer.headers)
        assert "durabletask" not in told
        assert "statusQueryGetUri" not in told
        assert "taskHub" not in told


def test_what_was_begun_and_never_carried_is_found_by_the_timer(
    client: httpx.Client, case: Invited, operator: dict[str, str], simulators: Simulators
) -> None:
    """As if the process had died between the row and the workflow."""
    case.run("select public.start_interview(%s, %s, 'Welcome.')", case.interview_id, case.candidate.user_id)
    case.run(
        "update public.interviews set started_at = now() - interval '3 minutes' where id = %s returning id",
        case.interview_id,
    )
    assert progress(client, case)["lifecycle"] is None

    assert client.post("/admin/functions/reconcile", json={}).status_code == 202

    assert carried(client, case)["lifecycle"]["phase"] == "conducting"


def test_what_is_put_before_operators_is_tried_again_by_them(
    client: httpx.Client, case: Invited, operator: dict[str, str], simulators: Simulators
) -> None:
    assert start(client, case).status_code == 200
    ended = client.post(f"/api/v1/interview/{case.interview_id}/end", headers=case.candidate.headers)
    assert ended.status_code == 200
    follow(client, case)
    case.run(
        "select public.park_workflow('interview', %s, 'interview-' || %s::text, 'transcript_not_sealed')",
        case.interview_id,
        case.interview_id,
    )
    listed = client.get(f"{OPERATIONS}/attention", headers=operator).json()["items"]
    (entry,) = [each for each in listed if each["subject_id"] == str(case.interview_id)]

    retried = client.post(f"{OPERATIONS}/attention/{entry['id']}/retry", headers=operator)
    again = client.post(
        f"{OPERATIONS}/attention/{entry['id']}/resolve", headers=operator, json={"resolution": "settled"}
    )

    assert (retried.status_code, retried.json()["started"]) == (202, [entry["instance_id"]])
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert case.run(
        "select action from public.audit_log where entity_id = %s and action like 'attention.%%'",
        case.interview_id,
    ) == ("attention.retried")
