"""What goes over the sockets of browsers, and what they ask for to open one.

A frame is JSON with a `type`. A client of a subprotocol sends events, whose name is the type of the
frame; a client without one sends frames as texts. Both mean the same.
"""

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from shared.contracts.base import Body, Contract, Sent
from shared.contracts.interview import TURN_LIMITS, Said, Turn, TurnId
from shared.contracts.problem import Problem
from shared.domain import push
from shared.domain.push import Heard, Purpose
from shared.errors import (
    FieldError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
)

if TYPE_CHECKING:  # a cold start needs contracts, and not what they are made of
    from shared.domain.interview.records import FinishedTurn
    from shared.domain.turns import Answer

HEARTBEAT_SECONDS = 30
LONGEST_FIELD_NAME = 100


class Negotiation(Body):
    interview_id: str = Field(
        description="Of an interview, or of a practice interview",
        examples=["7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44"],
    )
    purpose: Purpose = Field(
        description="`transcription` is for browsers that cannot recognise speech by themselves",
        examples=["chat"],
    )

    @property
    def talk_id(self) -> UUID:
        try:
            return UUID(self.interview_id)
        except ValueError:
            raise NotFoundError("Interview not found.") from None


class SocketAccess(Contract):
    url: str = Field(
        description="Where to open the socket. It lets in whoever has it, so keep it to yourself",
        examples=["wss://sockets.example.org/client/hubs/interviews?access_token=eyJhbGciOi"],
    )
    expires_at: datetime = Field(description="Until then it opens sockets; those that are open stay open")


# ---- what browsers send ----


class Message(Sent):
    """What the candidate says. Sent again under the same `turn_id`, it is the same turn."""

    type: Literal["message"]
    content: Said
    turn_id: TurnId

    def answer(self, interview_id: UUID, caller_id: UUID) -> "Answer":
        from shared.domain.turns import Answer  # noqa: PLC0415 - see TYPE_CHECKING

        return Answer(interview_id, caller_id, self.turn_id, self.content, TURN_LIMITS)


class Ping(Sent):
    """A heartbeat. Who types says so, and is not asked whether they are still there."""

    type: Literal["ping"]
    typing: bool = False


class Begin(Sent):
    """The utterances from here on belong to this turn. Without it each answer gets a turn of its own."""

    type: Literal["start"]
    turn_id: TurnId
    start_time_ms: int = Field(default=0, ge=0, le=86_400_000)


class Stop(Sent):
    """The answer is spoken."""

    type: Literal["stop"]


@cache
def _frames() -> TypeAdapter[Message | Ping]:
    return TypeAdapter(Annotated[Message | Ping, Field(discriminator="type")])


@cache
def _spoken() -> TypeAdapter[Begin | Stop | Ping]:
    return TypeAdapter(Annotated[Begin | Stop | Ping, Field(discriminator="type")])


def read_frame(event: Heard) -> Message | Ping:
    """Raises InvalidInputError for what is no frame of a talk."""
    return _read(_frames(), "must be message or ping", event)


def read_spoken(event: Heard) -> Begin | Stop | Ping | bytes:
    """An utterance, or a frame around utterances. Raises InvalidInputError for what is neither."""
    if isinstance(event.data, bytes):
        return event.data
    return _read(_spoken(), "must be start, stop or ping", event)


def _read[Sent](known: TypeAdapter[Sent], kinds: str, event: Heard) -> Sent:
    try:
        return known.validate_python({"type": event.name, **_fields(event.data)})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        fields = [_refused(each, kinds) for each in found]
        raise InvalidInputError("The frame failed validation.", fields) from None
    except (ValueError, RecursionError):
        fields = [FieldError("frame", "is no JSON object")]
        raise InvalidInputError("The frame is no JSON object.", fields) from None


def _fields(data: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever was sent
    content = json.loads(data or "{}") if isinstance(data, str) else data
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError("no object")  # noqa: TRY004 - as the parser says it
    return content


def _refused(found: ErrorDetails, kinds: str) -> FieldError:
    if found["type"].startswith("union_tag"):
        return FieldError("type", kinds)
    place = ".".join(str(part) for part in found["loc"][1:])  # the first part names the kind of the frame
    return FieldError(place[:LONGEST_FIELD_NAME] or "frame", found["msg"])


# ---- what browsers are sent ----


class ServerFrame(Contract):
    """What we send. A field that says nothing is left out."""

    def frame(self) -> push.Frame:
        return self.model_dump(mode="json", exclude_none=True)


class Connected(ServerFrame):
    """The socket is open, and for this interview."""

    type: Literal["connected"] = "connected"
    interview_id: UUID
    heartbeat_seconds: int = HEARTBEAT_SECONDS


class Chunk(ServerFrame):
    """A part of the reply. Joined in the order of `sequence`, which begins with 1, they are the response."""

    type: Literal["chunk"] = "chunk"
    turn_id: str
    sequence: int
    content: str


class Done(ServerFrame):
    """The turn as it is stored; what stands here holds, whatever chunks came."""

    type: Literal["done"] = "done"
    turn: Turn

    @classmethod
    def of(cls, turn: "FinishedTurn") -> Self:
        return cls(turn=Turn.of(turn))


class Failed(ServerFrame):
    """A frame that was refused, or a turn that could not be stored."""

    type: Literal["error"] = "error"
    problem: Problem
    turn_id: str | None = None
    retry_after: int | None = Field(default=None, description="Seconds, where trying again can help")

    @classmethod
    def of(cls, problem: Problem, error: Exception, turn_id: str | None) -> Self:
        """A socket has no headers, so the frame says when to try again."""
        seconds = None
        if isinstance(error, (RateLimitedError, UnavailableError)):
            seconds = max(1, round(error.retry_after))
        return cls(problem=problem, turn_id=turn_id, retry_after=seconds)


class Partial(ServerFrame):
    """What is understood of an utterance so far; empty when nothing was."""

    type: Literal["partial"] = "partial"
    turn_id: str
    text: str


class Final(ServerFrame):
    """What was understood, and is held for its turn. If it comes twice, its `segment_key` is the same."""

    type: Literal["final"] = "final"
    turn_id: str
    segment_key: str
    text: str
    start_time_ms: int
    end_time_ms: int
    confidence: float


class Ended(ServerFrame):
    """The answer is complete: so many finals are held for the turn. Send it by chat with this `turn_id`."""

    type: Literal["ended"] = "ended"
    turn_id: str
    total: int


class Pong(ServerFrame):
    type: Literal["pong"] = "pong"
