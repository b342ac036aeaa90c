"""The JSON subprotocols: what clients send, what they are sent, and data in each form."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

PLAIN_JSON: Final = "json.webpubsub.azure.v1"
RELIABLE_JSON: Final = "json.reliable.webpubsub.azure.v1"
KNOWN: Final = (RELIABLE_JSON, PLAIN_JSON)
LARGEST: Final = 1024 * 1024
type DataType = Literal["json", "text", "binary"]

CONTENT_TYPES: Final[dict[DataType, str]] = {
    "json": "application/json",
    "text": "text/plain",
    "binary": "application/octet-stream",
}


class BadFrameError(ValueError):
    """A frame that the subprotocol does not know."""


@dataclass(frozen=True, slots=True)
class Data:
    """A payload. JSON is kept as its text."""

    kind: DataType
    content: bytes

    @classmethod
    def of_body(cls, body: bytes, content_type: str) -> Data | None:
        """A payload as HTTP carries it; None for a content type that the service does not take."""
        kind = content_type.partition(";")[0].strip().lower()
        found = next((name for name, known in CONTENT_TYPES.items() if known == kind), None)
        return None if found is None else cls(found, body)

    @classmethod
    def of_frame(cls, kind: object, value: object) -> Data:
        """A payload as a frame of the JSON subprotocol carries it."""
        match kind, value:
            case "json", _:
                return cls("json", json.dumps(value).encode())
            case "text", str(text):
                return cls("text", text.encode())
            case "binary" | "protobuf", str(text):
                try:
                    return cls("binary", base64.b64decode(text, validate=True))
                except binascii.Error:
                    raise BadFrameError("binary data must be in base64") from None
        raise BadFrameError("data does not fit its dataType: json, text or binary")

    @property
    def content_type(self) -> str:
        suffix = "" if self.kind == "binary" else "; charset=utf-8"
        return f"{CONTENT_TYPES[self.kind]}{suffix}"

    def in_frame(self) -> dict[str, Any]:
        if self.kind == "json":
            return {"dataType": "json", "data": json.loads(self.content)}
        if self.kind == "text":
            return {"dataType": "text", "data": self.content.decode()}
        return {"dataType": "binary", "data": base64.b64encode(self.content).decode()}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client of a subprotocol asks for."""

    kind: Literal["joinGroup", "leaveGroup", "sendToGroup", "event", "sequenceAck", "ping"]
    name: str = ""  # of the group or the event
    ack_id: int | None = None
    data: Data | None = None
    no_echo: bool = False
    sequence_id: int = 0


def read(text: str) -> Request:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrameError("a frame must be JSON") from None
    if not isinstance(frame, dict):
        raise BadFrameError("a frame must be a JSON object")
    kind, ack_id = frame.get("type"), frame.get("ackId")
    if ack_id is not None and (not isinstance(ack_id, int) or isinstance(ack_id, bool) or ack_id < 0):
        raise BadFrameError("ackId must be a whole number")
    match kind:
        case "ping":
            return Request("ping")
        case "sequenceAck":
            sequence_id = frame.get("sequenceId")
            if not isinstance(sequence_id, int):
                raise BadFrameError("sequenceId must be a whole number")
            return Request("sequenceAck", sequence_id=sequence_id)
        case "joinGroup" | "leaveGroup":
            return Request(kind, _name(frame, "group"), ack_id)
        case "sendToGroup":
            data = Data.of_frame(frame.get("dataType"), frame.get("data"))
            return Request("sendToGroup", _name(frame, "group"), ack_id, data, bool(frame.get("noEcho")))
        case "event":
            data = Data.of_frame(frame.get("dataType"), frame.get("data"))
            return Request("event", _name(frame, "event"), ack_id, data)
    raise BadFrameError("unknown type of frame")


def ack(ack_id: int, error: str | None = None, message: str = "") -> dict[str, Any]:
    if error is None:
        return {"type": "ack", "ackId": ack_id, "success": True}
    told = {"name": error, "message": message or error}
    return {"type": "ack", "ackId": ack_id, "success": False, "error": told}


def connected(connection_id: str, user_id: str | None, token: str | None) -> dict[str, Any]:
    told = {"type": "system", "event": "connected", "userId": user_id, "connectionId": connection_id}
    return told if token is None else {**told, "reconnectionToken": token}


def disconnected(message: str) -> dict[str, Any]:
    return {"type": "system", "event": "disconnected", "message": message}


def _name(frame: dict[str, Any], field: str) -> str:
    name = frame.get(field)
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 1024:
        raise BadFrameError(f"{field} must be a name")
    return name
