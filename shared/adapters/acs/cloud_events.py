"""Events of calls as they come over the wire, and what they are in our words.

What the service adds is left alone; what it leaves out that an event cannot do without makes that
event unreadable, and no other one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.adapters.acs.parties import party_of
from shared.domain import calls
from shared.domain.calls import CallEvent, Errand, Participant, Party, RecordingState, Result

NAMESPACE: Final = "Microsoft.Communication."
SILENCE: Final = 8510
NO_WORDS: Final = 8563


class UnreadableEventError(ValueError):
    """It lacks what its kind must have."""


class Wire(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, hide_input_in_errors=True
    )


class WireResult(Wire):
    code: int = 0
    sub_code: int = 0


class WireIdentifier(Wire):
    raw_id: str = Field(min_length=1)


class WireParticipant(Wire):
    identifier: WireIdentifier
    is_muted: bool = False
    is_on_hold: bool = False


class SpeechResult(Wire):
    speech: str
    confidence: float | None = None


class DtmfResult(Wire):
    tones: tuple[str, ...]


class ChoiceResult(Wire):
    label: str
    recognized_phrase: str | None = None


class Data(Wire):
    call_connection_id: str = Field(min_length=1)
    server_call_id: str = ""
    operation_context: str | None = None
    result_information: WireResult | None = None
    participants: tuple[WireParticipant, ...] | None = None
    sequence_number: int = 0
    participant: WireIdentifier | None = None
    recognition_type: str | None = None
    speech_result: SpeechResult | None = None
    dtmf_result: DtmfResult | None = None
    choice_result: ChoiceResult | None = None
    recording_id: str | None = None
    state: str | None = None

    @property
    def result(self) -> Result:
        found = self.result_information or WireResult()
        return Result(found.code, found.sub_code)

    @property
    def party(self) -> Party | None:
        return party_of(self.participant.raw_id) if self.participant else None


class CloudEvent(Wire):
    id: str = Field(min_length=1)
    type: str = Field(min_length=1)
    time: datetime
    data: Data

    @property
    def kind(self) -> str:
        return self.type.removeprefix(NAMESPACE)


type Common = Mapping[str, Any]  # what every event has
type Read = Callable[[Common, Data], CallEvent]


def event_of(told: CloudEvent) -> CallEvent:
    """Our event. Raises UnreadableEventError."""
    data = told.data
    common: dict[str, Any] = {
        "id": told.id,
        "at": told.time,
        "call_id": data.call_connection_id,
        "server_call_id": data.server_call_id,
        "errand": Errand.parse(data.operation_context) if data.operation_context else None,
    }
    read = KINDS.get(told.kind)
    return read(common, data) if read else calls.OtherCallEvent(**common, kind=told.kind)


def _plain(kind: Callable[..., CallEvent]) -> Read:
    return lambda common, _: kind(**common)


def _with_result(kind: Callable[..., CallEvent]) -> Read:
    return lambda common, data: kind(**common, result=data.result)


def _with_party(kind: Callable[..., CallEvent]) -> Read:
    return lambda common, data: kind(**common, party=_needed(data.party))


def _participants(common: Common, data: Data) -> CallEvent:
    there = tuple(
        Participant(party_of(each.identifier.raw_id), each.is_muted, each.is_on_hold)
        for each in _needed(data.participants)
    )
    return calls.ParticipantsChanged(**common, participants=there, sequence=data.sequence_number)


def _not_added(common: Common, data: Data) -> CallEvent:
    return calls.ParticipantNotAdded(**common, party=data.party, result=data.result)


def _heard(common: Common, data: Data) -> CallEvent:
    match data.recognition_type:
        case "speech":
            speech = _needed(data.speech_result)
            return calls.WordsHeard(**common, text=speech.speech, confidence=speech.confidence)
        case "dtmf":
            return calls.TonesHeard(**common, tones=_needed(data.dtmf_result).tones)
        case "choices":
            choice = _needed(data.choice_result)
            return calls.ChoiceHeard(**common, label=choice.label, phrase=choice.recognized_phrase)
        case _:
            raise UnreadableEventError


def _not_heard(common: Common, data: Data) -> CallEvent:
    """Silence comes as a failure, and is none."""
    if data.result.sub_code in {SILENCE, NO_WORDS}:
        return calls.NothingHeard(**common, silent=data.result.sub_code == SILENCE)
    return calls.ListeningFailed(**common, result=data.result)


def _recording(common: Common, data: Data) -> CallEvent:
    try:
        state = RecordingState(data.state or "")
    except ValueError:
        raise UnreadableEventError from None
    return calls.RecordingChanged(**common, recording_id=_needed(data.recording_id), state=state)


def _no_recording(common: Common, data: Data) -> CallEvent:
    return calls.RecordingNotStarted(**common, recording_id=_needed(data.recording_id), result=data.result)


def _needed[Value](value: Value | None) -> Value:
    if value is None:
        raise UnreadableEventError
    return value


KINDS: Final[Mapping[str, Read]] = MappingProxyType(
    {
        "CallConnected": _plain(calls.CallConnected),
        "CallDisconnected": _with_result(calls.CallDisconnected),
        "CreateCallFailed": _with_result(calls.CallNotConnected),
        "AnswerFailed": _with_result(calls.CallNotConnected),
        "ConnectFailed": _with_result(calls.CallNotConnected),
        "ParticipantsUpdated": _participants,
        "AddParticipantSucceeded": _with_party(calls.ParticipantAdded),
        "AddParticipantFailed": _not_added,
        "RemoveParticipantSucceeded": _with_party(calls.ParticipantRemoved),
        "PlayStarted": _plain(calls.SpeechStarted),
        "PlayCompleted": _plain(calls.SpeechFinished),
        "PlayFailed": _with_result(calls.SpeechFailed),
        "PlayCanceled": _plain(calls.SpeechCancelled),
        "RecognizeCompleted": _heard,
        "RecognizeFailed": _not_heard,
        "RecognizeCanceled": _plain(calls.ListeningCancelled),
        "RecordingStateChanged": _recording,
        "StartRecordingFailed": _no_recording,
    }
)
