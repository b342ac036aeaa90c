"""The exchange: connects calls, knows who is on them, and ends them."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from local.simulators.acs.admission import bad_request
from local.simulators.acs.event_grid import announce
from local.simulators.calls.candidate import RINGS, Candidate
from local.simulators.calls.events import PostOffice
from local.simulators.calls.media import Media, result
from local.simulators.calls.model import Call, Incoming, Participant
from local.simulators.calls.recorder import Recorder
from local.simulators.calls.signing import Signer
from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from local.simulators.acs.identifiers import Identifier
    from local.simulators.calls import bodies
    from local.simulators.calls.model import Recording
    from local.simulators.world import World

BY_APPLICATION = (200, 7000, "The conversation has ended.")
BY_PHONE = (200, 560000, "The conversation has ended: the caller hung up.")
BY_USER = (200, 5300, "The conversation has ended: the participant left.")


class Exchange:
    def __init__(self, world: World) -> None:
        self.world = world
        self.signer = Signer(world)
        self.office = PostOffice(world, self.signer)
        self.recorder = Recorder(world, self._tell_recording)
        self.calls: dict[str, Call] = {}
        self.ended: list[Call] = []
        self._candidate = Candidate(world)
        self._media: dict[str, Media] = {}
        self._incoming: dict[str, Incoming] = {}
        self._pace = 1.0

    @property
    def pace(self) -> float:
        """How long a second of a call lasts: 1 as in life, 0.01 for tests, 0 for at once."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        self._pace = self.office.pace = self.recorder.pace = pace
        for media in self._media.values():
            media.pace = pace

    def forget(self) -> None:
        self.calls.clear()
        self.ended.clear()
        self._media.clear()
        self._incoming.clear()
        self.office.forget()
        self.recorder.forget()
        self.pace = 1.0

    # the call itself

    def create(self, asked: bodies.CreateCall) -> Call:
        number = asked.source_caller_id_number
        source = asked.source.id if asked.source else f"8:acs:{self.world.keys.acs_audience}_{uuid4()}"
        call = self._new(asked, asked.targets, source)
        call.own_number = number.value if number else None
        self.world.spawn(self._ring(call))
        return call

    def answer(self, asked: bodies.AnswerCall) -> Call:
        incoming = self._take_incoming(asked.incoming_call_context)
        call = self._new(asked, [incoming.called], incoming.caller.id)
        call.source = incoming.caller.told()
        call.server_call_id = incoming.server_call_id
        call.correlation_id = incoming.correlation_id
        call.answered_by = asked.answered_by.id if asked.answered_by else incoming.called.id
        self.world.spawn(self._connect(call, [incoming.caller]))
        return call

    def reject(self, asked: bodies.RejectCall) -> None:
        self._take_incoming(asked.incoming_call_context)

    def find(self, call_id: str) -> Call:
        if (call := self.calls.get(call_id)) is None:
            raise RefusedError(404, "8522", "Call not found.")
        return call

    def find_connected(self, call_id: str) -> Call:
        call = self.find(call_id)
        if call.state != "connected":
            raise RefusedError(409, "8501", "Action is invalid when call is not in Established state.")
        return call

    def find_by_server_id(self, server_call_id: str | None) -> Call:
        for call in self.calls.values():
            if call.server_call_id == server_call_id:
                return self.find_connected(call.id)
        raise RefusedError(404, "8522", "Call not found.")

    def end(self, call: Call, why: tuple[int, int, str] = BY_APPLICATION) -> None:
        if self.calls.pop(call.id, None) is None:
            return
        was_connected, call.state = call.state == "connected", "disconnected"
        self.ended.append(call)
        self._media.pop(call.id).cancel(quietly=True)
        for task in call.invitations.values():
            task.cancel()
        self.recorder.call_ended(call)
        if was_connected and why is not BY_APPLICATION:
            call.participants.clear()
            self._tell_participants(call)
        self.tell(call, "CallDisconnected", result(*why))

    def candidate_hangs_up(self, call: Call) -> None:
        self.end(call, BY_PHONE if call.own_number or _is_phone(call) else BY_USER)

    def ring_us(self, caller: Identifier, called: Identifier) -> dict[str, Any]:
        """Somebody calls: Event Grid tells, and whoever holds the context may answer."""
        incoming = Incoming(caller, called, _server_call_id(), str(uuid4()))
        context = base64.urlsafe_b64encode(json.dumps({"cc": str(uuid4())}).encode()).decode()
        self._incoming[context] = incoming
        data = {
            "to": called.told(),
            "from": caller.told(),
            "serverCallId": incoming.server_call_id,
            "callerDisplayName": "",
            "customContext": {"sipHeaders": {}, "voipHeaders": {}},
            "incomingCallContext": context,
            "correlationId": incoming.correlation_id,
        }
        subject = f"/caller/{caller.id}/recipient/{called.id}"
        announce(self.world, "IncomingCall", subject, data)
        return data

    # what is said and heard

    def media(self, call: Call) -> Media:
        return self._media[call.id]

    def require_speech(self, call: Call) -> None:
        if not call.hears_and_speaks:
            raise bad_request(
                "Cognitive Services are not configured: the call was made without callIntelligenceOptions."
            )

    # who is on it

    def add(self, call: Call, asked: bodies.AddParticipant) -> dict[str, Any]:
        invitation = str(uuid4())
        call.invitations[invitation] = self.world.spawn(self._invite(call, asked, invitation))
        participant = Participant(asked.participant_to_add)
        return {"invitationId": invitation, "participant": participant.told(), **_context(asked)}

    def cancel_invitation(self, call: Call, asked: bodies.CancelAddParticipant) -> dict[str, Any]:
        task = call.invitations.pop(asked.invitation_id, None)
        kind = "CancelAddParticipantFailed" if task is None else "CancelAddParticipantSucceeded"
        if task is not None:
            task.cancel()
        outcome = result(400 if task is None else 200, 0, "No such invitation." if task is None else "Done.")
        self.tell(call, kind, {"invitationId": asked.invitation_id, **outcome}, asked)
        return {"invitationId": asked.invitation_id, **_context(asked)}

    def remove(self, call: Call, asked: bodies.RemoveParticipant) -> dict[str, Any]:
        who = asked.participant_to_remove
        known = call.participants.pop(who.id, None)
        outcome = result(200, 0, "Removed.") if known else result(404, 8523, "Participant not found.")
        kind = "RemoveParticipantSucceeded" if known else "RemoveParticipantFailed"
        self.tell(call, kind, {"participant": who.told(), **outcome}, asked)
        if known:
            self._tell_participants(call)
            if not call.participants:
                self.end(call)
        return _context(asked)

    def mute(self, call: Call, asked: bodies.MuteParticipants) -> dict[str, Any]:
        participant = call.participants.get(asked.target_participants[0].id)
        if participant is None:
            raise RefusedError(404, "8523", "Participant not found.")
        participant.muted = True
        self._tell_participants(call)
        return _context(asked)

    # telling

    def tell(
        self, call: Call, kind: str, data: dict[str, Any], asked: bodies.Operation | None = None
    ) -> None:
        """An event of this call, with the context of what caused it."""
        context = call.asked.operation_context if asked is None else asked.operation_context
        to = (asked and asked.operation_callback_uri) or call.asked.callback_uri
        told = call.facts() | ({"operationContext": context} if context is not None else {}) | data
        self.office.post(f"calling/callConnections/{call.id}", to, kind, told)

    def _tell_participants(self, call: Call) -> None:
        call.sequence += 1
        now = [participant.told() for participant in call.participants.values()]
        data = {"participants": now, "sequenceNumber": call.sequence, **result(200, 0, "")}
        self.office.post(
            f"calling/callConnections/{call.id}",
            call.asked.callback_uri,
            "ParticipantsUpdated",
            call.facts() | data,
        )

    def _tell_recording(self, recording: Recording) -> None:
        if recording.told_to is None:
            return
        data = {
            **recording.call.facts(),
            "recordingId": recording.id,
            "state": recording.state,
            "startDateTime": recording.started_at.isoformat().replace("+00:00", "Z"),
            "recordingKind": "azureCommunicationServices",
        }
        source = f"calling/recordings/{recording.id}"
        self.office.post(source, recording.told_to, "RecordingStateChanged", data)

    # inside

    def _new(self, asked: bodies.Connection, targets: list[Identifier], source: str) -> Call:
        told = {"kind": "communicationUser", "rawId": source, "communicationUser": {"id": source}}
        call = Call(str(uuid4()), _server_call_id(), asked, targets, told)
        self.calls[call.id] = call
        media = Media(self.world, call, self._candidate, self._tell_media, self.candidate_hangs_up)
        media.pace = self.pace
        self._media[call.id] = media
        return call

    def _tell_media(self, call: Call, asked: bodies.Operation, kind: str, data: dict[str, Any]) -> None:
        self.tell(call, kind, data, asked)

    def _take_incoming(self, context: str) -> Incoming:
        incoming = self._incoming.pop(context, None)
        if incoming is None:
            raise bad_request("The incoming call context is invalid or was used.", "8523")
        return incoming

    async def _ring(self, call: Call) -> None:
        rings = {target.id: self._candidate.take(target.id) for target in call.targets}
        await asyncio.sleep(max(ring.after for ring in rings.values()) * self.pace)
        there = [target for target in call.targets if rings[target.id].outcome == "answers"]
        if there:
            await self._connect(call, there)
            return
        code, sub_code = RINGS[rings[call.targets[0].id].outcome]
        self.calls.pop(call.id, None)
        self._media.pop(call.id, None)
        call.state = "disconnected"
        self.ended.append(call)
        self.tell(call, "CreateCallFailed", result(code, sub_code, "The call was not answered."))

    async def _connect(self, call: Call, there: list[Identifier]) -> None:
        await asyncio.sleep(0)  # the answer to the request goes first
        if call.state != "connecting":
            return
        call.state = "connected"
        call.participants = {each.id: Participant(each) for each in there}
        self.tell(call, "CallConnected", result(200, 0, ""))
        self._tell_participants(call)

    async def _invite(self, call: Call, asked: bodies.AddParticipant, invitation: str) -> None:
        who = asked.participant_to_add
        ring = self._candidate.take(who.id)
        patience = float(asked.invitation_timeout_in_seconds)
        await asyncio.sleep(min(ring.after, patience) * self.pace)
        call.invitations.pop(invitation, None)
        outcome = "nobody" if ring.after > patience else ring.outcome
        if outcome != "answers":
            code, sub_code = RINGS[outcome]
            data = {"participant": who.told(), **result(code, sub_code, "The invitation was not taken.")}
            self.tell(call, "AddParticipantFailed", data, asked)
            return
        call.participants[who.id] = Participant(who)
        self.tell(call, "AddParticipantSucceeded", {"participant": who.told(), **result(200, 0, "")}, asked)
        self._tell_participants(call)


def _context(asked: bodies.Operation) -> dict[str, Any]:
    return {} if asked.operation_context is None else {"operationContext": asked.operation_context}


def _is_phone(call: Call) -> bool:
    return call.source.get("kind") == "phoneNumber"


def _server_call_id() -> str:
    address = f"https://api.flightproxy.skype.com/api/v2/cp/conv-aue.local/conv/{uuid4()}"
    return base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
