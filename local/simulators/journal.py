"""What was asked of the simulators: the last requests and frames, for tests to look at."""

from __future__ import annotations

import base64
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import HTTPConnection
    from starlette.types import Scope

KEPT: Final = 5_000
LARGEST_BODY: Final = 256 * 1024
LARGEST_JOURNAL: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class Entry:
    """One request, one connect of a socket, or one frame on it; put into words only when read."""

    number: int
    at: float
    service: str
    method: str  # CONNECT for a socket, IN and OUT for its frames
    path: str
    raw_path: bytes = b""
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    size: int = 0
    status: int | None = None  # None while it is unanswered, and for ever if it never is

    def told(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "at": self.at,
            "service": self.service,
            "method": self.method,
            "path": self.path,
            "raw_path": self.raw_path.decode("latin-1"),
            "query": dict(parse_qsl(self.query.decode("latin-1"), keep_blank_values=True)),
            "headers": {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers},
            "size": self.size,
            "status": self.status,
            **_body(self.body),
        }


class Journal:
    """Keeps the last entries, bounded in number and in bytes."""

    def __init__(self, kept: int = KEPT, largest: int = LARGEST_JOURNAL) -> None:
        self._entries: deque[Entry] = deque()
        self._kept = kept
        self._largest = largest
        self._bytes = 0
        self.written = 0

    def request(self, scope: Scope, service: str, body: bytes) -> Entry:
        return self._keep(
            Entry(
                number=self.written + 1,
                at=time.time(),
                service=service,
                method=scope.get("method", "CONNECT"),
                path=scope["path"],
                raw_path=scope.get("raw_path") or b"",
                query=scope["query_string"],
                headers=scope["headers"],
                body=body[:LARGEST_BODY],
                size=len(body),
            )
        )

    def frame(self, connection: HTTPConnection, direction: Literal["in", "out"], data: str | bytes) -> Entry:
        """Note a frame of a socket, as the client sent it (in) or was sent it (out)."""
        payload = data.encode() if isinstance(data, str) else data
        return self._keep(
            Entry(
                number=self.written + 1,
                at=time.time(),
                service=connection.scope.get("service", ""),
                method=direction.upper(),
                path=connection.scope["path"],
                query=connection.scope["query_string"],
                body=payload[:LARGEST_BODY],
                size=len(payload),
            )
        )

    def read(self, service: str | None = None, path: str | None = None, limit: int = 100) -> list[Entry]:
        """The last entries that match, oldest first; `path` is a regular expression."""
        found: deque[Entry] = deque(maxlen=limit)
        found.extend(self._matching(service, re.compile(path or "")))
        return list(found)

    def forget(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def _matching(self, service: str | None, path: re.Pattern[str]) -> Iterator[Entry]:
        for entry in self._entries:
            if service in (None, entry.service) and path.search(entry.path):
                yield entry

    def _keep(self, entry: Entry) -> Entry:
        self._entries.append(entry)
        self._bytes += len(entry.body)
        self.written += 1
        while len(self._entries) > self._kept or self._bytes > self._largest:
            self._bytes -= len(self._entries.popleft().body)
        return entry


def _body(body: bytes) -> dict[str, Any]:
    """Say it as JSON where it is some, else as text, else in base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
    try:
        return {"json": json.loads(text), "text": text}
    except ValueError:
        return {"text": text}
