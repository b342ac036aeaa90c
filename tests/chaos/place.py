"""Where it happens: the app on a host that keeps its workflows on disk, and everything it talks to.

Each of them may be killed and comes back at its address. Servers are started from the main thread
only: they end with the thread that has started them.
"""

import signal
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import httpx
import psycopg

from tests.azurite import Azurite, free_ports
from tests.crowd import Crowd
from tests.e2e.conftest import environment
from tests.host_process import REPOSITORY, HostProcess
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

HUB: Final = "/runtime/webhooks/durabletask/instances"
BREAKER: Final = {"BREAKER_OPEN_SECONDS": "3", "BREAKER_PROBES": "1"}
ASKED_WITHIN: Final = 15.0
PAUSE: Final = 0.2
CLOSING: Final = "Thank you. People will read this and decide."
QUESTIONS: Final = (
    ("introduction", "Tell me about the work you have done so far."),
    ("technical", "Tell me about a fault in production. How did you find its cause?"),
    ("closing", "What would you like to ask or to add?"),
)
PLAN: Final[dict[str, Any]] = {
    "items": [
        {"order": order, "phase": phase, "text": text, "source": "bank", "probe_limit": 0}
        for order, (phase, text) in enumerate(QUESTIONS, 1)
    ],
    "closing": CLOSING,
    "content_hash": "e" * 64,
}


class Place:
    """`with Place(hurried=False) as place:` gives a running one."""

    plan: Mapping[str, Any] = PLAN
    """Of every interview."""

    def __init__(self, *, hurried: bool) -> None:
        self._hurried = hurried
        self._open = ExitStack()
        self.over = threading.Event()
        """Nobody is to go on: the trial was broken off."""
        self.azurite = Azurite()
        self.supabase = SupabaseStack()
        self.simulators: Simulators
        self.host: HostProcess
        self.crowd: Crowd

    @property
    def url(self) -> str:
        return self.host.url

    # ---- what dies ----

    def kill_host(self) -> float:
        """How long it took until it was back."""
        began = time.monotonic()
        self.host.kill()
        self.host.start(timeout=60.0)
        return time.monotonic() - began

    def stop_database(self) -> None:
        """At once and without a farewell, as when its machine is taken away."""
        self.supabase.stop_postgres(signal.SIGQUIT)

    def start_database(self) -> None:
        self.supabase.start_postgres()

    def send_model_away(self) -> None:
        self.simulators.fault("openai", "reset", times=None)

    def let_model_back(self) -> None:
        self.simulators.clear()
        self.double_events()

    def double_events(self) -> None:
        """Whatever Event Grid tells, it tells twice."""
        self.simulators.fault("event_grid", "twice", times=None)

    # ---- what the database says ----

    def rows(self, statement: str, *values: Any, **named: Any) -> list[tuple[Any, ...]]:
        """Ask behind everybody's back; as often as it takes while the database is away."""
        deadline = time.monotonic() + ASKED_WITHIN
        while True:
            try:
                with psycopg.connect(self.supabase.database_url) as connection:
                    cursor = connection.execute(statement.encode(), named or values)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)

    def one(self, statement: str, *values: Any) -> Any:
        (row,) = self.rows(statement, *values)
        return row[0]

    # ---- what the workflows say ----

    def workflows(self, prefix: str) -> dict[str, dict[str, Any]]:
        """Every run whose key begins so, by its key."""
        found: dict[str, dict[str, Any]] = {}
        token = ""
        with httpx.Client(base_url=self.url, timeout=ASKED_WITHIN) as client:
            while True:
                answer = client.get(
                    HUB,
                    params={"instanceIdPrefix": prefix, "showInput": "false", "top": "500"},
                    headers={"x-ms-continuation-token": token} if token else {},
                ).raise_for_status()
                found |= {each["instanceId"]: each for each in answer.json()}
                token = answer.headers.get("x-ms-continuation-token", "")
                if not token:
                    return found

    def tell(self, interview_id: UUID, event: str) -> None:
        """Tell its lifecycle, twice. Nobody may hear it: it has not begun, is over, or was just killed."""
        address = f"{self.url}{HUB}/interview-{interview_id}/raiseEvent/{event}"
        for _ in range(2):
            try:
                httpx.post(address, json={}, timeout=ASKED_WITHIN)
            except httpx.TransportError:
                return

    # ---- standing it up ----

    def _stand_up(self) -> None:
        enter = self._open.enter_context
        enter(self.azurite)
        enter(self.supabase)
        port = free_ports(1)[0]
        address = f"http://127.0.0.1:{port}"
        self.simulators = enter(Simulators(storage=self.azurite.connection_string, functions_url=address))
        self.hub = Path(enter(tempfile.TemporaryDirectory(prefix="talenti-chaos-"))) / "hub.db"
        env = environment(self.azurite, self.supabase, self.simulators)
        env |= {"PUBLIC_API_URL": address} | self._settings()
        host = HostProcess(REPOSITORY, "--port", str(port), "--state", str(self.hub), env=env)
        self.host = enter(host)
        self.double_events()
        self.crowd = Crowd(self.supabase, plan=dict(self.plan))

    def _settings(self) -> dict[str, str]:
        """Of the app, besides those that say where everything is."""
        return BREAKER if self._hurried else {}

    def __enter__(self) -> Self:
        try:
            self._stand_up()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()
