"""What all services share: keys, options, journal, faults, scripts, chance and background work."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Final

from local.simulators.faults import Faults
from local.simulators.journal import Journal
from local.simulators.scripts import Scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    import httpx

SEED: Final = 20_260_101
USUAL_FUNCTIONS: Final = "http://127.0.0.1:7071"


@dataclass(frozen=True, slots=True)
class Keys:
    """The same on every machine, as those of a storage emulator; `local.settings.sample.json` has them."""

    openai: str = "local-openai-key"
    speech: str = "local-speech-key"
    acs: str = "bG9jYWwtYWNzLWtleQ=="  # base64 of the bytes that sign
    acs_audience: str = "00000000-0000-4000-8000-00000000ac50"
    documents: str = "local-documents-key"
    web_pubsub: str = "bG9jYWwtd2ViLXB1YnN1Yi1hY2Nlc3Mta2V5LW9mLTMyLWJ5dGVz"
    event_grid: str = "bG9jYWwtZXZlbnQtZ3JpZC1rZXk="
    webhook_secret: str = "local-webhook-secret"  # noqa: S105 - see above


@dataclass(slots=True)
class Options:
    """What the simulators were started with; `token_delay` and `functions_url` may change while they run."""

    storage: str | None = None
    token_delay: float = 0.0  # seconds between two pieces of a model's answer
    given_functions_url: str | None = None
    stack_record: Path | None = None

    @property
    def functions_url(self) -> str:
        """Where the app listens: as told, else as the running stack has noted, else as usual."""
        return self.given_functions_url or self._of_the_stack() or USUAL_FUNCTIONS

    def _of_the_stack(self) -> str | None:
        """The host is started after the simulators, on a port that nobody knows before."""
        if self.stack_record is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads(self.stack_record.read_text(encoding="utf-8"))["services"]["host"]["url"])
        return None


@dataclass
class World:
    """One of these is handed to the routes of every service."""

    base_url: str
    keys: Keys = field(default_factory=Keys)
    options: Options = field(default_factory=Options)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    scripts: Scripts = field(default_factory=Scripts)
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - repeatable
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _forget: list[Callable[[], None]] = field(default_factory=list)
    _parts: dict[Callable[[World], Any], Any] = field(default_factory=dict)
    _http: httpx.AsyncClient | None = None

    def part[Part](self, kind: Callable[[World], Part]) -> Part:
        """What services share: the one of this class, made with the world by whoever asks first."""
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        part: Part = self._parts[kind]
        return part

    @property
    def http(self) -> httpx.AsyncClient:
        """Calls out: webhooks and events. It follows no proxy and no redirect."""
        if self._http is None:
            import httpx  # noqa: PLC0415 - 0.1 s that no start needs

            self._http = httpx.AsyncClient(timeout=30.0, trust_env=False)
        return self._http

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Work in the background until it is done, a reset or the end."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def on_reset(self, forget: Callable[[], None]) -> None:
        self._forget.append(forget)

    def reset(self) -> None:
        """Forget everything of a test."""
        for task in list(self._tasks):
            task.cancel()
        self.journal.forget()
        self.faults.forget()
        self.scripts.forget()
        self.random.seed(SEED)
        for forget in self._forget:
            forget()

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            print("Background work of a simulator failed:", file=sys.stderr)
            traceback.print_exception(error)
