"""Triggers and storage bindings of the local host, put together for one app."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.host.bindings import StorageBindings
from local.host.expressions import ExpressionError
from local.host.settings import SettingsError
from local.host.storage import Storage
from local.host.triggers.blob_events import BlobEvents, LocalEventGrid
from local.host.triggers.blob_path import BlobPath, InvalidPathError
from local.host.triggers.blob_queue import BlobQueue, BlobTrigger
from local.host.triggers.blob_scan import BlobScan, Receipts
from local.host.triggers.eventgrid import EventGridDoor, EventGridTriggers
from local.host.triggers.queue import QueueTrigger
from local.host.triggers.queue_options import QueueOptions
from local.host.triggers.timer import TimerListener, schedule_of
from local.host.triggers.timer_status import NoStatuses, Statuses, StoredStatuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from local.host.model import Function, Invoker, Listener, Webhook
    from local.host.protos import TypedData
    from local.host.settings import HostSettings
    from local.host.triggers.queue_reader import QueueReader

__all__ = ["TriggersExtension"]


class TriggersExtension:
    """Everything that calls functions besides HTTP and durable, and what those calls read and write."""

    def __init__(
        self,
        invoker: Invoker,
        *,
        settings: HostSettings,
        base_url: str,
        system_keys: Callable[[str], str],
    ) -> None:
        self._invoker = invoker
        self._settings = settings
        self._storage = Storage(settings)
        self._options = QueueOptions.of_queues(settings)
        self._event_grid = LocalEventGrid(self._storage, base_url, system_keys)
        self._timers = self._make_timers()
        self._readers = self._make_queue_readers()
        self._scans: list[BlobScan] = []
        events = {function.name: function for function in self._with("eventGridTrigger")}
        self.webhooks: Mapping[str, Webhook] = {
            "eventgrid": EventGridDoor(events, EventGridTriggers(invoker).deliver),
            "blobs": self._make_blob_door(),
        }

    async def start(self) -> None:
        bindings = StorageBindings(self._storage, self._settings, self._options.encode, self._announce)
        bindings.register(self._invoker)
        for listener in self._listeners:
            await listener.start()

    async def stop_listening(self) -> None:
        """Begin no more calls; wait for those in flight, as far as they end soon."""
        await asyncio.gather(*(listener.stop() for listener in self._listeners))

    async def close(self) -> None:
        """Close the clients; by then no call may read or write a binding any more."""
        await self._event_grid.close()
        await self._storage.close()

    async def timer_input(self, function: Function) -> TypedData:
        """Make the value of a timer that is run by hand."""
        timer = self._timers.get(function.name)
        return (timer or self._timer(function, NoStatuses())).value()

    @property
    def _listeners(self) -> Sequence[Listener]:
        return [*self._timers.values(), *self._scans, *self._readers]

    def _with(self, trigger_type: str) -> list[Function]:
        folded = trigger_type.casefold()
        return [
            function
            for function in self._invoker.functions
            if not function.disabled and function.trigger.type.casefold() == folded
        ]

    def _make_timers(self) -> dict[str, TimerListener]:
        try:
            statuses: Statuses = StoredStatuses(self._storage, self._settings)
        except SettingsError:  # without storage, timers forget
            statuses = NoStatuses()
        return {function.name: self._timer(function, statuses) for function in self._with("timerTrigger")}

    def _make_queue_readers(self) -> list[QueueReader]:
        readers = []
        for function in self._with("queueTrigger"):
            with told_with(function):
                trigger = QueueTrigger(self._invoker, function)
                readers.append(trigger.reader(self._storage, self._settings, self._options))
        return readers

    def _timer(self, function: Function, statuses: Statuses) -> TimerListener:
        return TimerListener(self._invoker, function, schedule_of(function, self._settings), statuses)

    def _make_blob_door(self) -> Webhook:
        """Make what blob triggers need, and give the webhook of those with source=EventGrid."""
        triggers = [self._blob_trigger(function) for function in self._with("blobTrigger")]
        if not triggers:
            return EventGridDoor[BlobTrigger]({}, _nobody)
        by_id = {trigger.id.casefold(): trigger for trigger in triggers}
        options = QueueOptions.of_blobs(self._settings)
        queue = BlobQueue(self._invoker, self._storage, self._settings, options, by_id)
        self._readers.append(queue.reader)
        receipts = Receipts(self._storage, self._settings)
        for trigger in triggers:
            pass_on = self._event_grid.publish if trigger.by_event else queue.put
            with told_with(trigger.function):
                self._scans.append(BlobScan(trigger, self._storage, receipts, pass_on))
        by_event = {trigger.id: trigger for trigger in triggers if trigger.by_event}
        return EventGridDoor(by_event, BlobEvents(queue).deliver)

    def _blob_trigger(self, function: Function) -> BlobTrigger:
        binding = function.trigger
        with told_with(function):
            path = BlobPath.parse(self._settings.resolve(str(binding.setting("path"))))
        by_event = str(binding.setting("source", "")).casefold() == "eventgrid"
        return BlobTrigger(function, path, binding.setting("connection"), by_event)

    def _announce(self, queue_name: str) -> None:
        for reader in self._readers:
            if reader.name == queue_name:
                reader.wake()


async def _nobody(_subscriber: object, _events: object) -> bool:
    return False


@contextmanager
def told_with(function: Function) -> Iterator[None]:
    """Name the function whose trigger cannot be used."""
    try:
        yield
    except (SettingsError, InvalidPathError, ExpressionError) as error:
        raise SettingsError(f"the trigger of the function '{function.name}': {error}") from None
