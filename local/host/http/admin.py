"""The host's own endpoints under /admin: status, functions, and running a function by hand."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import time
from typing import TYPE_CHECKING, Any

from local.host.http.asgi import ClientGoneError, TooLargeError, answer, answer_json, read_body
from local.host.http.tracing import new_trace
from local.host.listing import invoke_url
from local.host.model import FunctionFailedError
from local.host.protos import RpcHttp, TypedData

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local.host.http.asgi import Receive, Scope, Send
    from local.host.model import Function, Invoker
    from local.host.settings import HostSettings

    type TimerInput = Callable[[Function], Awaitable[TypedData]]

logger = logging.getLogger("local.host.http")

VERSION = "4.0.0"
# these receive documents, everything else receives text
_JSON_TRIGGERS = frozenset({"eventgridtrigger", "timertrigger"})
_NOT_BY_HAND = frozenset({"orchestrationtrigger", "entitytrigger"})


class Admin:
    """Serves everything under /admin/. Authorisation is checked before."""

    def __init__(
        self, invoker: Invoker, settings: HostSettings, base_url: str, timer_input: TimerInput | None
    ) -> None:
        self._invoker = invoker
        self._settings = settings
        self._base_url = base_url
        self._timer_input = timer_input
        self._started = time.monotonic()
        self._runs: set[asyncio.Task[None]] = set()

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        segments = [segment.casefold() for segment in path.strip("/").split("/")][1:]
        match scope["method"], *segments:
            case (("GET" | "HEAD" | "POST"), "host", "ping"):
                await answer(send, 200)
            case "GET", "host", "status":
                await answer_json(send, 200, self._status())
            case "GET", "functions":
                await answer_json(send, 200, [self._describe(f) for f in self._invoker.functions])
            case "GET", "functions", name:
                await self._show(name, send)
            case "GET", "functions", name, "status":
                await (answer_json(send, 200, {}) if self._find(name) else answer(send, 404))
            case "POST", "functions", name:
                await self._run(name, receive, send)
            case _:
                await answer(send, 404)

    def _find(self, folded: str) -> Function | None:
        return next((f for f in self._invoker.functions if f.name.casefold() == folded), None)

    def _status(self) -> dict[str, object]:
        return {
            "id": self._settings.host_id,
            "state": "Running",
            "version": VERSION,
            "versionDetails": f"{VERSION} local host",
            "instanceId": str(os.getpid()),
            "computerName": socket.gethostname(),
            "processUptime": int((time.monotonic() - self._started) * 1000),
        }

    def _describe(self, function: Function) -> dict[str, object]:
        return {
            "name": function.name,
            "script_root_path_href": None,
            "href": f"{self._base_url}/admin/functions/{function.name}",
            "invoke_url_template": invoke_url(function, self._settings.route_prefix, self._base_url),
            "language": "python",
            "config": {
                "name": function.name,
                "entryPoint": function.name,
                "scriptFile": "function_app.py",
                "language": "python",
                "functionDirectory": str(self._settings.app_dir),
                "bindings": [dict(binding.settings) for binding in function.bindings],
            },
            "isDisabled": function.disabled,
            "isDirect": False,
            "isProxy": False,
        }

    async def _show(self, name: str, send: Send) -> None:
        function = self._find(name)
        if function is None:
            await answer(send, 404)
        else:
            await answer_json(send, 200, self._describe(function))

    async def _run(self, name: str, receive: Receive, send: Send) -> None:
        """Start the function and answer at once; its outcome is in the log."""
        try:
            given = _given_input(await read_body(receive, 1 << 20))
        except ClientGoneError:
            return
        except (ValueError, RecursionError, TooLargeError) as error:
            await answer_json(send, 400, {"error": f'the body must be {{"input": ...}}: {error}'})
            return
        function = self._find(name)
        if function is None:
            await answer(send, 404)
            return
        if function.trigger.type.casefold() in _NOT_BY_HAND:
            await answer_json(send, 400, {"error": "only the durable task hub can run this function"})
            return
        run = asyncio.create_task(self._invoke(function, given))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        await answer(send, 202)

    async def _invoke(self, function: Function, given: Any) -> None:  # noqa: ANN401 - any JSON
        try:
            value = await self._trigger_value(function, given)
            await self._invoker.invoke(function, value, trace=new_trace())
        except FunctionFailedError:
            pass  # logged by the invoker
        except Exception:
            logger.exception("'Functions.%s' could not be run by hand", function.name)

    async def _trigger_value(self, function: Function, given: Any) -> TypedData:  # noqa: ANN401
        kind = function.trigger.type.casefold()
        text = given if isinstance(given, str) else json.dumps(given)
        if kind == "timertrigger" and self._timer_input is not None:
            return await self._timer_input(function)
        if kind == "httptrigger":
            return TypedData(http=RpcHttp(method="POST", url=self._base_url, body=TypedData(string=text)))
        if kind in _JSON_TRIGGERS:
            return TypedData(json=text or "{}")
        return TypedData(string=text)


def _given_input(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    if not body.strip():
        return ""
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - one kind of mistake, one error
    given = next((value for key, value in document.items() if key.casefold() == "input"), "")
    return "" if given is None else given
