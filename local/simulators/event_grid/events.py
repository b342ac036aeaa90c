"""Events as they are published, and as they are delivered: two schemas, one event."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from local.simulators.checks import RefusedError, error_body

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST: Final = 1024 * 1024  # of one event, and of a whole batch
BATCH: Final = "application/cloudevents-batch+json"
SINGLE: Final = "application/cloudevents+json"
RESERVED: Final = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event, whichever schema it came in."""

    id: str
    kind: str
    source: str  # the topic, in Event Grid's own schema
    subject: str
    time: str
    data: Any
    data_version: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)  # extension attributes of a CloudEvent

    def in_schema(self, schema: str) -> dict[str, Any]:
        return self._as_cloud_event() if schema == "cloud" else self._as_grid_event()

    def _as_grid_event(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "topic": self.source,
            "subject": self.subject,
            "eventType": self.kind,
            "eventTime": self.time,
            "data": self.data,
            "dataVersion": self.data_version,
            "metadataVersion": "1",
        }

    def _as_cloud_event(self) -> dict[str, Any]:
        told = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.kind,
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "data": self.data,
            **self.more,
        }
        return {name: value for name, value in told.items() if value not in ("", None)}


def read(body: bytes, content_type: str, topic: str) -> list[Event]:
    """The events of a request. Raises RefusedError as the service answers."""
    if len(body) > LARGEST:
        raise refused("The maximum size (1048576) has been exceeded.", 413, "RequestEntityTooLarge")
    kind = content_type.partition(";")[0].strip().lower()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise refused("This resource is configured to receive events as JSON.") from None
    if kind == SINGLE:
        return [_cloud_event(content, topic)]
    if kind not in (BATCH, "application/json"):
        raise refused(f"The content type {kind!r} is not supported.", 415, "UnsupportedMediaType")
    if not isinstance(content, list) or not content:
        raise refused("This resource is configured to receive a non-empty array of events.")
    understand = _cloud_event if kind == BATCH else grid_event
    return [understand(each, topic) for each in content]


def grid_event(content: object, topic: str) -> Event:
    """Event Grid's own schema, as a publisher has to fill it in."""
    if not isinstance(content, dict):
        raise refused("An event must be a JSON object.")
    missing = [
        name
        for name in ("id", "subject", "eventType", "eventTime")
        if not isinstance(content.get(name), str) or not content[name]
    ]
    if missing:
        raise refused(f"Event data lacks required fields: {', '.join(missing)}.")
    if content.get("topic") not in (None, "", topic):
        raise refused("The topic of an event is set by the service.")
    _time(content["eventTime"])
    return Event(
        content["id"],
        content["eventType"],
        topic,
        content["subject"],
        content["eventTime"],
        content.get("data"),
        str(content.get("dataVersion") or ""),
    )


def _cloud_event(content: object, _topic: str) -> Event:
    if not isinstance(content, dict) or content.get("specversion") != "1.0":
        raise refused("A CloudEvent must be a JSON object of specversion 1.0.")
    missing = [
        name
        for name in ("id", "source", "type")
        if not isinstance(content.get(name), str) or not content[name]
    ]
    if missing:
        raise refused(f"The CloudEvent lacks required attributes: {', '.join(missing)}.")
    more = {name: value for name, value in content.items() if name not in RESERVED}
    if wrong := [name for name in more if not (name.isascii() and name.isalnum() and name == name.lower())]:
        raise refused(f"Attributes are small letters and digits: {', '.join(sorted(wrong))}.")
    time = content.get("time")
    if time is not None:
        _time(time)
    return Event(
        content["id"],
        content["type"],
        content["source"],
        str(content.get("subject") or ""),
        time or now(),
        content.get("data"),
        more=more,
    )


def _time(text: object) -> None:
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        raise refused(f"The time {text!r} of an event cannot be read.") from None


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def refused(message: str, status: int = 400, code: str = "BadRequest") -> RefusedError:
    details = [{"code": "InputJsonInvalid", "message": message}]
    return RefusedError(status, code, message, body=error_body(code, message, details=details))
