"""Messages of a speech socket: headers and a body; binary ones begin with the length of the headers."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class FramingError(ValueError):
    """What no client of the service would send."""


@dataclass(frozen=True, slots=True)
class Message:
    path: str
    request_id: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise FramingError(f"the body of {self.path} is not JSON") from error
        if not isinstance(found, dict):
            raise FramingError(f"the body of {self.path} is not a JSON object")
        return found


def read_text(data: str) -> Message:
    head, separator, body = data.partition("\r\n\r\n")
    if not separator:
        raise FramingError("a message without a line between headers and body")
    return _message(head, body.encode())


def read_binary(data: bytes) -> Message:
    if len(data) < 2 or (end := 2 + struct.unpack(">H", data[:2])[0]) > len(data):
        raise FramingError("a binary message shorter than its headers")
    try:
        head = data[2:end].decode("ascii")
    except UnicodeDecodeError as error:
        raise FramingError("headers that are not ASCII") from error
    return _message(head, data[end:])


def _message(head: str, body: bytes) -> Message:
    headers = {}
    for line in filter(None, head.split("\r\n")):
        name, separator, value = line.partition(":")
        if not separator:
            raise FramingError("a header without a colon")
        headers[name.strip().lower()] = value.strip()
    if "path" not in headers:
        raise FramingError("a message without a path")
    return Message(headers["path"].lower(), headers.get("x-requestid", "").lower(), headers, body)


def text(request_id: str, path: str, body: Mapping[str, Any]) -> str:
    head = f"X-RequestId:{request_id}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}"
    return f"{head}\r\n\r\n{json.dumps(body, ensure_ascii=False)}"


def binary(request_id: str, path: str, content_type: str, stream_id: str, body: bytes) -> bytes:
    head = (
        f"X-RequestId:{request_id}\r\nContent-Type:{content_type}\r\nX-StreamId:{stream_id}\r\nPath:{path}\r\n"
    ).encode()
    return struct.pack(">H", len(head)) + head + body
