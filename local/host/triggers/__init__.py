"""Triggers and storage bindings of the local host, put together for one app."""

from __future__ import annotations

import asyncio
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
    from collections.abc import Callable, Mapping, Sequence

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
        self._event_grid = LocalEventGrid(self._storage, base_url, system_keys)
        self._timers: dict[str, TimerListener] = {}
        self._readers: list[QueueReader] = []
        self._scans: list[BlobScan] = []
        self.webhooks: Mapping[str, Webhook] = {}

    async def start(self) -> None:
        """Register bindings, check every trigger's settings, then start to listen."""
        options = QueueOptions.of_queues(self._settings)
        StorageBindings(self._storage, self._settings, options.encode, self._announce).register(self._invoker)
        self._prepare_timers()
        for function in self._with("queueTrigger"):
            trigger = QueueTrigger(self._invoker, function)
            self._readers.append(trigger.reader(self._storage, self._settings, options))
        events = {function.name: function for function in self._with("eventGridTrigger")}
        doors: dict[str, Webhook] = {
            "eventgrid": EventGridDoor(events, EventGridTriggers(self._invoker).deliver),
            "blobs": self._prepare_blobs(),
        }
        self.webhooks = doors
        for listener in self._listeners:
            await listener.start()

    async def stop(self) -> None:
        """Let listeners end and their calls finish, as far as they do so soon; then close the clients."""
        await asyncio.gather(*(listener.stop() for listener in self._listeners))
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

    def _prepare_timers(self) -> None:
        functions = self._with("timerTrigger")
        if not functions:
            return
        try:
            statuses: Statuses = StoredStatuses(self._storage, self._settings)
        except SettingsError:  # without storage, timers forget
            statuses = NoStatuses()
        self._timers = {function.name: self._timer(function, statuses) for function in functions}

    def _timer(self, function: Function, statuses: Statuses) -> TimerListener:
        return TimerListener(self._invoker, function, schedule_of(function, self._settings), statuses)

    def _prepare_blobs(self) -> Webhook:
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
            self._scans.append(BlobScan(trigger, self._storage, receipts, pass_on))
        by_event = {trigger.id: trigger for trigger in triggers if trigger.by_event}
        return EventGridDoor(by_event, BlobEvents(queue).deliver)

    def _blob_trigger(self, function: Function) -> BlobTrigger:
        binding = function.trigger
        try:
            path = BlobPath.parse(self._settings.resolve(str(binding.setting("path"))))
        except (InvalidPathError, ExpressionError) as error:
            raise SettingsError(f"the blob trigger of '{function.name}': {error}") from None
        by_event = str(binding.setting("source", "")).casefold() == "eventgrid"
        return BlobTrigger(function, path, binding.setting("connection"), by_event)

    def _announce(self, queue_name: str) -> None:
        for reader in self._readers:
            if reader.name == queue_name:
                reader.wake()


async def _nobody(_subscriber: object, _events: object) -> bool:
    return False
