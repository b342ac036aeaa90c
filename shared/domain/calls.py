"""Phone and browser calls: who is on them, what is said and heard, and what happens on them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from shared.domain.secret import Secret

PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
STEP: Final = re.compile(r"[\w.-]{0,100}", re.ASCII)


def is_phone_number(text: str) -> bool:
    """Whether this is a number in international form, such as +61255500100."""
    return PHONE.fullmatch(text) is not None


class CallState(StrEnum):
    CONNECTING = "connecting"
    CONNECTED = "connected"
    TRANSFERRING = "transferring"
    TRANSFER_ACCEPTED = "transferAccepted"
    DISCONNECTING = "disconnecting"
    DISCONNECTED = "disconnected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody reached by a telephone number, which is personal data."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppUser:
    """Somebody in a browser or an app, by the identity that call tokens were made for."""

    identity: str


@dataclass(frozen=True, slots=True)
class OtherParty:
    """Somebody of a kind that we never invite, by the provider's id."""

    id: str


type Party = Phone | AppUser | OtherParty


@dataclass(frozen=True, slots=True)
class Participant:
    party: Party
    muted: bool = False
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands. Every command names it by `id`; a recording names it by `server_call_id`."""

    id: str
    server_call_id: str
    state: CallState


@dataclass(frozen=True, slots=True)
class Errand:
    """What a command is for. It travels with the command and comes back in the events it causes."""

    interview_id: UUID
    step: str = ""

    def __post_init__(self) -> None:
        if not STEP.fullmatch(self.step):
            raise ValueError("a step is a short word of letters, digits, dots, dashes and underscores")

    def __str__(self) -> str:
        return f"{self.interview_id}/{self.step}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The errand that reads so, or none: not every event has one of ours."""
        interview_id, _, step = text.partition("/")
        try:
            return cls(UUID(interview_id), step)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class SpokenText:
    """Words for the synthetic voice."""

    text: str
    language: str = "en-AU"
    voice: str = "en-AU-NatashaNeural"


@dataclass(frozen=True, slots=True)
class SpokenMarkup:
    """Words with SSML, which says how they are spoken."""

    ssml: str


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A recording that the provider fetches from this address."""

    url: str


type Speech = SpokenText | SpokenMarkup | SoundFile


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers: its label, and the phrases or the key that mean it."""

    label: str
    phrases: tuple[str, ...]
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened for, and how long. Silence up to `patience_seconds` is thinking, not an end."""

    prompt: Speech | None = None
    language: str = "en-AU"
    patience_seconds: int = 5
    pause_seconds: float = 1.0
    may_interrupt: bool = False
    choices: tuple[Choice, ...] = ()
    most_tones: int = 0  # above zero: keys are listened for as well as words


class RecordingState(StrEnum):
    ACTIVE = "active"
    PAUSED = "inactive"  # the provider's word


class RecordingContent(StrEnum):
    AUDIO = "audio"
    AUDIO_VIDEO = "audioVideo"


class RecordingChannel(StrEnum):
    MIXED = "mixed"
    UNMIXED = "unmixed"  # one channel per speaker


class RecordingFormat(StrEnum):
    WAV = "wav"
    MP3 = "mp3"
    MP4 = "mp4"


@dataclass(frozen=True, slots=True)
class RecordingStyle:
    content: RecordingContent = RecordingContent.AUDIO
    channel: RecordingChannel = RecordingChannel.UNMIXED
    format: RecordingFormat = RecordingFormat.WAV


@dataclass(frozen=True, slots=True)
class RunningRecording:
    """A recording under way, by the provider's id."""

    id: str
    state: RecordingState


class CallScope(StrEnum):
    """What a token for a call allows."""

    VOIP = "voip"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class CallToken:
    """A short-lived proof for a browser; whoever holds it is this identity."""

    identity: str
    token: Secret
    expires_at: datetime


# what happens on a call


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """`id` is the same each time the event is delivered; order of arrival says nothing."""

    id: str
    at: datetime
    call_id: str
    server_call_id: str
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The provider's figures on how something went."""

    code: int
    sub_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected(CallEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDisconnected(CallEvent):
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotConnected(CallEvent):
    """Nobody answered, the line was busy, or the call could not be made or taken."""

    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantsChanged(CallEvent):
    """Who is on the call now. A lower `sequence` is older, whenever it arrives."""

    participants: tuple[Participant, ...]
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantAdded(CallEvent):
    party: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantNotAdded(CallEvent):
    party: Party | None
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRemoved(CallEvent):
    party: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(CallEvent):
    """Our own words begin to be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFinished(CallEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFailed(CallEvent):
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechCancelled(CallEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard(CallEvent):
    text: str = field(repr=False)
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TonesHeard(CallEvent):
    tones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceHeard(CallEvent):
    label: str
    phrase: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingHeard(CallEvent):
    """Silence, or sounds that are no words: an ordinary branch of a talk, no fault."""

    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningFailed(CallEvent):
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningCancelled(CallEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChanged(CallEvent):
    recording_id: str
    state: RecordingState


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingNotStarted(CallEvent):
    recording_id: str
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCallEvent(CallEvent):
    """Of a kind that we do not use: accepted and left alone."""

    kind: str
