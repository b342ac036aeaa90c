"""Calls in memory. Nothing happens on them by itself: a test connects, ends and moves them."""

from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from shared.domain.calls import (
    Call,
    CallState,
    Errand,
    Listening,
    Participant,
    Party,
    Phone,
    RecordingState,
    RecordingStyle,
    RunningRecording,
    Speech,
    is_phone_number,
)
from shared.errors import ConflictError, InvalidInputError, NotFoundError, TalentiError


@dataclass
class Line:
    """One call: what it was asked for, and what was done on it."""

    call: Call
    errand: Errand
    party: Party | None
    participants: list[Participant] = field(default_factory=list)
    said: list[tuple[Speech, Errand]] = field(default_factory=list)
    listened: list[tuple[Party, Listening, Errand]] = field(default_factory=list)
    invited: list[tuple[Party, Errand]] = field(default_factory=list)
    silenced: int = 0


@dataclass
class Tape:
    recording: RunningRecording
    server_call_id: str
    style: RecordingStyle
    errand: Errand


class FakeCalls:
    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.tapes: dict[str, Tape] = {}
        self.invitations: set[str] = set()  # of callers who wait to be answered
        self.fault: TalentiError | None = None  # raised instead, as long as it is there
        self._by_key: dict[UUID, str] = {}

    # what happens to calls

    def connect(self, call_id: str, *parties: Party) -> None:
        line = self.lines[call_id]
        line.call = replace(line.call, state=CallState.CONNECTED)
        there = parties or ((line.party,) if line.party else ())
        line.participants = [Participant(party) for party in there]

    def end(self, call_id: str) -> None:
        line = self.lines.pop(call_id)
        for recording_id, tape in list(self.tapes.items()):
            if tape.server_call_id == line.call.server_call_id:
                del self.tapes[recording_id]

    # the port

    async def place(self, key: UUID, party: Party, errand: Errand) -> Call:
        self._meet_fault()
        _check(party)
        return self._begin(key, errand, party)

    async def answer(self, key: UUID, invitation: str, errand: Errand) -> Call:
        self._meet_fault()
        if key not in self._by_key:
            if invitation not in self.invitations:
                raise NotFoundError("The caller has gone.")
            self.invitations.remove(invitation)
        return self._begin(key, errand, None)

    async def look(self, call_id: str) -> Call:
        return self._line(call_id).call

    async def hang_up(self, call_id: str, *, for_everyone: bool = True) -> None:
        self._meet_fault()
        if call_id in self.lines:
            self.end(call_id)

    async def say(self, call_id: str, speech: Speech, errand: Errand) -> None:
        self._connected(call_id).said.append((speech, errand))

    async def listen(self, call_id: str, to: Party, listening: Listening, errand: Errand) -> None:
        self._connected(call_id).listened.append((to, listening, errand))

    async def be_silent(self, call_id: str) -> None:
        self._connected(call_id).silenced += 1

    async def participants(self, call_id: str) -> tuple[Participant, ...]:
        return tuple(self._connected(call_id).participants)

    async def add(self, key: UUID, call_id: str, party: Party, errand: Errand) -> None:
        line = self._connected(call_id)
        _check(party)
        if key not in self._by_key:
            self._by_key[key] = call_id
            line.invited.append((party, errand))

    async def remove(self, call_id: str, party: Party, errand: Errand) -> None:
        line = self._connected(call_id)
        line.participants = [each for each in line.participants if each.party != party]

    async def mute(self, call_id: str, party: Party) -> None:
        line = self._connected(call_id)
        if party not in [each.party for each in line.participants]:
            raise NotFoundError("Nobody of this name is on the call.")
        line.participants = [
            replace(each, muted=each.muted or each.party == party) for each in line.participants
        ]

    async def start_recording(
        self, key: UUID, server_call_id: str, style: RecordingStyle, errand: Errand
    ) -> RunningRecording:
        self._meet_fault()
        if key in self._by_key:
            return self.tapes[self._by_key[key]].recording
        if server_call_id not in {line.call.server_call_id for line in self.lines.values()}:
            raise NotFoundError("The call is over, or there is none of this id.")
        if any(tape.server_call_id == server_call_id for tape in self.tapes.values()):
            raise ConflictError("The call is not in a state for this.")
        recording = RunningRecording(f"rec-{uuid4()}", RecordingState.ACTIVE)
        self._by_key[key] = recording.id
        self.tapes[recording.id] = Tape(recording, server_call_id, style, errand)
        return recording

    async def pause_recording(self, recording_id: str) -> None:
        self._set(recording_id, RecordingState.PAUSED)

    async def resume_recording(self, recording_id: str) -> None:
        self._set(recording_id, RecordingState.ACTIVE)

    async def stop_recording(self, recording_id: str) -> None:
        self._meet_fault()
        self.tapes.pop(recording_id, None)

    async def look_at_recording(self, recording_id: str) -> RunningRecording:
        return self._tape(recording_id).recording

    # inside

    def _begin(self, key: UUID, errand: Errand, party: Party | None) -> Call:
        if key in self._by_key:
            return self.lines[self._by_key[key]].call
        call = Call(f"call-{uuid4()}", f"server-{uuid4()}", CallState.CONNECTING)
        self._by_key[key] = call.id
        self.lines[call.id] = Line(call, errand, party)
        return call

    def _line(self, call_id: str) -> Line:
        self._meet_fault()
        if call_id not in self.lines:
            raise NotFoundError("The call is over, or there is none of this id.")
        return self.lines[call_id]

    def _connected(self, call_id: str) -> Line:
        line = self._line(call_id)
        if line.call.state is not CallState.CONNECTED:
            raise ConflictError("The call is not in a state for this.")
        return line

    def _tape(self, recording_id: str) -> Tape:
        self._meet_fault()
        if recording_id not in self.tapes:
            raise NotFoundError("The recording has stopped, or there is none of this id.")
        return self.tapes[recording_id]

    def _set(self, recording_id: str, state: RecordingState) -> None:
        tape = self._tape(recording_id)
        tape.recording = replace(tape.recording, state=state)

    def _meet_fault(self) -> None:
        if self.fault is not None:
            raise self.fault


def _check(party: Party) -> None:
    if isinstance(party, Phone) and not is_phone_number(party.number):
        raise InvalidInputError("The phone number must be in international form, such as +61255500100.")
