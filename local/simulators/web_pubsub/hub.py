"""All connections, by hub, user and group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.simulators.web_pubsub.upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from local.simulators.web_pubsub.connection import Connection
    from local.simulators.web_pubsub.frames import Data
    from local.simulators.world import World

FROM_SERVER: Final = {"from": "server"}
RECOVERY_SECONDS: Final = 30.0


class Exchange:
    """One for all hubs of a world."""

    def __init__(self, world: World) -> None:
        self.upstream = Upstream(world)
        self.recovery_seconds = RECOVERY_SECONDS
        self._connections: dict[str, Connection] = {}
        self._world = world

    def forget(self) -> None:
        """Close what is open: a test leaves no connection to the next one."""
        for connection in self._connections.values():
            connection.over = True
            self._world.spawn(connection.close(1001, "The service was reset."))
        self._connections = {}
        self.recovery_seconds = RECOVERY_SECONDS
        self.upstream.forget()

    def add(self, connection: Connection) -> None:
        self._connections[connection.id] = connection

    def find(self, hub: str, connection_id: str) -> Connection | None:
        found = self._connections.get(connection_id)
        return found if found is not None and found.hub == hub else None

    def all(
        self, hub: str, wanted: Callable[[Connection], bool] = lambda _: True, excluded: Collection[str] = ()
    ) -> list[Connection]:
        found: Iterator[Connection] = (each for each in self._connections.values() if each.hub == hub)
        return [each for each in found if wanted(each) and each.id not in excluded]

    def of_user(self, hub: str, user_id: str) -> list[Connection]:
        return self.all(hub, lambda each: each.user_id == user_id)

    def of_group(self, hub: str, group: str, excluded: Collection[str] = ()) -> list[Connection]:
        return self.all(hub, lambda each: group in each.groups, excluded)

    def told(self) -> list[dict[str, Any]]:
        return [
            {
                "connection_id": each.id,
                "hub": each.hub,
                "user_id": each.user_id,
                "groups": sorted(each.groups),
                "subprotocol": each.subprotocol,
                "attached": each.socket is not None,
            }
            for each in self._connections.values()
        ]

    async def send(self, to: list[Connection], data: Data, sender: dict[str, Any] = FROM_SERVER) -> None:
        for connection in to:
            await connection.deliver(data, sender)

    async def close(self, connections: list[Connection], reason: str) -> None:
        for connection in connections:
            await connection.close(1000, reason)
            self.end(connection, reason)

    def end(self, connection: Connection, reason: str = "") -> None:
        """For good: nobody can recover it, and our app is told, once."""
        if connection.over:
            return
        connection.over = True
        self._connections.pop(connection.id, None)
        self._world.spawn(self.upstream.disconnected(connection, reason))
