"""Voice over HTTP: the browser's own clients, a call from its first ring to its end, and its recording."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.acs import make_container
from tests.azurite import Azurite
from tests.e2e.talk import chat, planned, start
from tests.host_process import HostProcess
from tests.invited import QUESTIONS, Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

PHONE = "+61255500111"
SCRIPT = Path(__file__).with_name("voice_client.mjs")
MODULES = Path(__file__).parents[2] / "local" / "node_modules"
SENTENCE = "I found the slow query with the profiler and added an index."
PATIENCE = 10.0


@pytest.fixture
def service(simulators: Simulators, product: HostProcess) -> Iterator[Simulators]:
    """The simulators, in which calls are quick, and candidates on the telephone think for long."""
    simulators.options(functions_url=product.url)
    simulators.control("PUT", "/_sim/calls/pace", {"pace": 0.01})
    simulators.script("calls", silence=True, times=None)
    yield simulators
    simulators.reset()


@pytest.fixture
def case(supabase: SupabaseStack, service: Simulators) -> Invited:
    return invited(supabase)


@pytest.fixture
async def container(azurite: Azurite) -> str:
    return await make_container(azurite)


def until[Found](
    look: Callable[[], Found], holds: Callable[[Found], bool], seconds: float = PATIENCE
) -> Found:
    deadline = time.monotonic() + seconds
    while not holds(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.03)
    return found


class Desk:
    """What a recruiter and a candidate do, over HTTP."""

    def __init__(self, client: httpx.Client, case: Invited) -> None:
        self._client = client
        self._case = case

    def ring(self, **more: Any) -> httpx.Response:
        asked = {"interview_id": str(self._case.interview_id), "phone": PHONE} | more
        return self.post("/api/v1/calls", asked)

    def connected(self) -> dict[str, Any]:
        call = self.ring().json()
        return until(lambda: self.call(call["id"]), lambda found: found["status"] == "connected")

    def call(self, call_id: str) -> dict[str, Any]:
        headers = self._case.viewer.headers
        return dict(self._client.get(f"/api/v1/calls/{call_id}", headers=headers).json())

    def post(self, path: str, body: Any = None, *, candidate: bool = False) -> httpx.Response:
        who = self._case.candidate if candidate else self._case.recruiter
        return self._client.post(path, headers=who.headers, json=body)

    def agree(self, *, granted: bool = True) -> httpx.Response:
        path = f"/api/v1/interview/{self._case.interview_id}/consent"
        wording = self._client.get(path, headers=self._case.candidate.headers).json()["wording"]
        said = {
            "kind": "recording",
            "granted": granted,
            "text_version": wording["version"],
            "locale": "en-AU",
        }
        return self.post(path, said, candidate=True)


@pytest.fixture
def desk(client: httpx.Client, case: Invited) -> Desk:
    return Desk(client, case)


# --- the browser


def test_the_browsers_own_clients_speak_hear_and_upload(
    client: httpx.Client, case: Invited, product: HostProcess, service: Simulators
) -> None:
    assert start(client, case).status_code == 200
    who = (case.candidate.token, str(case.interview_id), str(MODULES), SENTENCE)
    ran = subprocess.run(
        [shutil.which("node") or "node", str(SCRIPT), product.url, *who],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])

    assert told["heard"] == SENTENCE
    frames = told["frames"]
    finals = [each for each in frames if each["type"] == "final"]
    assert " ".join(each["text"] for each in finals[: len(finals) // 2]) == SENTENCE
    assert len({each["segment_key"] for each in finals}) == len(finals) // 2
    assert [each["problem"]["code"] for each in frames if each["type"] == "error"] == ["unsupported_file"]
    assert {"type": "pong"} in frames
    assert frames[-1] == {"type": "ended", "turn_id": "t-1", "total": len(finals) // 2}

    turn = chat(client, case, SENTENCE, "t-1").json()
    assert planned(turn["response"]) == [2]
    spoken = client.get(
        f"/api/v1/interview/{case.interview_id}/transcript", headers=case.candidate.headers
    ).json()["items"][1]
    assert (spoken["origin"], spoken["content"]) == ("speech", SENTENCE)
    assert 0 <= spoken["start_time_ms"] < spoken["end_time_ms"] <= told["size"] / 32
    assert 0 < spoken["confidence"] <= 1
    kept = case.run("select words from public.speech_finals where interview_id = %s", case.interview_id)
    assert [each["content"].strip(".").lower() for each in kept] == SENTENCE.strip(".").lower().split()
    assert not [line for line in product.lines if "profiler" in line]


def test_without_speech_the_interview_goes_on_in_text(
    client: httpx.Client, case: Invited, service: Simulators
) -> None:
    assert start(client, case).status_code == 200
    service.fault("identity", "status", status=503, times=None)
    refused = client.post(
        "/api/v1/acs/token",
        headers=case.candidate.headers,
        json={"interview_id": str(case.interview_id)},
    )

    assert (refused.status_code, refused.json()["code"]) in {
        (502, "upstream_error"),
        (503, "upstream_unavailable"),
    }
    assert chat(client, case, SENTENCE).status_code == 200


def test_tokens_are_for_own_interviews_only(client: httpx.Client, case: Invited) -> None:
    asked = {"interview_id": str(case.interview_id)}
    one, again = (
        client.post("/api/v1/acs/token", headers=case.candidate.headers, json=asked).json() for _ in range(2)
    )
    assert one["user_id"] == again["user_id"]
    assert one["token"]
    query = client.get("/api/v1/speech/token", headers=case.candidate.headers, params=asked)
    assert query.status_code == 200
    assert query.headers["cache-control"] == "no-store"

    for path in ("/api/v1/acs/token", "/api/v1/speech/token"):
        answers = [
            client.post(path, headers=case.other_candidate.headers, json=asked),
            client.post(path, headers=case.candidate.headers, json={"interview_id": str(uuid4())}),
            client.post(path, headers=case.candidate.headers, json=asked | {"scopes": ["everything"]}),
            client.post(path, json=asked),
        ]
        assert [each.status_code for each in answers] == [403, 404, 422, 401], path


# --- calls


def test_a_call_that_is_taken_begins_the_interview_and_its_end_ends_nothing(
    desk: Desk, case: Invited, service: Simulators
) -> None:
    service.fault("calls", "twice", path="CallConnected")
    service.fault("calls", "reordered", path="ParticipantsUpdated")
    call = desk.connected()

    (participant,) = until(lambda: desk.call(call["id"]), lambda found: bool(found["participants"]))[
        "participants"
    ]
    assert participant["kind"] == "phone"
    assert until(lambda: case.transcript, bool)[0][1].endswith(QUESTIONS[0])
    assert len(case.transcript) == 1
    assert case.run("select mode from public.interviews where id = %s", case.interview_id) == "voice"
    assert desk.ring().json()["code"] == "conflict"

    service.control("POST", f"/_sim/calls/{call['call_connection_id']}/hangup", {})
    until(lambda: desk.call(call["id"]), lambda found: found["status"] == "disconnected")
    assert desk.post(f"/api/v1/calls/{call['id']}/hangup").status_code == 200
    assert case.run("select status from public.interviews where id = %s", case.interview_id) == "in_progress"


def test_a_whole_interview_is_held_on_the_telephone(desk: Desk, case: Invited, service: Simulators) -> None:
    service.control("DELETE", "/_sim/scripts/calls")  # now they answer by nature
    service.control("PUT", "/_sim/calls/pace", {"pace": 0.001})
    service.fault("calls", "twice", path="RecognizeCompleted", times=2)

    call = desk.ring().json()

    ended = "select status || ' ' || end_reason from public.interviews where id = %s"
    until(lambda: case.run(ended, case.interview_id), lambda found: found == "completed finished", 40.0)
    spoken = case.transcript
    speakers = ["interviewer", *["candidate", "interviewer"] * (len(spoken) // 2)]
    assert [speaker for speaker, _ in spoken] == speakers
    asked = " ".join(content for speaker, content in spoken if speaker == "interviewer")
    assert all(question in asked for question in QUESTIONS)
    origins = (
        "select string_agg(distinct origin, ',') from public.transcript_segments "
        "where interview_id = %s and speaker = 'candidate' and confidence is not null"
    )
    assert case.run(origins, case.interview_id) == "speech"
    until(lambda: desk.call(call["id"]), lambda found: found["status"] == "disconnected")


def test_what_is_not_proven_changes_nothing(desk: Desk, case: Invited, service: Simulators) -> None:
    def statuses() -> list[list[int]]:
        events = service.control("GET", "/_sim/calls/events")["events"]
        return [each["statuses"] for each in events if each["event"]["type"].endswith("CallConnected")]

    for number, flaw in enumerate(("unsigned", "expired", "foreign_key", "foreign_audience"), 1):
        service.fault("calls", flaw, path="CallConnected")
        call = desk.ring().json()
        expected = [[401]] * number
        until(statuses, lambda found, so_far=expected: found == so_far)  # type: ignore[misc]
        assert desk.post(f"/api/v1/calls/{call['id']}/hangup").json()["status"] == "disconnected"

    assert case.run("select status from public.interviews where id = %s", case.interview_id) == "invited"


def test_the_webhook_asks_for_proof_and_takes_a_megabyte(client: httpx.Client, case: Invited) -> None:
    path, query = "/api/v1/webhooks/call-automation", {"interview_id": str(case.interview_id)}

    assert client.post(path, params=query, json=[]).status_code == 401
    assert client.post(path, params=query, content=b"[" + b" " * 1_048_577).status_code == 413
    assert client.post(path, json=[]).status_code == 422


# --- recordings


def test_a_recording_begins_with_consent_and_ends_when_it_is_withdrawn(
    desk: Desk, case: Invited, service: Simulators, container: str
) -> None:
    call = desk.connected()
    until(lambda: case.transcript, bool)
    wish = {"interview_id": str(case.interview_id), "server_call_id": call["server_call_id"]}
    refused = desk.post("/api/v1/recordings/start", wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")
    assert "asked" in refused.json()["detail"]

    assert desk.agree().status_code == 201
    first = desk.post("/api/v1/recordings/start", wish)
    again = desk.post("/api/v1/recordings/start", wish, candidate=True)
    assert first.json() == again.json(), first.text
    assert first.json()["recording_state"] == "active"
    recording = f"/api/v1/recordings/{first.json()['recording_id']}"
    for verb, state in (("pause", "paused"), ("resume", "active")):
        assert desk.post(f"{recording}/{verb}").json()["recording_state"] == state
    assert container in json.dumps(service.journal("calls", "recordings"))

    assert desk.agree(granted=False).status_code == 201

    status = "select status from public.recordings where interview_id = %s"
    assert case.run(status, case.interview_id) == "deleted"
    assert desk.post(f"{recording}/stop").json()["recording_state"] == "deleted"
    assert desk.post("/api/v1/recordings/start", wish).json()["code"] == "consent_required"


def test_a_recording_stops_once_and_is_deleted_by_an_admin_alone(
    client: httpx.Client, desk: Desk, case: Invited, container: str
) -> None:
    call = desk.connected()
    until(lambda: case.transcript, bool)
    desk.agree()
    wish = {"interview_id": str(case.interview_id), "server_call_id": call["server_call_id"]}
    recording = f"/api/v1/recordings/{desk.post('/api/v1/recordings/start', wish).json()['recording_id']}"

    for _ in range(2):
        assert desk.post(f"{recording}/stop").json()["recording_state"] == "stopped"
    assert desk.post(f"{recording}/pause").json()["code"] == "invalid_transition"
    view = client.get(recording, headers=case.recruiter.headers).json()
    assert view["status"] in {"stopped", "processing", "completed"}
    reason = {"reason": "Asked for."}
    refused = client.request("DELETE", recording, headers=case.recruiter.headers, json=reason)
    assert refused.status_code == 403
