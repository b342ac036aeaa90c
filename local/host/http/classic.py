"""HTTP functions that take func.HttpRequest: the whole request goes in, the whole answer comes out.

As in Azure, a body is read only when the request has a Content-Length above 0. A chunked upload
reaches the function empty: the Functions host checks `ContentLength > 0` before it reads.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

from local.host.http.asgi import ClientGoneError, answer, read_body
from local.host.http.cookies import set_cookie
from local.host.http.paths import encoded_path, query_values
from local.host.http.plain_answers import answer_from
from local.host.http.tracing import trace_context
from local.host.model import FunctionFailedError
from local.host.protos import RpcHttp, TypedData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.host.http.asgi import Headers, Receive, Scope, Send
    from local.host.model import Function, Invoker

logger = logging.getLogger("local.host.http")

_BYTES = [(b"content-type", b"application/octet-stream")]
# the server frames the answer itself
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FIELD = re.compile(r"[\t\x20-\x7e]*")


class ClassicHttp:
    """Calls a function with the request as one message and writes its answer."""

    def __init__(self, invoker: Invoker, body_limit: int) -> None:
        self._invoker = invoker
        self._body_limit = body_limit
        self._answers = {f.id: name for f in invoker.functions if (name := _answer_name(f)) != "$return"}
        self._with_binding_data = {f.id for f in invoker.functions if _uses_expressions(f)}
        self._warned_about_chunks = False

    async def __call__(
        self,
        function: Function,
        path: str,
        values: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        headers = request_headers(scope["headers"])
        if headers is None:
            await answer(send, 400)
            return
        try:
            body = await self._body(headers, receive)
        except ClientGoneError:
            return
        request = _request(scope, path, headers, values, body)
        metadata = {name: TypedData(string=value) for name, value in {**request.query, **values}.items()}
        if function.id in self._with_binding_data:
            metadata = {**_body_data(headers, body), **metadata}
        try:
            result = await self._invoker.invoke(
                function, TypedData(http=request), metadata, trace=trace_context(scope["headers"])
            )
        except FunctionFailedError:
            await answer(send, 500)
            return
        # an output of its own name goes before what the function returns
        named = result.outputs.get(self._answers.get(function.id, ""))
        await write(send, named or result.return_value)

    async def _body(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length")
        if length is None or length == "0":
            if "transfer-encoding" in headers and not self._warned_about_chunks:
                self._warned_about_chunks = True
                logger.warning(
                    "A request came with a chunked body: as in Azure, the function sees no body. "
                    "Send a Content-Length, or use HTTP streaming."
                )
            return b""
        return await read_body(receive, self._body_limit)


def request_headers(raw: Headers) -> dict[str, str] | None:
    """Join repeated headers as .NET does; None when a value is not UTF-8 (Kestrel: 400)."""
    headers: dict[str, str] = {}
    try:
        for raw_name, raw_value in raw:
            name, value = raw_name.decode("ascii"), raw_value.decode()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    except UnicodeDecodeError:
        return None
    return headers


def _request(
    scope: Scope, path: str, headers: dict[str, str], values: Mapping[str, str], body: bytes
) -> RpcHttp:
    query: bytes = scope["query_string"]
    url = f"{scope['scheme']}://{headers.get('host', '')}{encoded_path(path)}"
    return RpcHttp(
        method=scope["method"],
        url=f"{url}?{query.decode('latin-1')}" if query else url,
        headers=headers,
        body=TypedData(bytes=body) if body else None,
        params=dict(values),
        query=query_values(query),
    )


def _answer_name(function: Function) -> str:
    """Name the output that is the answer: `$return`, unless the app gave it a name."""
    outputs = (b.name for b in function.bindings if b.type.casefold() == "http" and b.direction != "in")
    return next(outputs, "$return")


def _uses_expressions(function: Function) -> bool:
    """Tell whether a binding besides the trigger has a `{name}` that the body's JSON may fill."""
    others = (binding for binding in function.bindings if binding is not function.trigger)
    return any("{" in str(value) for binding in others for value in binding.settings.values())


def _body_data(headers: Mapping[str, str], body: bytes) -> dict[str, TypedData]:
    if "json" not in headers.get("content-type", "") or not body:
        return {}
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {
        name: TypedData(string=value) if isinstance(value, str) else TypedData(json=json.dumps(value))
        for name, value in document.items()
    }


async def write(send: Send, value: TypedData | None) -> None:
    """Write a function's return value as the answer that the Functions host makes of it."""
    kind = value.WhichOneof("data") if value is not None else None
    if value is None or kind is None:
        await answer(send, 204)
    elif kind == "http":
        await _write_http(send, value.http)
    elif kind == "bytes":
        await answer(send, 200, value.bytes, _BYTES)
    else:
        await _write_http(send, answer_from(str(getattr(value, kind))))


async def _write_http(send: Send, response: RpcHttp) -> None:
    try:
        status = int(response.status_code)
        headers = response_headers(response.headers)
        headers += [(b"set-cookie", _field(set_cookie(cookie))) for cookie in response.cookies or ()]
    except ValueError as error:
        logger.exception("The function's answer cannot be sent: %s", error)  # noqa: TRY401 - the reason
        await answer(send, 500)
        return
    if not 200 <= status <= 599:
        logger.error("The function's answer cannot be sent: its status is %d.", status)
        await answer(send, 500)
        return
    kind = response.body.WhichOneof("data")
    body = getattr(response.body, kind) if kind else b""
    await answer(send, status, body if isinstance(body, bytes) else str(body).encode(), headers)


def response_headers(headers: Mapping[str, str]) -> Headers:
    """Encode the headers of an answer. Raises ValueError for what Kestrel does not send."""
    encoded: Headers = []
    for name, value in headers.items():
        folded = name.lower()
        if folded in _FRAMING:
            continue
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no header name")
        encoded.append((folded.encode("ascii"), _field(value)))
    return encoded


def _field(value: str) -> bytes:
    if not _FIELD.fullmatch(value):
        raise ValueError(f"a header value holds a control or non-ASCII character: {value!r}")
    return value.encode("ascii")
