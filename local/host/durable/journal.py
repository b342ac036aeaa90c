"""Group commit: many changes, one transaction; who needs certainty waits for its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from local.host.durable.codec import encode_entity, encode_instance
from local.host.durable.store import Picture, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.host.durable.state import HubState

logger = logging.getLogger(__name__)

# Progress nobody waits for is written this often; a client's change is written at once.
_INTERVAL = 0.02
PAUSE_AFTER_FAILURE = 1.0


class Journal:
    """Writes what changes in the hub to the store, in order, from one thread."""

    def __init__(self, state: HubState, path: Path | None) -> None:
        self._state = state
        self._store = Store(path) if path else None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="durable-store")
        self._waiting: list[asyncio.Future[None]] = []
        self._dirty = asyncio.Event()
        self._urgent = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._unwritten: list[Picture] = []
        self._closing = False

    async def start(self) -> None:
        """Load the file into the hub's memory and begin to write."""
        if self._store is None:
            self._forget_changes_at_once()
            return
        instances, entities = await self._in_thread(self._store.open)
        self._state.instances.update({instance.id: instance for instance in instances})
        self._state.entities.update({entity.id: entity for entity in entities})
        self._state.on_change = self._dirty.set
        self._loop = asyncio.create_task(self._write_forever())

    async def stop(self) -> None:
        """Write what is left and let the file go."""
        self._closing = True
        self._dirty.set()
        self._urgent.set()
        if self._loop:
            await self._loop
        store, self._store = self._store, None
        if store:
            await self._in_thread(store.close)
        self._thread.shutdown()

    async def saved(self) -> None:
        """Return once everything that has changed up to now is on disk."""
        if self._store is None:
            return
        if self._closing:
            raise RuntimeError("the host is ending; nothing is saved any more")
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._urgent.set()
        self._dirty.set()
        await future

    def _forget_changes_at_once(self) -> None:
        """Without a file nothing is collected for one."""

        def forget() -> None:
            state = self._state
            for changes in (state.changed, state.changed_entities, state.gone, state.gone_entities):
                changes.clear()

        self._state.on_change = forget

    async def _write_forever(self) -> None:
        while True:
            await self._dirty.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._urgent.wait(), _INTERVAL)
            last = self._closing
            try:
                await self._write()
            except Exception:
                logger.exception("the durable state could not be saved")
                await asyncio.sleep(0 if last else PAUSE_AFTER_FAILURE)
                self._dirty.set()
            if last:
                return

    async def _write(self) -> None:
        self._dirty.clear()
        self._urgent.clear()
        waiting, self._waiting = self._waiting, []
        self._unwritten.append(self._picture())
        try:
            while self._unwritten:
                await self._in_thread(self._store_write, self._unwritten[0])
                del self._unwritten[0]
        except BaseException:
            self._waiting[:0] = waiting
            raise
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _store_write(self, picture: Picture) -> None:
        if self._store:
            self._store.write(picture)

    def _picture(self) -> Picture:
        """Copy what changed, all of this moment: nothing else runs on the loop meanwhile."""
        state = self._state
        picture = Picture(
            [encode_instance(instance) for instance in state.changed],
            [encode_entity(entity) for entity in state.changed_entities],
            list(state.gone),
            list(state.gone_entities),
        )
        for changes in (state.changed, state.changed_entities, state.gone, state.gone_entities):
            changes.clear()
        return picture

    async def _in_thread[**P, T](self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(call, *args, **kwargs))
