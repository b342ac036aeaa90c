"""The host's HTTP surface as one raw ASGI application: checks, routing, authorisation, dispatch."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request

from local.host.http.asgi import answer, answer_text
from local.host.http.paths import decoded_path
from local.host.http.throttle import OverloadedError, Throttle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.host.http.admin import Admin
    from local.host.http.asgi import Headers, Message, Receive, Scope, Send
    from local.host.http.cors import Cors
    from local.host.http.keys import Keys
    from local.host.model import Function, Webhook
    from local.host.routes import RouteTable

logger = logging.getLogger("local.host.http")

# Kestrel's limits
_HEADERS_LIMIT = 32 * 1024
_REQUEST_LINE_LIMIT = 8 * 1024
_WEBHOOKS = "/runtime/webhooks/"
_HOMEPAGE = (
    "<!DOCTYPE html><title>Function host</title>"
    "<p>Your function app is up and running on the local host. <a href='/admin/host/status'>Status</a></p>"
)


class FunctionHandler(Protocol):
    """Serves a request to an HTTP function: the classic way, or as a streaming proxy."""

    async def __call__(
        self,
        function: Function,
        path: str,
        values: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
        /,
    ) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the application is composed of."""

    routes: RouteTable
    handler: FunctionHandler
    keys: Keys
    admin: Admin
    throttle: Throttle
    body_limit: int
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)  # by folded name
    custom_headers: Headers = field(default_factory=list)
    cors: Cors | None = None
    homepage: bool = True


class HttpApp:
    """Answers every request; an error of ours is logged and answered with 500."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._plain_answers = not parts.custom_headers and parts.cors is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if (status := _refusal(scope, self._parts.body_limit)) is not None:
            await answer(send, status)
            return
        if not self._plain_answers:
            if self._parts.cors and await self._parts.cors.preflight(scope, send):
                return
            send = self._with_headers(scope, send)
        try:
            await self._dispatch(scope, receive, send)
        except Exception:
            logger.exception("The local host failed on %s %s", scope["method"], scope["path"])
            await answer(send, 500)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = decoded_path(scope["raw_path"])
        if path is None:
            await answer(send, 400)
            return
        found = self._parts.routes.match(scope["method"], path)
        folded = path.casefold()
        if folded.startswith("/admin/"):
            await self._administer(path, scope, receive, send)
        elif folded.startswith(_WEBHOOKS):
            await self._notify(path, scope, receive, send)
        elif found is not None:
            await self._call(found[0], path, found[1], scope, receive, send)
        elif path == "/" and scope["method"] in {"GET", "HEAD"}:
            await self._show_homepage(send)
        else:
            await answer(send, 404)

    async def _call(
        self,
        function: Function,
        path: str,
        values: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if not self._parts.keys.may_call(function, scope):
            await answer(send, 401)
            return
        if not self._parts.throttle.enabled:
            await self._parts.handler(function, path, values, scope, receive, send)
            return
        try:
            async with self._parts.throttle.slot():
                await self._parts.handler(function, path, values, scope, receive, send)
        except OverloadedError:
            await answer(send, 429)

    async def _administer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        is_ping = path.casefold().rstrip("/") == "/admin/host/ping"  # the one that needs no key
        if not is_ping and not self._parts.keys.may_administer(scope):
            await answer(send, 401)
            return
        await self._parts.admin(path, scope, receive, send)

    async def _notify(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        name = path[len(_WEBHOOKS) :].split("/", 1)[0].casefold()
        webhook = self._parts.webhooks.get(name)
        if webhook is None:
            await answer(send, 404)
        elif not self._parts.keys.may_notify(name, scope):
            await answer(send, 401)
        else:
            response = await webhook(Request(scope, receive))
            await response(scope, receive, send)

    async def _show_homepage(self, send: Send) -> None:
        if self._parts.homepage:
            await answer_text(send, 200, _HOMEPAGE, b"text/html; charset=utf-8")
        else:
            await answer(send, 204)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        """Add host.json's custom headers, unless the answer has them, and those of CORS."""
        cors = self._parts.cors.headers(scope) if self._parts.cors else []

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                added = [pair for pair in self._parts.custom_headers if pair[0] not in present]
                message = {**message, "headers": [*message["headers"], *added, *cors]}
            await send(message)

        return send_with_headers


def _refusal(scope: Scope, body_limit: int) -> int | None:
    """Check what Kestrel checks before an application sees the request."""
    size = 0
    hosts = 0
    length = b"0"
    for name, value in scope["headers"]:
        size += len(name) + len(value) + 4
        if name == b"host":
            hosts += 1
        elif name == b"content-length":
            length = value
    if size > _HEADERS_LIMIT:
        return 431
    if len(scope["raw_path"]) + len(scope["query_string"]) > _REQUEST_LINE_LIMIT:
        return 414
    if hosts != 1 and (hosts or scope["http_version"] == "1.1"):
        return 400
    return 413 if int(length) > body_limit else None
