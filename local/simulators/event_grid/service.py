"""Event Grid, as `azure-eventgrid` 4.22 publishes to it, and its control side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.simulators import faults
from local.simulators.checks import RefusedError
from local.simulators.event_grid.admission import require_publisher
from local.simulators.event_grid.events import read
from local.simulators.event_grid.grid import SERVICE, TOPICS, Grid, Subscription, UnvalidatedError, publish
from local.simulators.event_grid.storage import blob_created

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

KNOWN: Final = frozenset({"name", "topic", "target", "schema", "kinds", "most_events", "waits"})


def routes(world: World) -> list[BaseRoute]:
    office = Office(world)
    world.faults.offer(SERVICE, faults.EVENTS)
    world.on_reset(world.part(Grid).forget)
    return [
        Route("/api/events", office.publish, methods=["POST"]),
        Route("/_sim/event_grid/subscriptions", office.subscriptions, methods=["GET", "POST"]),
        Route("/_sim/event_grid/subscriptions/{name}", office.unsubscribe, methods=["DELETE"]),
        Route("/_sim/event_grid/validate", office.validate, methods=["GET"]),
        Route("/_sim/event_grid/publish", office.publish_as_service, methods=["POST"]),
        Route("/_sim/event_grid/dead-letters", office.dead_letters, methods=["GET"]),
        Route("/_sim/event_grid/blob-created", office.blob_created, methods=["POST"]),
    ]


class Office:
    def __init__(self, world: World) -> None:
        self._world = world
        self._grid = world.part(Grid)

    async def publish(self, request: Request) -> Response:
        require_publisher(request, self._world.keys.event_grid)
        content_type = request.headers.get("content-type", "")
        events = read(await request.body(), content_type, TOPICS["custom"])
        self._grid.publish(events, "custom")
        return Response(status_code=200)

    async def subscriptions(self, request: Request) -> Response:
        """One is `{"target", "topic"?, "name"?, "schema"?, "kinds"?, "most_events"?, "waits"?}`.

        A name that is taken is replaced: `communication` and `storage` are there from the beginning.
        """
        if request.method == "GET":
            return JSONResponse(
                {"subscriptions": [each.told() for each in self._grid.subscriptions.values()]}
            )
        subscription = _subscription(await request.json())
        try:
            await self._grid.validate(subscription)
        except UnvalidatedError as error:
            raise RefusedError(400, "Url validation", f"{error}") from None
        self._grid.subscriptions[subscription.name] = subscription
        return JSONResponse(subscription.told(), 201)

    async def unsubscribe(self, request: Request) -> Response:
        self._grid.subscriptions.pop(request.path_params["name"], None)
        return Response(status_code=204)

    async def validate(self, request: Request) -> Response:
        """What `validationUrl` of the handshake leads to."""
        wanted = request.query_params.get("id")
        for subscription in self._grid.subscriptions.values():
            if subscription.code == wanted:
                subscription.validated = True
                return PlainTextResponse("Webhook successfully validated as a subscription endpoint")
        raise RefusedError(404, "NotFound", "No subscription waits for this validation.")

    async def publish_as_service(self, request: Request) -> Response:
        """`{"topic", "events"}`: as if a service of Azure had told them."""
        asked = await request.json()
        if asked.get("topic") not in TOPICS:
            raise RefusedError(422, "cannot_play", f"known topics: {', '.join(sorted(TOPICS))}")
        publish(self._world, asked["events"], asked["topic"])
        return Response(status_code=202)

    async def dead_letters(self, _request: Request) -> Response:
        return JSONResponse({"dead_letters": [each.told() for each in self._grid.dead_letters]})

    async def blob_created(self, request: Request) -> Response:
        """`{"url"}`: tell that this blob of the storage account was created, as it stands there."""
        asked = await request.json()
        event = await blob_created(self._world, str(asked.get("url", "")))
        publish(self._world, [event], "storage")
        return JSONResponse(event, 202)


def _subscription(asked: Any) -> Subscription:  # noqa: ANN401 - JSON
    if not isinstance(asked, dict) or not isinstance(asked.get("target"), str) or asked.keys() - KNOWN:
        raise RefusedError(422, "cannot_play", f"say a target; known: {', '.join(sorted(KNOWN))}")
    topic = asked.get("topic", "custom")
    if topic not in TOPICS or asked.get("schema", "grid") not in ("grid", "cloud"):
        raise RefusedError(422, "cannot_play", f"topics: {', '.join(sorted(TOPICS))}; schemas: cloud, grid")
    subscription = Subscription(str(asked.get("name", topic)), str(topic), asked["target"])
    subscription.schema = asked.get("schema", "grid")
    subscription.kinds = tuple(asked.get("kinds", ()))
    subscription.most_events = int(asked.get("most_events", 1))
    subscription.waits = tuple(float(each) for each in asked.get("waits", subscription.waits))
    return subscription
