"""The product on the local host, with real storage: health, description, a whole self-check."""

import time

import httpx
import pytest

from tests.azurite import Azurite

pytestmark = [pytest.mark.azure, pytest.mark.database]
ALL_WELL = {"settings": "healthy", "database": "healthy", "storage": "healthy"}


@pytest.mark.parametrize(("path", "status"), [("/health", "healthy"), ("/health/live", "alive")])
def test_it_is_alive(client: httpx.Client, path: str, status: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": status})
    assert response.headers["cache-control"] == "no-store"


def test_it_is_ready_and_names_each_dependency(client: httpx.Client) -> None:
    response = client.get("/health/ready")

    assert response.status_code == 200
    readiness = response.json()
    assert (readiness["status"], readiness["checks"], readiness["degraded"]) == ("ready", ALL_WELL, [])
    assert readiness["breakers"]["language_model"]["state"] == "closed"


def test_a_page_may_ask_for_health_with_its_request_id(client: httpx.Client) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Headers": "x-request-id"}
    for path in ("/health", "/health/ready"):
        response = client.options(path, headers=asked)

        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == "http://localhost:5173"
        assert "X-Request-ID" in response.headers["access-control-allow-headers"]


def test_the_self_check_proves_that_workflows_work(client: httpx.Client) -> None:
    details = client.get("/health/detailed").json()

    assert set(details) == {"version", "uptime_seconds", "memory_mb", "workflows"}
    assert details["workflows"]["status"] == "healthy"
    assert details["workflows"]["duration_ms"] >= 50
    assert 20 < details["memory_mb"] < 1000


def test_the_description_is_openapi_3_1_of_exactly_the_public_routes(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/api/v1/applications/{application_id}/cv",
        "/api/v1/applications/{application_id}/match",
        "/api/v1/candidates/me/cv",
        "/api/v1/files/upload-url",
        "/api/v1/files/{file_id}",
        "/api/v1/interview/{interview_id}/report/export",
        "/api/v1/resume/extract-requirements",
        "/api/v1/resume/parse",
        "/api/v1/resume/upload",
        "/api/v1/privacy/consents",
        "/api/v1/privacy/deletion-requests",
        "/api/v1/privacy/deletion-requests/{request_id}",
        "/api/v1/privacy/retention-runs",
        "/api/v1/audit-log",
        "/api/v1/audit-log/export",
        "/api/v1/job-roles",
        "/api/v1/job-roles/{job_role_id}",
        "/api/v1/job-roles/{job_role_id}/interviews",
        "/api/v1/job-roles/{job_role_id}/rubric",
        "/api/v1/job-roles/{job_role_id}/parity",
        "/api/v1/job-roles/{job_role_id}/questions",
        "/api/v1/job-roles/{job_role_id}/questions/suggest",
        "/api/v1/question-packs",
        "/api/v1/organisations",
        "/api/v1/organisations/{organisation_id}",
        "/api/v1/organisations/{organisation_id}/members",
        "/api/v1/organisations/{organisation_id}/members/{user_id}",
        "/api/v1/organisations/{organisation_id}/stats",
        "/api/v1/applications",
        "/api/v1/applications/{application_id}",
        "/api/v1/applications/{application_id}/withdraw",
        "/api/v1/candidates/me/dei",
        "/api/v1/candidates/me/education",
        "/api/v1/candidates/me/education/{education_id}",
        "/api/v1/candidates/me/employment",
        "/api/v1/candidates/me/employment/{employment_id}",
        "/api/v1/candidates/me/feedback",
        "/api/v1/candidates/me/profile",
        "/api/v1/candidates/me/profile/confirm",
        "/api/v1/candidates/me/skills",
        "/api/v1/candidates/me/skills/{skill_id}",
        "/api/v1/candidates/{candidate_id}",
        "/api/v1/interview/chat",
        "/api/v1/interview/chat/stream",
        "/api/v1/interview/{interview_id}",
        "/api/v1/interview/{interview_id}/cancel",
        "/api/v1/interview/{interview_id}/consent",
        "/api/v1/interview/{interview_id}/end",
        "/api/v1/interview/{interview_id}/plan",
        "/api/v1/interview/{interview_id}/progress",
        "/api/v1/interview/{interview_id}/report",
        "/api/v1/interview/{interview_id}/review",
        "/api/v1/interview/{interview_id}/runs",
        "/api/v1/interview/{interview_id}/runs/{run_id}",
        "/api/v1/interview/{interview_id}/schedule",
        "/api/v1/interview/{interview_id}/score",
        "/api/v1/interview/{interview_id}/score/{run_id}/bundle",
        "/api/v1/interview/{interview_id}/signals",
        "/api/v1/interview/{interview_id}/start",
        "/api/v1/interview/{interview_id}/transcript",
        "/api/v1/interview/{interview_id}/transcript/export",
        "/api/v1/invitations",
        "/api/v1/invitations/claim",
        "/api/v1/invitations/validate",
        "/api/v1/invitations/{invitation_id}",
        "/api/v1/invitations/{invitation_id}/resend",
        "/api/v1/invitations/{invitation_id}/revoke",
        "/api/v1/job-roles/{job_role_id}/applications",
        "/api/v1/me",
        "/api/v1/openapi.json",
        "/api/v1/operations/attention",
        "/api/v1/operations/attention/{attention_id}/resolve",
        "/api/v1/operations/attention/{attention_id}/retry",
        "/api/v1/operations/interviews/{interview_id}",
        "/api/v1/operations/reconcile",
        "/api/v1/practice-interviews",
        "/api/v1/practice-interviews/{practice_id}",
        "/api/v1/practice-interviews/{practice_id}/end",
        "/api/v1/practice-interviews/{practice_id}/start",
        "/api/v1/realtime/negotiate",
        "/api/v1/webhooks/call-automation",
        "/api/v1/speech/relay-token",
        "/api/v1/speech/token",
        "/api/v1/recordings/{recording_id}/stop",
        "/api/v1/recordings/{recording_id}/resume",
        "/api/v1/recordings/{recording_id}/pause",
        "/api/v1/recordings/{recording_id}",
        "/api/v1/recordings/start",
        "/api/v1/calls/{call_id}/play",
        "/api/v1/calls/{call_id}/participants/{participant_id}/mute",
        "/api/v1/calls/{call_id}/participants/{participant_id}",
        "/api/v1/calls/{call_id}/participants",
        "/api/v1/calls/{call_id}/hangup",
        "/api/v1/calls/{call_id}/answer",
        "/api/v1/calls/{call_id}",
        "/api/v1/calls",
        "/api/v1/acs/token",
        "/api/v1/recordings/{recording_id}/download",
        "/api/v1/webhooks/event-grid",
        "/api/v1/webhooks/web-pubsub",
        "/health",
        "/health/detailed",
        "/health/live",
        "/health/ready",
    }
    assert {"Problem", "FieldProblem"} <= set(document["components"]["schemas"])


def test_the_description_is_not_sent_twice(client: httpx.Client) -> None:
    tag = client.get("/api/v1/openapi.json").headers["etag"]

    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_page_and_all_it_loads_are_our_own(client: httpx.Client) -> None:
    page = client.get("/docs")

    assert "Talenti interview API" in page.text
    assert "//" not in page.text.replace("<!doctype html>", "")
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"/docs/{asset}" in page.text
        response = client.get(f"/docs/{asset}")
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=3600"
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/docs/oauth2-redirect", "/docs/..%2fhost.json", "/docs/%2e%2e/host.json"])
def test_the_page_serves_nothing_else(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/redoc", "/openapi.json", "/host.json", "/local.settings.json"])
def test_nothing_of_the_platform_or_the_repository_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_storage_that_goes_away_and_comes_back_is_noticed(client: httpx.Client, azurite: Azurite) -> None:
    azurite.kill()
    try:
        down = wait_for(client, 503)
    finally:
        azurite.start()
    up = wait_for(client, 200)

    assert down.json()["status"] == "not_ready"
    assert down.json()["checks"] == ALL_WELL | {"storage": "unhealthy"}
    assert up.json()["status"] == "ready"


def wait_for(client: httpx.Client, status: int) -> httpx.Response:
    deadline = time.monotonic() + 15
    while (response := client.get("/health/ready")).status_code != status:
        assert time.monotonic() < deadline, response.text
        time.sleep(0.1)
    return response
