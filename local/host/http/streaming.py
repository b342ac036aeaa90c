"""HTTP functions of a streaming app: the request is proxied to the app's own inner server.

The worker library starts that server when the app imports azurefunctions.extensions.http.fastapi.
An invocation with the route values and the proxied request meet in the library by invocation id.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp
import yarl
from azure_functions_runtime.http_v2 import http_coordinator

from local.host.http.asgi import answer
from local.host.http.exchange import End, Exchange
from local.host.http.tracing import trace_context
from local.host.loading import AppLoadError
from local.host.model import FunctionFailedError
from local.host.protos import RpcHttp, TypedData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.host.http.asgi import Receive, Scope, Send
    from local.host.model import Function, Invoker

logger = logging.getLogger("local.host.http")

_SILENCE_LIMIT = 240.0  # the Functions host's activity time-out
_ATTEMPTS = 20
_LINGER = 0.2  # for the inner handler of a departed client to fetch the answer nobody will read
_STATUS = {End.TOO_LARGE: 413, End.FAILED: 500}


class StreamingHttp:
    """Proxies requests to the inner server and empties what the library would keep of them."""

    def __init__(self, invoker: Invoker, inner: str, body_limit: int) -> None:
        self._invoker = invoker
        self._inner = inner
        self._body_limit = body_limit
        self._calls: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession(
            # the inner server drops idle connections after 5 s; we must be the first
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=3.0),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=_SILENCE_LIMIT),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=1 << 16,
            max_field_size=1 << 16,
        )

    async def close(self) -> None:
        await self._session.close()

    async def __call__(
        self,
        function: Function,
        _path: str,  # the raw path is forwarded
        values: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        exchange = Exchange(scope, receive, send, self._body_limit)
        if (headers := exchange.request_headers()) is None:
            await answer(send, 400)
            return
        call = asyncio.create_task(self._invoke(function, values, exchange))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        try:
            async with exchange.until_end():
                await self._forward(exchange, headers)
        finally:
            _release(call, exchange)
        if exchange.end in _STATUS and not exchange.started:
            await answer(send, _STATUS[exchange.end])

    async def _invoke(self, function: Function, values: Mapping[str, str], exchange: Exchange) -> None:
        request = TypedData(http=RpcHttp(params=dict(values)))
        metadata = {name: TypedData(string=value) for name, value in values.items()}
        trace = trace_context(exchange.scope["headers"])
        try:
            await self._invoker.invoke(
                function, request, metadata, trace=trace, invocation_id=exchange.invocation_id
            )
        except FunctionFailedError as error:  # the invoker has logged it
            if _request_has_arrived(exchange.invocation_id):
                http_coordinator.set_http_response(exchange.invocation_id, error)
            else:
                exchange.finish(End.FAILED)

    async def _forward(self, exchange: Exchange, headers: list[tuple[str, str]]) -> None:
        try:
            async with await self._request(exchange, headers) as response:
                await exchange.copy(response)
        except aiohttp.ServerTimeoutError:
            logger.error(  # noqa: TRY400 - its stack says nothing
                "A streaming function was silent for %.0f s; its caller gets 504.", _SILENCE_LIMIT
            )
            await _refuse(exchange, 504)
        except aiohttp.ClientError as error:
            # after the head is out, the inner server has reported what broke the answer off
            level = logging.DEBUG if exchange.started else logging.ERROR
            logger.log(level, "The inner server of the streaming app failed: %r", error)
            await _refuse(exchange, 502)

    async def _request(self, exchange: Exchange, headers: list[tuple[str, str]]) -> aiohttp.ClientResponse:
        """Send the request; at first the inner server may still be starting."""
        url = yarl.URL(self._inner + exchange.target, encoded=True)
        body = await exchange.body() if exchange.has_body else None
        for attempt in range(_ATTEMPTS):
            try:
                return await self._session.request(
                    exchange.scope["method"],
                    url,
                    headers=headers,
                    data=body,
                    allow_redirects=False,
                )
            except aiohttp.ClientConnectorError:
                if attempt == _ATTEMPTS - 1:
                    raise
                await asyncio.sleep(0.1)
        raise AssertionError("the loop returns or raises")


async def ready(inner: str) -> None:
    """Wait until the inner server listens; it is started in this loop and needs a few turns of it."""
    url = yarl.URL(inner)
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection(url.host, url.port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise AppLoadError("The HTTP server of the streaming extension did not start.")


async def _refuse(exchange: Exchange, status: int) -> None:
    if not exchange.started:
        await answer(exchange.send, status)


def _request_has_arrived(invocation_id: str) -> bool:
    reference = http_coordinator._context_references.get(invocation_id)  # noqa: SLF001 - no public way
    return reference is not None and reference.http_request_available_event.is_set()


def _release(call: asyncio.Task[None], exchange: Exchange) -> None:
    """Let the library forget the request; it would keep 2 KB of each for ever.

    What a departed client has started runs on, as in Azure.
    """
    if not call.done() and not _request_has_arrived(exchange.invocation_id):
        call.cancel()  # it would wait for its request for ever
    if call.done() and exchange.started:
        _forget(exchange.invocation_id)
        return
    loop = asyncio.get_running_loop()
    call.add_done_callback(lambda _: loop.call_later(_LINGER, _forget, exchange.invocation_id))


def _forget(invocation_id: str) -> None:
    http_coordinator._context_references.pop(invocation_id, None)  # noqa: SLF001 - no public way
