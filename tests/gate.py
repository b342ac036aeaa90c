"""A gate before the local Supabase: it counts what passes, and keeps waiting what a test names.

What waits is lost when the gate is cleared: the caller, if it still lives, finds its connection
closed. So a worker can be killed exactly before the database hears of a turn, or exactly after.
"""

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

PATIENCE = 20.0
PAUSE = 0.005
FUNCTIONS = "/rest/v1/rpc/"
DROPPED = {"connection", "transfer-encoding", "content-length", "date", "server", "keep-alive"}

type Side = Literal["before", "after"]


class Gate:
    """`with Gate(stack.url) as gate:` gives the address that an app is told instead."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._wanted: dict[tuple[str, str], Side] = {}
        self._cleared = threading.Event()
        self.waiting: set[tuple[str, str]] = set()
        self.passed: list[str] = []  # methods and paths, in order

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def hold(self, function: str, interview_id: UUID, side: Side) -> None:
        """Let the next such calls wait, before they reach the database or before they are answered."""
        self._wanted[function, str(interview_id)] = side

    def await_all(self) -> None:
        """Wait until everything waits that is wanted."""
        deadline = time.monotonic() + PATIENCE
        while self.waiting != self._wanted.keys():
            assert time.monotonic() < deadline, f"still to come: {self._wanted.keys() - self.waiting}"
            time.sleep(PAUSE)

    def clear(self) -> None:
        """Lose what waits, and let everything pass from now on."""
        self._wanted.clear()
        self.waiting.clear()
        self._cleared.set()
        self._cleared = threading.Event()

    def passes(self, path: str, body: bytes, side: Side) -> bool:
        """Whether this may go on; if not, it has waited, and is lost."""
        if not self._wanted or not path.startswith(FUNCTIONS):
            return True
        name = path.removeprefix(FUNCTIONS), str(json.loads(body).get("interview_id"))
        if self._wanted.get(name) != side:
            return True
        cleared = self._cleared
        self.waiting.add(name)
        cleared.wait()
        return False

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                self._behind = http.client.HTTPConnection(gate._target, timeout=PATIENCE)

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                gate.passed.append(f"{self.command} {self.path}")
                if not gate.passes(self.path, body, "before"):
                    self.close_connection = True
                    return
                self._behind.request(self.command, self.path, body, dict(self.headers.items()))
                answer = self._behind.getresponse()
                content = answer.read()
                if not gate.passes(self.path, body, "after"):
                    self.close_connection = True
                    return
                self._give(answer, content)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names are given

            def _give(self, answer: http.client.HTTPResponse, content: bytes) -> None:
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in DROPPED:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def finish(self) -> None:
                self._behind.close()
                super().finish()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given
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
        self.clear()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
