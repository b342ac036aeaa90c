"""The way of one request: id, limits, endpoint, errors, headers, one log line."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from shared import telemetry
from shared.domain.rate_limits import RateClass
from shared.errors import (
    InvalidInputError,
    SettingError,
    TalentiError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from shared.http import headers, idempotency
from shared.http.body import check_media_type, limited
from shared.http.guard import Access, Guard, rate_limit_headers
from shared.http.problem import as_talenti_error, problem
from shared.telemetry import Attribute, Event

if TYPE_CHECKING:
    from fastapi.routing import APIRoute
    from starlette.types import Message, Receive, Scope, Send

    from shared.ports.repeats import Repeats

log = telemetry.Log(__name__)

REFUSED_UNREAD: Final = (InvalidInputError, TooLargeError, UnsupportedMediaTypeError)

type Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The settings of the edge."""

    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 1_048_576
    over_https: bool = True


FAIL_CLOSED = Delivery()


@dataclass(frozen=True, slots=True)
class Policy:
    """What an endpoint wants of its edge. Who says nothing gets the careful choice."""

    access: Access = Access.SIGNED_IN
    limits: tuple[RateClass, ...] = (RateClass.DEFAULT,)
    counted_inside: tuple[RateClass, ...] = ()  # limits that the work itself takes, in its own round trip
    max_body_bytes: int | None = None  # None is the setting's
    cache_control: str | None = None  # None is no-store; anything else adds an ETag as well
    idempotent: bool = False  # a POST that takes an Idempotency-Key; for the signed-in; JSON or a form
    proofs: tuple[
        str, ...
    ] = ()  # for the description: how a service that calls proves itself, by all of them


OPEN = Policy(access=Access.PUBLIC, limits=())
"""For what anybody may ask as often as they like: health and documentation."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the description says of an endpoint that neither its route nor its policy shows."""

    refuses: tuple[str, ...] = ()  # codes that only its work gives
    makes_place: bool = False  # its answer has a Location
    needs_key: bool = False  # the platform asks for a function key
    template: str = ""  # of its path; known before its route is built
    methods: tuple[str, ...] = ()


NOTHING_MORE = Told()
EVERYTHING: Final = ":path}"
PARAMETER: Final = re.compile(r"\\\{\w+\\\}")


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(PARAMETER.sub("[^/]+", re.escape(template)))


@dataclass(slots=True)
class Edge:
    """What all endpoints share. Settings are asked for per request, so that indexing reads none."""

    delivery: Callable[[], Delivery]
    guard: Guard
    repeats: Callable[[], Repeats]
    endpoints: list[Endpoint] = field(default_factory=list)
    warm_up: Callable[[], object] | None = None  # begun once, when the first answer is there
    _complained_of: str = ""

    def serve(
        self, name: str, build: Callable[[], APIRoute], policy: Policy, told: Told = NOTHING_MORE
    ) -> Endpoint:
        endpoint = Endpoint(self, name, build, policy, told)
        self.endpoints.append(endpoint)
        return endpoint

    def methods_at(self, path: str) -> list[str]:
        """What may be done at this path, apart from what answers where nothing else does."""
        told = [each.told for each in self.endpoints if EVERYTHING not in each.told.template]
        there = [each for each in told if _pattern(each.template).fullmatch(path)]
        return sorted({method for each in there for method in each.methods})

    def delivery_or_closed(self) -> Delivery:
        """The settings; where they are wrong, those that let the least through."""
        try:
            return self.delivery()
        except SettingError as error:
            if self._complained_of != error.message:  # once, not at every request
                self._complained_of = error.message
                log.failure(Event.SETTING_REFUSED, error=error)
            return FAIL_CLOSED

    def answered(self) -> None:
        """What is left to load, as nobody waits for an answer any more."""
        if self.warm_up:
            begin, self.warm_up = self.warm_up, None
            begin()


@dataclass(eq=False)
class Endpoint:
    """One endpoint as callers meet it.

    Its FastAPI route is built at the first request: validators cost a millisecond each, and a
    cold start that pays for all of them pays for many that it never serves.
    """

    edge: Edge
    name: str
    build: Callable[[], APIRoute]
    policy: Policy
    told: Told = NOTHING_MORE

    @cached_property
    def route(self) -> APIRoute:
        return self.build()

    @cached_property
    def _handler(self) -> Handler:
        return self.route.get_route_handler()

    async def __call__(self, request: Request) -> Response:
        """Call the endpoint and dress its answer. Never raises."""
        started = time.perf_counter()
        request_id = headers.request_id_of(request.headers)
        with telemetry.bind({Attribute.REQUEST_ID: request_id, **_interview(request)}):
            delivery = self.edge.delivery_or_closed()
            response = await self._call(request, delivery)
            response = self._tag(request, response)
            headers.share(response.headers, request.headers.get("origin"), delivery.cors_origins)
            headers.secure(response.headers, over_https=delivery.over_https)
            response.headers.update(rate_limit_headers(request))
            response.headers[headers.REQUEST_ID] = request_id
            self._report(request, response, time.perf_counter() - started)
        self.edge.answered()
        return response

    async def _call(self, request: Request, delivery: Delivery) -> Response:
        try:
            await self.edge.guard.admit(request, self.policy.access, self.policy.limits)
            request = limited(request, self.policy.max_body_bytes or delivery.max_body_bytes)
            check_media_type(self.route, request)
            name = f"{request.method} {self.route.path}"
            with telemetry.span(name, {Attribute.FUNCTION: self.name}):
                return await self._answer(request)
        except idempotency.Replay as replay:
            return replay.response
        except Exception as error:  # noqa: BLE001 - the one place of this edge that catches all
            return _refuse(await self._counted(request, error))

    async def _counted(self, request: Request, error: Exception) -> Exception:
        """What is wrong with the body was found before the work could count the call: count it here."""
        if self.policy.counted_inside and isinstance(as_talenti_error(error), REFUSED_UNREAD):
            try:
                await self.edge.guard.count_refused(request, self.policy.counted_inside)
            except TalentiError as other:
                return other
        return error

    async def _answer(self, request: Request) -> Response:
        try:
            response = await _run(self._handler, request)
        except Exception:
            await idempotency.give_up(request, self.edge.repeats)
            raise
        await idempotency.keep(request, response, self.edge.repeats)
        return response

    def _tag(self, request: Request, response: Response) -> Response:
        streamed = isinstance(response, _Streamed)  # its body is not known before it is sent
        if self.policy.cache_control is None or response.status_code != 200 or streamed:
            return response
        response.headers["Cache-Control"] = self.policy.cache_control
        return headers.revalidate(response, request.headers.get("if-none-match"))

    def _report(self, request: Request, response: Response, seconds: float) -> None:
        telemetry.measure_request(seconds, self.name, request.method, response.status_code)
        log.info(
            Event.REQUEST_FINISHED,
            {
                Attribute.FUNCTION: self.name,
                Attribute.METHOD: request.method,
                Attribute.STATUS: response.status_code,
                Attribute.DURATION_MS: round(seconds * 1000, 1),
            },
        )


async def _run(handler: Handler, request: Request) -> Response:
    """Run the handler; what it opened is closed with the answer, after the last byte of a stream."""
    stack = AsyncExitStack()
    for name in ("fastapi_middleware_astack", "fastapi_inner_astack", "fastapi_function_astack"):
        request.scope[name] = stack
    try:
        response = await handler(request)
    except BaseException as error:
        await stack.__aexit__(type(error), error, error.__traceback__)
        raise
    if isinstance(response, StreamingResponse | FileResponse):
        return _Streamed(response, stack)
    await stack.aclose()
    return response


class _Streamed(Response):
    """An answer that is still being made while it is sent."""

    def __init__(self, inner: Response, stack: AsyncExitStack) -> None:
        self.status_code = inner.status_code
        self.raw_headers = inner.raw_headers  # the same list: what is added here is sent there
        self.background = None
        self.body = b""
        self._inner = inner
        self._stack = stack
        self._bound = telemetry.bound()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # the function has returned by now: this runs in the task that writes to the socket
        whole = False

        async def watched(message: Message) -> None:
            nonlocal whole
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        with telemetry.bind(self._bound):
            try:
                async with self._stack:
                    await self._inner(scope, receive, watched)
            except ClientDisconnect:
                pass
            except Exception as error:
                log.failure(Event.STREAM_CRASHED, error=error)
                raise
            if not whole:
                log.info(Event.STREAM_ABANDONED)


def _interview(request: Request) -> dict[str, str]:
    found = request.path_params.get("interview_id")
    return {Attribute.INTERVIEW_ID: str(found)[:36]} if found else {}


def _refuse(error: Exception) -> Response:
    known = as_talenti_error(error)
    response = problem(known, str(telemetry.bound()[Attribute.REQUEST_ID]))
    if response.status_code >= 500:
        crashed = known is None or response.status_code == 500
        log.failure(Event.REQUEST_CRASHED if crashed else Event.REQUEST_REFUSED, error=error)
    return response
