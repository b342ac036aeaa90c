"""What Event Grid delivers: an array of events, or the handshake that begins a subscription.

Events come at least once, in any order. One that cannot be read is counted and does not hold up
the others; one of a kind that nobody knows is an event like any other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.errors import MalformedBodyError, TooLargeError

MOST_BYTES: Final = 1024 * 1024
VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"
SOURCE: Final = "event_grid"


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class GridEvent(BaseModel):
    """One event of Event Grid's schema; fields that we do not name may come."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    id: str = Field(min_length=1, max_length=250)
    topic: str = Field(default="", max_length=1000)
    subject: str = Field(default="", max_length=2000)
    kind: str = Field(alias="eventType", min_length=1, max_length=200)
    at: Annotated[datetime, AfterValidator(_in_utc)] = Field(alias="eventTime")
    data: Any = None

    @property
    def dedupe_key(self) -> tuple[str, str]:
        """Source and id, under which the event is handled once."""
        return SOURCE, f"{self.topic[-200:]}|{self.id}"


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
        return GridEvent.model_validate(content)
    except ValidationError:
        return None


def _handshake(event: GridEvent) -> Handshake:
    code = event.data.get("validationCode") if isinstance(event.data, Mapping) else None
    if not isinstance(code, str) or not 1 <= len(code) <= 512:
        raise MalformedBodyError("The handshake holds no code.")
    return Handshake(code)
