"""The simulators for tests: a process of their own on a free port, as the stack runs them.

A test module, or a conftest, shares one process and gives each test a clean one:

    @pytest.fixture(scope="session")
    def running_simulators() -> Iterator[Simulators]:
        with Simulators() as simulators:
            yield simulators

    @pytest.fixture
    def simulators(running_simulators: Simulators) -> Simulators:
        running_simulators.reset()
        return running_simulators
"""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from local.simulators.world import Keys
from tests.measured import measured

REPOSITORY = Path(__file__).parents[1]
PATIENCE = 30.0
READY = "Ready on "


class NotPlayedError(AssertionError):
    """The control side cannot play what was asked for; the message says why."""


class Simulators:
    """`with Simulators() as simulators:` gives running ones; stop() and start() keep their port."""

    keys = Keys()

    def __init__(
        self,
        *arguments: str,
        storage: str | None = None,
        functions_url: str | None = None,
        is_measured: bool = False,
    ) -> None:
        self.url = ""
        places = {"--storage": storage, "--functions-url": functions_url}
        given = [part for name, value in places.items() if value is not None for part in (name, value)]
        self._options = [*arguments, *given]
        self._port = 0
        self._more = measured() if is_measured else {}
        self._process: subprocess.Popen[str] | None = None
        self._client: httpx.Client | None = None

    @property
    def websocket_url(self) -> str:
        return self.url.replace("http://", "ws://")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def fault(self, service: str, kind: str, **details: Any) -> None:
        """Let something go wrong: `fault("openai", "status", status=429, retry_after=1, times=2)`."""
        self.control("POST", "/_sim/faults", {"service": service, "kind": kind, **details})

    def faults(self) -> list[dict[str, Any]]:
        """Those that are still to happen."""
        return list(self.control("GET", "/_sim/faults")["faults"])

    def script(self, service: str, **answer: Any) -> None:
        """Lay an answer ready; `match={...}` and `times=` say for what and how often."""
        self.control("POST", f"/_sim/scripts/{service}", answer)

    def options(self, **changed: Any) -> dict[str, Any]:
        """Read `functions_url` and `token_delay`, or change them."""
        return self.control("PATCH", "/_sim/options", changed)

    def journal(
        self, service: str | None = None, path: str | None = None, limit: int = 1_000
    ) -> list[dict[str, Any]]:
        """What was asked, oldest first; `path` is a regular expression."""
        asked = {"service": service, "path": path, "limit": limit}
        given = {name: value for name, value in asked.items() if value is not None}
        return list(self.control("GET", f"/_sim/journal?{httpx.QueryParams(given)}")["entries"])

    def reset(self) -> None:
        """Forget everything of a test: journal, faults, scripts, chance, and the state of each service."""
        self.control("POST", "/_sim/reset")

    def clear(self) -> None:
        """Forget the journal and the faults; what the services hold stays."""
        self.control("DELETE", "/_sim/journal")
        self.control("DELETE", "/_sim/faults")

    def start(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.simulators", "--port", str(self._port), *self._options],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "AzureWebJobsStorage": "", **self._more},
            text=True,
            stdout=subprocess.PIPE,
        )
        self.url = self._announced()
        self._port = int(self.url.rsplit(":", 1)[1])
        self._client = httpx.Client(base_url=self.url, timeout=10.0, trust_env=False)
        return self

    def stop(self) -> int:
        """Let them end; everything they held is gone."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def _announced(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        while select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            line = self._process.stdout.readline()
            if line.startswith(READY):
                return line.removeprefix(READY).strip()
            if not line:
                break
        self.kill()
        raise RuntimeError("The simulators did not start; what they said stands above.")

    def _end(self, with_signal: signal.Signals) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        if self._client is not None:
            self._client.close()
            self._client = None
        self._process.send_signal(with_signal)
        try:
            return self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            self._process.stdout.close()

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        assert self._client is not None, "the simulators are not running"
        response = self._client.request(method, path, json=body)
        if response.status_code >= 400:
            raise NotPlayedError(response.text)
        return dict(response.json()) if response.content else {}

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
