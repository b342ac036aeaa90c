"""The hub's memory: what exists, what changed since it was last saved, what is ready to run."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from local.host.durable.history import now
from local.host.durable.records import ActivityWork, Entity, Instance

if TYPE_CHECKING:
    from collections.abc import Callable


class HubState:
    """Belongs to the event loop: nothing here is locked, and nothing here waits but `until`."""

    def __init__(self) -> None:
        self.instances: dict[str, Instance] = {}
        self.entities: dict[str, Entity] = {}
        self.ready: deque[Instance] = deque()
        self.ready_entities: deque[Entity] = deque()
        self.activities: deque[ActivityWork] = deque()
        self.changed: set[Instance] = set()
        self.changed_entities: set[Entity] = set()
        self.gone: set[str] = set()
        self.gone_entities: set[str] = set()
        self.on_change: Callable[[], None] = lambda: None
        self.on_work: Callable[[], None] = lambda: None
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    # what exists

    def add(self, instance: Instance) -> None:
        self.instances[instance.id] = instance
        self.gone.discard(instance.id)
        self.touch(instance)

    def remove(self, instance: Instance) -> None:
        instance.forget_alarms()
        del self.instances[instance.id]
        self.changed.discard(instance)
        self.gone.add(instance.id)
        self.on_change()

    def entity(self, entity_id: str) -> Entity:
        """Give the entity of that id, which exists as soon as somebody asks for it."""
        if entity_id not in self.entities:
            self.entities[entity_id] = Entity(entity_id)
            self.gone_entities.discard(entity_id)
        return self.entities[entity_id]

    def remove_entity(self, entity: Entity) -> None:
        del self.entities[entity.id]
        self.changed_entities.discard(entity)
        self.gone_entities.add(entity.id)
        self.on_change()

    # what changed

    def touch(self, instance: Instance) -> None:
        instance.updated = now()
        self.changed.add(instance)
        self.on_change()
        for change in self._waiting.pop(instance.id, ()):
            if not change.done():
                change.set_result(None)

    def touch_entity(self, entity: Entity) -> None:
        self.changed_entities.add(entity)
        self.on_change()

    async def until(self, instance_id: str, holds: Callable[[Instance], bool]) -> Instance:
        """Wait until the instance is there and the condition holds for it."""
        while True:
            instance = self.instances.get(instance_id)
            if instance and holds(instance):
                return instance
            await self._next_change(instance_id)

    async def _next_change(self, instance_id: str) -> None:
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(instance_id, set())
        waiting.add(change)
        try:
            await change
        finally:  # a client that gives up, perhaps on an id that never comes, leaves nothing behind
            waiting.discard(change)
            if not waiting and self._waiting.get(instance_id) is waiting:
                del self._waiting[instance_id]

    # what is ready to run

    def queue(self, instance: Instance) -> None:
        if not instance.queued:
            instance.queued = True
            self.ready.append(instance)
            self.on_work()

    def queue_entity(self, entity: Entity) -> None:
        if not entity.queued:
            entity.queued = True
            self.ready_entities.append(entity)
            self.on_work()

    def queue_activity(self, work: ActivityWork) -> None:
        self.activities.append(work)
        self.on_work()
