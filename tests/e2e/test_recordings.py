"""The file of a recording, from the event of it to captions, on the local host."""

import json
import random
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from azure.storage.blob import BlobServiceClient

from local.simulators.calls.model import Chunk, Utterance
from local.simulators.calls.tape import sound
from tests.azurite import Azurite
from tests.invited import invited
from tests.sample_settings import SAMPLE
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.e2e, pytest.mark.database]

WEBHOOK = "/api/v1/webhooks/event-grid"
KEY = {"code": SAMPLE["EVENT_GRID_WEBHOOK_KEY"]}
HASH = "a" * 64
ASKED, SAID = "Tell me about a queue", "I kept the queue short & we measured it"
PATIENCE = 30.0

BEGINNING = """
with org as (insert into public.organisations (name) values ('Acme') returning id),
member as (
  insert into public.org_users (organisation_id, user_id, role)
  select id, %(recruiter)s, 'org_recruiter' from org
),
role as (insert into public.job_roles (organisation_id, title) select id, 'Engineer' from org returning id),
applied as (
  insert into public.applications (job_role_id, candidate_id) select id, %(candidate)s from role returning id
),
talk as (
  insert into public.interviews (application_id, status) select id, 'invited' from applied returning id
),
said as (
  insert into public.transcript_segments (
    interview_id, sequence, speaker, content, origin, content_salt, content_hash, previous_hash, row_hash
  )
  select talk.id, line.sequence, line.speaker, line.content, line.origin, 's', %(hash)s, %(hash)s,
    line.sequence || substr(%(hash)s, 2)
  from talk, (
    values (1, 'interviewer', %(asked)s, 'plan'), (2, 'candidate', %(said)s, 'speech')
  ) as line (sequence, speaker, content, origin)
),
agreed as (
  insert into public.consents (interview_id, user_id, granted, text_version, text_hash, locale)
  select id, %(candidate)s, true, '1', %(hash)s, 'en-AU' from talk returning id
)
insert into public.recordings (interview_id, consent_id, provider_recording_id, status, stopped_at)
select talk.id, agreed.id, %(provider)s, 'stopped', now() from talk, agreed returning id, interview_id
"""

OVER = (
    """
    update public.org_users as member set role = 'org_admin'
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    join public.job_roles as job_role on job_role.id = application.job_role_id
    where member.organisation_id = job_role.organisation_id and interview.id = %s
    """,
    """
    update public.interviews
    set started_at = now() - interval '62 days', ended_at = now() - interval '61 days'
    where id = %s
    """,
    """
    update public.recordings
    set processed_at = now() - interval '61 days', stopped_at = now() - interval '61 days'
    where interview_id = %s
    """,
)


@dataclass(frozen=True)
class Taped:
    stack: SupabaseStack
    recording_id: UUID
    interview_id: UUID
    provider_id: str
    recruiter: dict[str, str]
    candidate: dict[str, str]

    def value(self, what: str, of: str = "recordings", by: str = "id") -> Any:
        with psycopg.connect(self.stack.database_url) as connection:
            question = f"select {what} from public.{of} where {by} = %s"
            row = connection.execute(question.encode(), (self.recording_id,)).fetchone()
        return row[0] if row else None

    def wait(self, wanted: str, what: str, of: str = "recordings", by: str = "id") -> None:
        ends = time.monotonic() + PATIENCE
        while (found := self.value(what, of, by)) != wanted:
            assert time.monotonic() < ends, f"{what} is {found}, and never became {wanted}"
            time.sleep(0.1)


@pytest.fixture
def taped(supabase: SupabaseStack) -> Taped:
    people = [supabase.sign_up(f"{uuid4()}@example.com") for _ in range(2)]
    provider_id = uuid4().hex
    values = {
        "recruiter": people[0][0],
        "candidate": people[1][0],
        "provider": provider_id,
        "hash": HASH,
        "asked": f"{ASKED}.",
        "said": f"{SAID}.",
    }
    with psycopg.connect(supabase.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        row = connection.execute(BEGINNING.encode(), values).fetchone()
    assert row
    signs = [{"Authorization": f"Bearer {token}"} for _, token in people]
    return Taped(supabase, row[0], row[1], provider_id, signs[0], signs[1])


def pieces() -> list[bytes]:
    """Two pieces, as a pause makes them: the question in the first, the answer in the second."""
    said = [Utterance("us", ASKED, 0.0, 2.0), Utterance("them", SAID, 3.0, 3.6)]
    return [sound(Chunk(0.0, 2.5, "Paused"), said, 2), sound(Chunk(2.5, 7.0, "SessionEnded"), said, 2)]


def event(taped: Taped, urls: list[str], number: int) -> dict[str, Any]:
    chunks = [
        {"documentId": f"{index}-a", "index": index, "endReason": "SessionEnded", "contentLocation": url}
        for index, url in enumerate(urls)
    ]
    subject = f"/recording/call/c/serverCallId/aHR0/recordingId/{taped.provider_id}"
    told = {
        "id": f"{taped.provider_id}-{number}",
        "subject": subject,
        "data": {"recordingStorageInfo": {"recordingChunks": chunks}},
    }
    if number % 2:
        return told | {
            "specversion": "1.0",
            "type": "Microsoft.Communication.RecordingFileStatusUpdated",
            "source": "/communication",
            "time": "2026-11-21T09:00:00Z",
        }
    return told | {
        "eventType": "Microsoft.Communication.RecordingFileStatusUpdated",
        "topic": "/communication",
        "eventTime": "2026-11-21T09:00:00Z",
        "dataVersion": "1.0",
    }


def test_five_events_around_the_blobs_are_one_recording_and_one_transcription(
    client: httpx.Client, simulators: Simulators, azurite: Azurite, taped: Taped
) -> None:
    heard = [
        {"text": ASKED, "offset_ms": 0, "duration_ms": 2000, "channel": 0},
        {"text": SAID, "offset_ms": 3000, "duration_ms": 3600, "channel": 1},
    ]
    simulators.script("transcription", phrases=heard)
    store = BlobServiceClient.from_connection_string(azurite.connection_string)
    container = store.get_container_client("interview-recordings")
    if not container.exists():
        container.create_container()
    blobs = [
        container.get_blob_client(f"20261121/Call/{taped.provider_id}/{index}-audio.wav") for index in (0, 1)
    ]
    urls = [blob.url for blob in blobs]

    def post(*numbers: int, key: dict[str, str] = KEY) -> httpx.Response:
        sent = [event(taped, urls, number) for number in numbers]
        return client.post(WEBHOOK, params=key, json=sent)

    assert post(1, key={"code": "wrong"}).status_code == 401
    stranger = {**event(taped, urls, 8), "subject": f"/recording/recordingId/{uuid4().hex}"}
    unknown = {**event(taped, urls, 9), "type": "Somebody.Else"}
    before = client.post(WEBHOOK, params=KEY, json=[stranger, event(taped, urls, 1), unknown])
    assert (before.status_code, before.json()) == (200, {"processed": 3})
    taped.wait("downloading", "file_step")

    for blob, piece in zip(blobs, pieces(), strict=True):
        blob.upload_blob(piece)
    for number in (2, 3):  # one of either schema, by the trigger of the platform
        native = client.post(
            "/runtime/webhooks/eventgrid",
            params={"functionName": "handle_grid_event"},
            headers={"aeg-event-type": "Notification"},
            json=[event(taped, urls, number)],
        )
        assert native.status_code == 202
    numbers = [1, 2, 3, 4, 5]
    random.Random(1).shuffle(numbers)  # noqa: S311 - the same order each time
    assert [post(number).status_code for number in numbers] == [200] * 5

    taped.wait("completed", "status", "recording_transcripts", "recording_id")
    told = (taped.value("status"), taped.value("file_step"), taped.value("duration_ms"))
    assert told == ("completed", "completed", 7000)
    assert taped.value("attempts", "recording_transcripts", "recording_id") == 1
    assert not any(blob.exists() for blob in blobs)
    runs = [
        each
        for each in client.get("/runtime/webhooks/durabletask/instances").json()
        if each["instanceId"] == f"recording-{taped.recording_id}"
    ]
    assert [each["name"] for each in runs] == ["process_recording"]
    assert SAID not in json.dumps(runs)
    _take_away(client, taped)
    blobs.append(container.get_blob_client(f"20261121/Call/{taped.provider_id}/2-audio.wav"))
    blobs[-1].upload_blob(pieces()[-1])
    urls.append(blobs[-1].url)
    assert post(6).status_code == 200  # a piece that came late, and that nobody has heard
    _go(client, taped)
    kept = [each.name for each in container.list_blobs() if taped.provider_id in each.name]
    assert kept + [each.name for each in container.list_blobs(f"{taped.interview_id}/")] == []


def _go(client: httpx.Client, taped: Taped) -> None:
    """Let its time be over, and the night come."""
    with psycopg.connect(taped.stack.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        for statement in OVER:
            connection.execute(statement.encode(), (taped.interview_id,))
    runs = "/api/v1/privacy/retention-runs"
    asked = client.post(runs, headers=taped.recruiter, json={"action": "cleanup_recordings"})
    assert (asked.status_code, asked.json()["status"]) == (202, "requested")

    assert client.post("/admin/functions/apply_retention", json={}).status_code == 202
    taped.wait("deleted", "status")
    ends = time.monotonic() + PATIENCE
    while (run := client.get(runs, headers=taped.recruiter).json()["items"][0])["status"] != "completed":
        assert time.monotonic() < ends, run
        time.sleep(0.1)

    assert (run["id"], run["counts"]) == (asked.json()["id"], {"requested": 1, "deleted": 1, "failed": 0})
    gone = client.get(f"/api/v1/recordings/{taped.recording_id}/download", headers=taped.recruiter)
    assert (gone.status_code, gone.json()["code"]) == (410, "recording_deleted")
    with psycopg.connect(taped.stack.database_url) as connection:
        told = connection.execute(
            "select recording_url, recording_deleted_at is null from public.interviews where id = %s",
            (taped.interview_id,),
        ).fetchone()
    assert told == (None, False)
    transcript = client.get(f"/api/v1/interview/{taped.interview_id}/transcript", headers=taped.recruiter)
    assert SAID in transcript.text


def _take_away(client: httpx.Client, taped: Taped) -> None:
    download = f"/api/v1/recordings/{taped.recording_id}/download"
    assert client.get(download, headers=taped.candidate).status_code == 403
    link = client.get(download, headers=taped.recruiter)
    assert link.status_code == 302
    ranged = httpx.get(link.headers["location"], headers={"Range": "bytes=0-3"})
    assert (ranged.status_code, ranged.content) == (206, b"RIFF")
    assert ranged.headers["content-type"] == "audio/wav"
    export = f"/api/v1/interview/{taped.interview_id}/transcript/export"
    captions = client.get(export, params={"format": "vtt"}, headers=taped.candidate)
    assert captions.headers["content-type"] == "text/vtt; charset=utf-8"
    assert captions.text.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert f"<v Candidate>{SAID.replace('&', '&amp;')}." in captions.text
    told = client.get(export, headers=taped.recruiter).json()
    assert told["discrepancy"] == 0
    assert [each["begins_ms"] for each in told["segments"]] == [0, 3000]


def test_the_webhook_greets_refuses_and_bounds(client: httpx.Client) -> None:
    validation = {
        "id": "1",
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": "2026-11-21T09:00:00Z",
        "data": {"validationCode": "a-code"},
    }

    def post(content: str, key: dict[str, str] = KEY) -> httpx.Response:
        return client.post(WEBHOOK, params=key, content=content, headers={"content-type": "application/json"})

    greeted = post(json.dumps([validation]))
    assert (greeted.status_code, greeted.json()) == (200, {"validationResponse": "a-code"})
    asked = {"WebHook-Request-Origin": "eventgrid.azure.net"}
    consent = client.options(WEBHOOK, params=KEY, headers=asked)
    assert (consent.status_code, consent.headers["webhook-allowed-origin"]) == (200, "eventgrid.azure.net")
    for wrong in ({}, {"code": "wrong"}):
        assert post(json.dumps([validation]), wrong).json()["code"] == "unauthorized"
        assert client.options(WEBHOOK, params=wrong, headers=asked).status_code == 401
    assert post("[" + " " * 1_048_577).status_code == 413
    assert post("{").status_code == 422


def test_letters_calls_and_uploads_are_heard_of_in_one_post(
    client: httpx.Client, supabase: SupabaseStack
) -> None:
    case = invited(supabase)
    operation, call = str(uuid4()), uuid4().hex
    case.run(
        "update public.invitations set status = 'sent', mail_operation_id = %s where id = %s",
        operation,
        case.invitation_id,
    )
    case.run(
        "insert into public.calls (interview_id, server_call_id) values (%s, %s)", case.interview_id, call
    )

    def told(kind: str, **data: Any) -> dict[str, Any]:
        return {
            "id": uuid4().hex,
            "eventType": f"Microsoft.{kind}",
            "eventTime": "2026-11-21T09:00:00Z",
            "data": data,
        }

    events = [
        told("Communication.EmailDeliveryReportReceived", messageId=operation, status="Delivered"),
        told("Communication.CallStarted", serverCallId=call),
        told("Communication.CallEnded", serverCallId=call),
        told("Storage.BlobCreated", url="http://127.0.0.1:10000/devstoreaccount1/uploads/nobody.pdf"),
    ]
    for _ in range(2):
        answer = client.post(WEBHOOK, params=KEY, json=events[::-1])
        assert (answer.status_code, answer.json()) == (200, {"processed": 4})

    status = "select status from public.invitations where id = %s"
    assert case.run(status, case.invitation_id) == "delivered"
    status = "select status from public.calls where interview_id = %s"
    assert case.run(status, case.interview_id) == "disconnected"
