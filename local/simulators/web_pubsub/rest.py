"""The server's side, as the service clients ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from local.simulators.checks import RefusedError
from local.simulators.web_pubsub.admission import PERMISSIONS, a_ticket, require_server
from local.simulators.web_pubsub.frames import LARGEST, Data

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from local.simulators.web_pubsub.connection import Connection
    from local.simulators.web_pubsub.hub import Exchange
    from local.simulators.world import World

LARGEST_PAGE: Final = 200
type Endpoint = Callable[[Request], Awaitable[Response]]


class Rest:
    def __init__(self, world: World, exchange: Exchange) -> None:
        self._world = world
        self._exchange = exchange

    def guarded(
        self, do: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            require_server(request, self._world.keys.web_pubsub)
            return await do(request)

        return checked

    async def generate_token(self, request: Request) -> Response:
        query, hub = request.query_params, request.path_params["hub"]
        minutes = _number(query.get("minutesToExpire"), "minutesToExpire", 60)
        more = {
            "sub": query.get("userId"),
            "role": query.getlist("role"),
            "webpubsub.group": query.getlist("group"),
        }
        base = f"{request.url.scheme}://{request.headers['host']}"
        return JSONResponse({"token": a_ticket(base, hub, self._world.keys.web_pubsub, minutes, more)})

    async def send(self, request: Request) -> Response:
        data = await _payload(request)
        await self._exchange.send(self._addressed(request), data, _sender(request))
        return Response(status_code=202)

    async def close(self, request: Request) -> Response:
        reason = request.query_params.get("reason", "")
        await self._exchange.close(self._addressed(request), reason)
        return Response(status_code=204)

    async def connection(self, request: Request) -> Response:
        if request.method == "DELETE":
            return await self.close(request)
        return _exists(self._addressed(request))

    async def exists(self, request: Request) -> Response:
        return _exists(self._addressed(request))

    async def members(self, request: Request) -> Response:
        query = request.query_params
        size = min(_number(query.get("maxpagesize"), "maxpagesize", LARGEST_PAGE), LARGEST_PAGE)
        start = _number(query.get("continuationToken"), "continuationToken", 0)
        found = self._addressed(request)[: _number(query.get("top"), "top", 2**31)]
        value = [{"connectionId": each.id, "userId": each.user_id} for each in found[start : start + size]]
        told: dict[str, object] = {"value": value}
        if start + size < len(found):
            told["nextLink"] = str(request.url.include_query_params(continuationToken=start + size))
        return JSONResponse(told)

    async def membership(self, request: Request) -> Response:
        """Put one connection into a group, or take it out."""
        group, found = request.path_params["group"], self._one(request)
        if request.method == "DELETE":
            if found is not None:
                found.groups.discard(group)
            return Response(status_code=204)
        _required(found).groups.add(group)
        return Response(status_code=200)

    async def user_membership(self, request: Request) -> Response:
        group = request.path_params["group"]
        for each in self._exchange.of_user(request.path_params["hub"], request.path_params["user"]):
            if request.method == "PUT":
                each.groups.add(group)
            else:
                each.groups.discard(group)
        return Response(status_code=200 if request.method == "PUT" else 204)

    async def leave_all(self, request: Request) -> Response:
        for each in self._addressed(request):
            each.groups.clear()
        return Response(status_code=204)

    async def permission(self, request: Request) -> Response:
        name, found = request.path_params["permission"], self._one(request)
        if name not in PERMISSIONS:
            raise RefusedError(400, "BadRequest", f"The permission {name!r} is unknown.")
        group = request.query_params.get("targetName") or None
        if request.method == "HEAD":
            return Response(status_code=200 if found is not None and found.may(name, group) else 404)
        if request.method == "DELETE":
            if found is not None:
                found.allow(name, group, allowed=False)
            return Response(status_code=204)
        _required(found).allow(name, group)
        return Response(status_code=200)

    def _one(self, request: Request) -> Connection | None:
        return self._exchange.find(request.path_params["hub"], request.path_params["connection"])

    def _addressed(self, request: Request) -> list[Connection]:
        """Whom the path names: one connection, a user, a group or all; without those excluded."""
        where, excluded = request.path_params, set(request.query_params.getlist("excluded"))
        if "filter" in request.query_params:
            raise RefusedError(400, "BadRequest", "This simulator knows no filters.")
        if "connection" in where:
            found = self._one(request)
            return [found] if found is not None else []
        if "user" in where:
            return self._exchange.of_user(where["hub"], where["user"])
        if "group" in where:
            return self._exchange.of_group(where["hub"], where["group"], excluded)
        return self._exchange.all(where["hub"], excluded=excluded)


async def _payload(request: Request) -> Data:
    body = await request.body()
    if len(body) > LARGEST:
        raise RefusedError(413, "PayloadTooLarge", "The message is larger than 1 MB.")
    data = Data.of_body(body, request.headers.get("content-type", ""))
    if data is None:
        raise RefusedError(415, "UnsupportedMediaType", "Send text/plain, application/json or octets.")
    try:
        data.in_frame()
    except ValueError:
        raise RefusedError(400, "BadRequest", "The body is not of its content type.") from None
    return data


def _sender(request: Request) -> dict[str, object]:
    if "group" in request.path_params:
        return {"from": "group", "group": request.path_params["group"]}
    return {"from": "server"}


def _exists(found: list[Connection]) -> Response:
    return Response(status_code=200 if found else 404)


def _required(found: Connection | None) -> Connection:
    if found is None:
        raise RefusedError(404, "NotFound", "The connection was not found.")
    return found


def _number(text: str | None, name: str, usual: int) -> int:
    if text is None:
        return usual
    if not text.isdigit():
        raise RefusedError(400, "BadRequest", f"{name} must be a whole number.")
    return int(text)
