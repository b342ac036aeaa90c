"""A webhook for tests: keeps what it is sent, and answers as it is told."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

PATIENCE = 5.0
PAUSE = 0.005


@dataclass(frozen=True)
class Delivery:
    """One request as it came."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its events; none where the body is another one: sockets tell of their ends without any."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return []
        return found if isinstance(found, list) else []

    @property
    def kinds(self) -> list[str]:
        """The kinds of its events, without the vendor's name before them."""
        types = [str(event.get("type") or event.get("eventType")) for event in self.events]
        return [each.rsplit(".", 1)[-1] for each in types]


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Webhook:
    """`with Webhook() as webhook:` listens; `deliveries` is what came, in order."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.statuses: list[int] = []  # for the next requests; 200 when there are none left
        self.reply: Callable[[Delivery], Reply | None] | None = None  # asked first; None for a status
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def kinds(self) -> list[str]:
        """The kinds of all events that came."""
        return [kind for delivery in list(self.deliveries) for kind in delivery.kinds]

    def clear(self) -> None:
        self.deliveries.clear()
        self.statuses.clear()
        self.reply = None

    async def wait_for(self, kind: str, count: int = 1) -> Delivery:
        """The delivery with the so-many-th event of this kind."""
        return (await self.wait_until(lambda each: kind in each.kinds, count))[-1]

    async def wait_until(self, wanted: Callable[[Delivery], bool], count: int) -> list[Delivery]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [each for each in list(self.deliveries) if wanted(each)]
            if len(found) >= count:
                return found[:count]
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"only these came: {self.kinds}")

    def answer(self, delivery: Delivery) -> Reply:
        if self.reply is not None and (reply := self.reply(delivery)) is not None:
            return reply
        return Reply(self.statuses.pop(0) if self.statuses else 200)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                delivery = Delivery(parts.path, parse_qs(parts.query), headers, body, self.command)
                reply = webhook.answer(delivery)
                webhook.deliveries.append(delivery)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_OPTIONS = do_POST  # noqa: N815 - the name is given

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
                pass

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
