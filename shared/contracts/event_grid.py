"""What Event Grid delivers: events in its own schema or as CloudEvents, or the handshake of a subscription.

Events come at least once, in any order. One that cannot be read is counted and does not hold up
the others; one of a kind that nobody knows is an event like any other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.base import Contract, example
from shared.errors import MalformedBodyError, TooLargeError

MOST_BYTES: Final = 1024 * 1024
VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"
SOURCE: Final = "event_grid"

RECORDING_FILE: Final = "Microsoft.Communication.RecordingFileStatusUpdated"
CALL_STARTED: Final = "Microsoft.Communication.CallStarted"
CALL_ENDED: Final = "Microsoft.Communication.CallEnded"
MAIL_REPORT: Final = "Microsoft.Communication.EmailDeliveryReportReceived"
BLOB_CREATED: Final = "Microsoft.Storage.BlobCreated"


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is beyond the calendar") from None


def _storable(text: str) -> str:
    """What the database cannot hold can never be noted as handled, and would come again for a day."""
    if "\0" in text:
        raise ValueError("a name holds no zero character")
    return text


type Name = Annotated[str, AfterValidator(_storable)]


class GridEvent(BaseModel):
    """One event of Event Grid's schema; fields that we do not name may come."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    id: Name = Field(min_length=1, max_length=250)
    topic: Name = Field(default="", max_length=1000)
    subject: Name = Field(default="", max_length=2000)
    kind: Name = Field(alias="eventType", min_length=1, max_length=200)
    at: Annotated[datetime, AfterValidator(_in_utc)] = Field(alias="eventTime")
    data: Any = None

    @property
    def dedupe_key(self) -> tuple[str, str]:
        """Source and id, under which the event is handled once."""
        return SOURCE, f"{self.topic[-200:]}|{self.id}"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class RecordingChunk(_Data):
    document_id: str = Field(alias="documentId", min_length=1, max_length=500)
    index: int = Field(default=0, ge=0, le=999)
    end_reason: str | None = Field(default=None, alias="endReason", max_length=100)
    content_location: str = Field(alias="contentLocation", min_length=1, max_length=4000)
    metadata_location: str | None = Field(default=None, alias="metadataLocation", max_length=4000)


class RecordingChunks(_Data):
    chunks: list[RecordingChunk] = Field(alias="recordingChunks", min_length=1, max_length=500)


class RecordingFile(_Data):
    """The data of RECORDING_FILE; which recording it is stands in the subject."""

    storage: RecordingChunks = Field(alias="recordingStorageInfo")


class CallTold(_Data):
    """The data of CALL_STARTED and CALL_ENDED."""

    server_call_id: str = Field(alias="serverCallId", min_length=1, max_length=2000)
    correlation_id: str | None = Field(default=None, alias="correlationId", max_length=500)


class MailReport(_Data):
    """The data of MAIL_REPORT; the message is named as our operation was."""

    message_id: str = Field(alias="messageId", min_length=1, max_length=200)
    status: str = Field(min_length=1, max_length=100)


class BlobTold(_Data):
    """The data of BLOB_CREATED."""

    url: str = Field(min_length=1, max_length=4000)


class GridReceipt(Contract):
    """What the webhook answers: how many events are done with."""

    model_config = example({"processed": 3})

    processed: int = Field(ge=0)


class GridConsent(Contract):
    """What the webhook answers to the handshake of a subscription."""

    model_config = example({"validationResponse": "512d38b6-c7b8-40c8-89fe-f46f9e9622b6"})

    validationResponse: str  # noqa: N815 - as the service asks for it


@dataclass(frozen=True, slots=True)
class Handshake:
    """The service asks whether this endpoint wants events at all."""

    code: str

    @property
    def answer(self) -> dict[str, str]:
        return {"validationResponse": self.code}


@dataclass(frozen=True, slots=True)
class Batch:
    """The events that could be read, in the order they came in, and how many could not."""

    events: tuple[GridEvent, ...]
    unreadable: int = 0


def read_delivery(body: bytes) -> Batch | Handshake:
    """What came over HTTP. Raises TooLargeError, MalformedBodyError."""
    if len(body) > MOST_BYTES:
        raise TooLargeError("The events are larger than 1 MB.")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedBodyError("The body is not JSON.") from None
    if isinstance(content, dict) and "specversion" in content:
        content = [content]  # one CloudEvent comes by itself
    if not isinstance(content, list):
        raise MalformedBodyError("The body is no array of events.")
    read = [read_event(each) for each in content]
    events = tuple(event for event in read if event is not None)
    if (handshake := next((each for each in events if each.kind == VALIDATION), None)) is not None:
        return _handshake(handshake)
    return Batch(events, len(read) - len(events))


def read_event(content: object) -> GridEvent | None:
    """One event, as the native trigger gives it too; none if it cannot be read."""
    try:
        return GridEvent.model_validate(_from_cloud(content))
    except ValidationError:
        return None


def _from_cloud(content: object) -> object:
    """A CloudEvent by the names of Event Grid's own schema: it is the same event, with the same key."""
    if not isinstance(content, Mapping) or "specversion" not in content:
        return content
    return {
        "id": content.get("id"),
        "topic": content.get("source"),
        "subject": content.get("subject") or "",
        "eventType": content.get("type"),
        "eventTime": content.get("time"),
        "data": content.get("data"),
    }


def _handshake(event: GridEvent) -> Handshake:
    code = event.data.get("validationCode") if isinstance(event.data, Mapping) else None
    if not isinstance(code, str) or not 1 <= len(code) <= 512:
        raise MalformedBodyError("The handshake holds no code.")
    return Handshake(code)
