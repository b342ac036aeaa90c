"""Speech, calls and recordings: their own for candidates, commands for recruiters, deletion for admins."""

from typing import Any
from uuid import UUID, uuid4

from shared.domain.call_records import participant_id
from shared.domain.permissions import Permission
from tests.security.matrix.interviews import practising, running
from tests.security.matrix.rules import Arrange, Ask, Public, Rule, Rules, at
from tests.security.matrix.services import EVENTS, SOMEBODY
from tests.security.matrix.world import CANDIDATE, OF_CANDIDATE, World

SPEECH = "/api/v1/speech/token"
CALLS = "/api/v1/calls"
RECORDINGS = "/api/v1/recordings"
HASH = "a" * 64


def _call(world: World, status: str = "connected", *, placed: bool = True) -> UUID:
    named = {"call_connection_id": str(uuid4()), "server_call_id": str(uuid4())}
    return world.fresh(
        "calls",
        interview_id=running(world),
        status=status,
        **(named if placed else dict.fromkeys(named)),
    )


def _on_call(rest: str, json: Any = None, **call: Any) -> Arrange:
    return lambda world: Ask(f"{CALLS}/{_call(world, **call)}{rest}", json=json)


def _participant(rest: str = "") -> Arrange:
    def arrange(world: World) -> Ask:
        call_id = _call(world)
        return Ask(f"{CALLS}/{call_id}/participants/{participant_id(call_id, SOMEBODY)}{rest}")

    return arrange


def _ring(world: World) -> Ask:
    return Ask(CALLS, json={"interview_id": str(running(world)), "phone": "+61255500111"})


def _token(world: World) -> Ask:
    return Ask("/api/v1/acs/token", json={"interview_id": str(running(world))})


def _record(world: World) -> Ask:
    interview_id = running(world)
    world.connection.execute(
        "select public.record_consent(interview_id => %s, caller_id => %s, granted => true, "
        "text_version => '1', text_hash => %s, locale => 'en-AU')",
        (interview_id, CANDIDATE, HASH),
    )
    asked = {"interview_id": str(interview_id), "server_call_id": str(uuid4())}
    return Ask(f"{RECORDINGS}/start", json=asked)


def _of_recording(rest: str = "", json: Any = None, status: str = "active") -> Arrange:
    def arrange(world: World) -> Ask:
        recording_id = world.fresh(
            "recordings",
            interview_id=running(world),
            status=status,
            file_step="pending",
            blob_path=None,
            sha256=None,
            provider_recording_id=str(uuid4()),
        )
        return Ask(f"{RECORDINGS}/{recording_id}{rest}", json=json)

    return arrange


def _told(_: World) -> Ask:
    proof, _body = EVENTS.deliver()
    return Ask(
        "/api/v1/webhooks/call-automation",
        json=[],
        params={"interview_id": str(uuid4())},
        headers={"Authorization": proof},
    )


def _speech(**of: Permission) -> Arrange:
    """A token for a talk of one's own."""
    permission = of["permission"]

    def arrange(world: World) -> Ask:
        is_practice = permission is Permission.PRACTICE
        talk = practising(world) if is_practice else running(world)
        return Ask(SPEECH, json={"interview_id": str(talk)})

    return arrange


RULES: Rules = {
    "read_speech_token": Rule(None, at(SPEECH)),
    "issue_speech_token": (
        Rule(Permission.INTERVIEW_TAKE, _speech(permission=Permission.INTERVIEW_TAKE)),
        Rule(Permission.PRACTICE, _speech(permission=Permission.PRACTICE), thing=OF_CANDIDATE),
    ),
    "issue_relay_token": Rule(None, at("/api/v1/speech/relay-token")),
    "issue_call_token": Rule(Permission.INTERVIEW_TAKE, _token),
    "place_call": Rule(Permission.CALL_PLACE, _ring),
    "read_call": Rule(Permission.CALL_READ, _on_call("")),
    "answer_call": Rule(
        Permission.CALL_CONTROL,
        _on_call("/answer", {"incoming_call_context": "context"}, status="connecting", placed=False),
    ),
    "hang_up_call": Rule(Permission.CALL_CONTROL, _on_call("/hangup")),
    "play_on_call": Rule(Permission.CALL_CONTROL, _on_call("/play", {"text": "One moment."})),
    "invite_to_call": Rule(Permission.CALL_CONTROL, _on_call("/participants", {"target": "+61255500222"})),
    "remove_from_call": Rule(Permission.CALL_CONTROL, _participant()),
    "mute_on_call": Rule(Permission.CALL_CONTROL, _participant("/mute")),
    "receive_call_events": Public(_told),
    "start_recording": Rule(Permission.RECORDING_CONTROL, _record),
    "stop_recording": Rule(Permission.RECORDING_CONTROL, _of_recording("/stop")),
    "pause_recording": Rule(Permission.RECORDING_CONTROL, _of_recording("/pause")),
    "resume_recording": Rule(Permission.RECORDING_CONTROL, _of_recording("/resume", status="paused")),
    "read_recording": Rule(Permission.RECORDING_READ, _of_recording()),
    "discard_recording": Rule(
        Permission.RECORDING_DELETE, _of_recording("", {"reason": "Asked for."}, status="stopped")
    ),
}
