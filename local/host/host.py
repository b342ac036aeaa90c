"""Composes the host from its parts, runs it until it is told to end, and ends it in order."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from local.host import shutdown
from local.host.console import quiet_uvicorn, set_up_logging, silence_uvicorn
from local.host.extensions import durable_for, triggers_for
from local.host.http.admin import Admin
from local.host.http.app import HttpApp, Parts
from local.host.http.classic import ClassicHttp, response_headers
from local.host.http.cors import Cors
from local.host.http.keys import Keys
from local.host.http.throttle import Throttle
from local.host.listing import listing
from local.host.loading import AppLoadError
from local.host.routes import RouteTable
from local.host.server import Server, listen
from local.host.settings import HostSettings, SettingsError
from local.host.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.host.http.admin import TimerInput
    from local.host.http.app import FunctionHandler
    from local.host.model import Webhook
    from local.host.options import Options

logger = logging.getLogger("local.host")

_BODY_LIMIT = 104_857_600
_PATIENCE = 10.0  # what ending in order may take besides the drain


class Host:
    """One app on one port."""

    def __init__(self, options: Options, started: float) -> None:
        self._options = options
        self._started = started
        self._settings = HostSettings.load(options.app_dir, options.functions)
        self._worker = Worker(self._settings)
        self._keys = Keys(enforced=options.enable_auth)
        self._closing = AsyncExitStack()  # closed in reverse: first what calls functions, last the worker
        self._ending = asyncio.Event()
        self._deadline = 0.0

    async def run(self) -> None:
        """Serve until a signal comes. Raises the errors that keep an app from starting."""
        try:
            await self._start()
            shutdown.on_signal(self._ending.set, self._options.drain_seconds + _PATIENCE)
            await self._ending.wait()
            logger.info("Ending: waiting up to %g s for calls in flight.", self._options.drain_seconds)
        finally:
            self._deadline = time.monotonic() + self._options.drain_seconds
            await self._close()

    async def _start(self) -> None:
        set_up_logging(self._settings.log_level(), verbose=self._options.verbose)
        listener = listen(self._options.port)
        self._closing.callback(listener.close)
        port: int = listener.getsockname()[1]
        base_url = f"http://localhost:{port}"
        _set_environment(self._settings, port)
        self._closing.push_async_callback(self._worker.stop)
        await self._worker.load()
        _check_names(self._options, self._worker)

        handler = await self._handler()
        webhooks: dict[str, Webhook] = {}
        await self._start_durable(base_url, webhooks)
        triggers = triggers_for(self._worker, self._settings, self._options, base_url, self._keys)
        timer_input = triggers.timer_input if triggers else None
        if triggers:
            webhooks.update(triggers.webhooks)
            self._closing.push_async_callback(triggers.close)
        self._closing.push_async_callback(self._drain)  # its calls may still write outputs
        server = Server(self._app(handler, webhooks, base_url, timer_input), self._options.drain_seconds)
        self._closing.push_async_callback(server.stop)
        if triggers:
            self._closing.push_async_callback(triggers.stop_listening)
            await triggers.start()
        await server.start(listener)
        self._announce(base_url, port, webhooks)

    async def _start_durable(self, base_url: str, webhooks: dict[str, Webhook]) -> None:
        durable = durable_for(self._worker, self._settings, self._options, base_url, self._keys)
        if durable:
            self._closing.push_async_callback(durable.stop)
            await durable.start()
            webhooks["durabletask"] = durable.webhook

    async def _handler(self) -> FunctionHandler:
        limit = _body_limit(self._settings)
        if self._worker.http_uri is None:
            return ClassicHttp(self._worker, limit)
        from local.host.http.streaming import StreamingHttp, ready  # noqa: PLC0415 - for streaming apps only

        logging.disable(logging.INFO)  # the inner server sets its own logging up and speaks at once
        await ready(self._worker.http_uri)
        logging.disable(logging.NOTSET)
        quiet_uvicorn()
        self._closing.callback(silence_uvicorn)
        streaming = StreamingHttp(self._worker, self._worker.http_uri, limit)
        self._closing.push_async_callback(streaming.close)
        return streaming

    def _app(
        self,
        handler: FunctionHandler,
        webhooks: Mapping[str, Webhook],
        base_url: str,
        timer_input: TimerInput | None,
    ) -> HttpApp:
        http = {key.casefold(): value for key, value in self._settings.extension("http").items()}
        if http.get("hsts"):
            logger.warning(
                "host.json: extensions.http.hsts has no effect here, as this host speaks HTTP only."
            )
        parts = Parts(
            routes=RouteTable(self._worker.functions, self._settings.route_prefix),
            handler=handler,
            keys=self._keys,
            admin=Admin(self._worker, self._settings, base_url, timer_input),
            throttle=Throttle(http),
            body_limit=_body_limit(self._settings),
            webhooks={name.casefold(): webhook for name, webhook in webhooks.items()},
            custom_headers=_custom_headers(http.get("customheaders")),
            cors=_cors(self._options, self._settings),
            homepage=not _is_true(self._settings.setting("AzureWebJobsDisableHomepage")),
        )
        return HttpApp(parts)

    def _announce(self, base_url: str, port: int, webhooks: Iterable[str]) -> None:
        functions = self._worker.functions
        settings = self._settings
        for line in listing(functions, settings.route_prefix, base_url, self._resolve):
            print(line)
        for line in self._keys.lines(webhooks):
            print(line)
        active = sum(not function.disabled for function in functions)
        seconds = time.monotonic() - self._started
        noun = "function" if active == 1 else "functions"
        print(f"Ready in {seconds:.2f} s: http://127.0.0.1:{port} ({active} {noun})", flush=True)

    def _resolve(self, text: str) -> str:
        try:
            return self._settings.resolve(text)
        except SettingsError:  # what needs the setting says so itself; the listing does not
            return text

    async def _drain(self) -> None:
        """Wait for calls that no open connection waits for, as long as the drain allows."""
        if not await self._worker.drain(self._deadline - time.monotonic()):
            logger.warning("Calls that were still running have been cancelled.")

    async def _close(self) -> None:
        try:
            await self._closing.aclose()
        except Exception:
            logger.exception("The host could not end all of its parts")


def _set_environment(settings: HostSettings, port: int) -> None:
    os.environ.setdefault("WEBSITE_HOSTNAME", f"localhost:{port}")
    os.environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    os.environ.setdefault("FUNCTIONS_WORKER_RUNTIME", "python")
    if settings.telemetry_mode.casefold() == "opentelemetry":
        os.environ.setdefault("PYTHON_ENABLE_OPENTELEMETRY", "true")


def _check_names(options: Options, worker: Worker) -> None:
    known = {function.name.casefold() for function in worker.functions}
    unknown = [name for name in options.functions if name.casefold() not in known]
    if unknown:
        raise AppLoadError(f"--functions: the app has no function named {', '.join(sorted(unknown))}.")


def _body_limit(settings: HostSettings) -> int:
    name = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
    text = settings.setting(name)
    if not text:
        return _BODY_LIMIT
    if not text.isdecimal():
        raise SettingsError(f"{name} must be a number of bytes, not {text!r}")
    return int(text)


def _custom_headers(section: object) -> list[tuple[bytes, bytes]]:
    if not isinstance(section, dict):
        return []
    try:
        return response_headers({str(name): str(value) for name, value in section.items()})
    except ValueError as error:
        raise SettingsError(f"host.json: extensions.http.customHeaders: {error}") from error


def _cors(options: Options, settings: HostSettings) -> Cors | None:
    section = {key.casefold(): value for key, value in settings.local_host.items()}
    origins = options.cors if options.cors is not None else str(section.get("cors") or "")
    return Cors.parse(origins, credentials=_is_true(str(section.get("corscredentials"))))


def _is_true(text: str | None) -> bool:
    return (text or "").strip().casefold() in {"1", "true"}
