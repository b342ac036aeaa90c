"""What is known of calls and recordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

if TYPE_CHECKING:
    import asyncio

    from local.simulators.acs.identifiers import Identifier
    from local.simulators.calls.bodies import Connection

type State = Literal["connecting", "connected", "disconnecting", "disconnected"]


@dataclass(slots=True)
class Participant:
    identifier: Identifier
    muted: bool = False

    def told(self) -> dict[str, Any]:
        return {"identifier": self.identifier.told(), "isMuted": self.muted, "isOnHold": False}


@dataclass(frozen=True, slots=True)
class Utterance:
    """Who said what, on the clock of the call."""

    speaker: str  # "us", or the raw id of a participant
    text: str
    begins: float
    seconds: float

    def told(self) -> dict[str, Any]:
        return {"speaker": self.speaker, "text": self.text, "begins": self.begins, "seconds": self.seconds}


@dataclass(slots=True)
class Call:
    id: str
    server_call_id: str
    asked: Connection
    targets: list[Identifier]
    source: dict[str, Any]
    own_number: str | None = None
    answered_by: str | None = None
    correlation_id: str = field(default_factory=lambda: str(uuid4()))
    state: State = "connecting"
    participants: dict[str, Participant] = field(default_factory=dict)
    invitations: dict[str, asyncio.Task[Any]] = field(default_factory=dict)
    sequence: int = 0
    clock: float = 0.0  # seconds of talk so far, as they would last
    said: list[Utterance] = field(default_factory=list)
    transcription: Literal["inactive", "active"] = "inactive"
    streaming: Literal["inactive", "active"] = "inactive"

    @property
    def hears_and_speaks(self) -> bool:
        """Whether speech services were named; without them there are files and tones only."""
        return self.asked.call_intelligence_options is not None

    def say(self, speaker: str, text: str, seconds: float) -> None:
        self.said.append(Utterance(speaker, text, self.clock, seconds))

    def told(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "callConnectionId": self.id,
            "serverCallId": self.server_call_id,
            "targets": [target.told() for target in self.targets],
            "callConnectionState": self.state,
            "callbackUri": self.asked.callback_uri,
            "correlationId": self.correlation_id,
            "source": self.source,
        }
        if self.own_number is not None:
            answer["sourceCallerIdNumber"] = {"value": self.own_number}
        if self.answered_by is not None:
            answer["answeredBy"] = {"id": self.answered_by}
        if self.asked.transcription_options is not None:
            answer["transcriptionSubscription"] = {"id": self.correlation_id, "state": self.transcription}
        if self.asked.media_streaming_options is not None:
            answer["mediaStreamingSubscription"] = {"id": self.correlation_id, "state": self.streaming}
        return answer

    def facts(self) -> dict[str, Any]:
        """What every event of this call carries."""
        return {
            "callConnectionId": self.id,
            "serverCallId": self.server_call_id,
            "correlationId": self.correlation_id,
        }


@dataclass(slots=True)
class Chunk:
    """A piece of a recording, on the clock of the call; it ends with a pause or with the recording."""

    begins: float
    ends: float | None = None
    reason: str = ""

    @property
    def seconds(self) -> float:
        return max(0.2, (self.ends or self.begins) - self.begins)


@dataclass(slots=True)
class Recording:
    id: str
    call: Call
    container_url: str
    channels: int
    told_to: str | None  # where changes of its state are reported
    asked: dict[str, str]
    chunks: list[Chunk] = field(default_factory=list)
    state: Literal["active", "inactive"] = "inactive"
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def resume(self) -> None:
        self.state = "active"
        self.chunks.append(Chunk(self.call.clock))

    def pause(self, reason: str) -> None:
        if self.state == "active":
            self.chunks[-1].ends, self.chunks[-1].reason = self.call.clock, reason
        self.state = "inactive"

    def told(self) -> dict[str, str]:
        return {
            "recordingId": self.id,
            "recordingState": self.state,
            "recordingKind": "azureCommunicationServices",
        }


@dataclass(frozen=True, slots=True)
class Incoming:
    """Somebody who rings us and waits to be answered."""

    caller: Identifier
    called: Identifier
    server_call_id: str
    correlation_id: str
