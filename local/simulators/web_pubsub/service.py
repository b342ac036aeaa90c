"""Web PubSub as its service and client libraries speak to it, and its control side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from local.simulators import wire
from local.simulators.checks import RefusedError
from local.simulators.web_pubsub.hub import Exchange
from local.simulators.web_pubsub.rest import Rest
from local.simulators.web_pubsub.sockets import Door
from local.simulators.web_pubsub.upstream import SERVICE, SYSTEM, Handler

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

FAULTS: Final = ("lost", "late", "twice")  # of the events that our app is told
HUB: Final = "/api/hubs/{hub}"


def routes(world: World) -> list[BaseRoute]:
    exchange = world.part(Exchange)
    rest, control = Rest(world, exchange), Control(exchange)
    world.faults.offer(SERVICE, FAULTS)
    world.on_reset(exchange.forget)
    served = [
        ("/:generateToken", rest.generate_token, ["POST"]),
        ("/:send", rest.send, ["POST"]),
        ("/:closeConnections", rest.close, ["POST"]),
        ("/connections/{connection}", rest.connection, ["HEAD", "DELETE"]),
        ("/connections/{connection}/:send", rest.send, ["POST"]),
        ("/connections/{connection}/groups", rest.leave_all, ["DELETE"]),
        ("/groups/{group}", rest.exists, ["HEAD"]),
        ("/groups/{group}/:send", rest.send, ["POST"]),
        ("/groups/{group}/:closeConnections", rest.close, ["POST"]),
        ("/groups/{group}/connections", rest.members, ["GET"]),
        ("/groups/{group}/connections/{connection}", rest.membership, ["PUT", "DELETE"]),
        ("/users/{user}", rest.exists, ["HEAD"]),
        ("/users/{user}/:send", rest.send, ["POST"]),
        ("/users/{user}/:closeConnections", rest.close, ["POST"]),
        ("/users/{user}/groups", rest.leave_all, ["DELETE"]),
        ("/users/{user}/groups/{group}", rest.user_membership, ["PUT", "DELETE"]),
        ("/permissions/{permission}/connections/{connection}", rest.permission, ["PUT", "HEAD", "DELETE"]),
    ]
    return [
        WebSocketRoute("/client/hubs/{hub}", Door(world, exchange).enter),
        *(Route(f"{HUB}{path}", rest.guarded(do), methods=methods) for path, do, methods in served),
        Route("/_sim/web_pubsub/upstream", control.upstream, methods=["GET", "PATCH"]),
        Route("/_sim/web_pubsub/connections", control.connections, methods=["GET"]),
        Route("/_sim/web_pubsub/drop", control.drop, methods=["POST"]),
    ]


class Control:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def upstream(self, request: Request) -> Response:
        """Change `target`, `system_events`, `user_events`, `enabled`, or `recovery_seconds`."""
        handler = self._exchange.upstream.handler
        if request.method == "PATCH":
            asked = await request.json()
            self._exchange.upstream.handler = _changed(handler, asked)
            self._exchange.recovery_seconds = float(
                asked.get("recovery_seconds", self._exchange.recovery_seconds)
            )
        told = self._exchange.upstream.handler.told()
        return JSONResponse({**told, "recovery_seconds": self._exchange.recovery_seconds})

    async def connections(self, _request: Request) -> Response:
        return JSONResponse({"connections": self._exchange.told()})

    async def drop(self, request: Request) -> Response:
        """`{"user_id"}` or `{"connection_id"}`: cut the sockets as a broken line does, without a word."""
        asked = await request.json()
        known = [each for each in self._exchange.told() if asked.items() <= each.items()]
        for each in known:
            connection = self._exchange.find(each["hub"], each["connection_id"])
            if connection is not None and connection.socket is not None:
                wire.drop(connection.socket)
        await asyncio.sleep(0)
        return JSONResponse({"dropped": [each["connection_id"] for each in known if each["attached"]]})


def _changed(handler: Handler, asked: dict[str, Any]) -> Handler:
    known = {"target", "system_events", "user_events", "enabled", "recovery_seconds"}
    strange = asked.keys() - known
    if strange or set(asked.get("system_events", ())) - set(SYSTEM):
        raise RefusedError(
            422, "cannot_play", f"known: {', '.join(sorted(known))}; events: {', '.join(SYSTEM)}"
        )
    return Handler(
        asked.get("target", handler.target),
        frozenset(asked.get("system_events", handler.system_events)),
        frozenset(asked.get("user_events", handler.user_events)),
        bool(asked.get("enabled", handler.enabled)),
    )
