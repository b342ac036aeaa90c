"""The door for Event Grid: handshakes, notifications and farewells on a webhook."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.host.model import FunctionFailedError, TraceContext
from local.host.protos import TypedData
from local.host.triggers.metadata import as_metadata

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from local.host.model import Function, Invoker

    type Event = dict[str, Any]

logger = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024  # what Event Grid delivers at most at once


class BadDeliveryError(ValueError):
    """The body is not what Event Grid sends."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class EventGridDoor[Subscriber]:
    """Speaks Event Grid's side of a webhook; `deliver` gets the events and says whether all is well."""

    def __init__(
        self,
        subscribers: Mapping[str, Subscriber],
        deliver: Callable[[Subscriber, list[Event]], Awaitable[bool]],
    ) -> None:
        self._subscribers = {name.casefold(): subscriber for name, subscriber in subscribers.items()}
        self._deliver = deliver

    async def __call__(self, request: Request) -> Response:
        name = request.query_params.get("functionName", "")
        subscriber = self._subscribers.get(name.casefold())
        if subscriber is None:
            return PlainTextResponse(f"cannot find function: '{name}'", 404)
        if request.method == "OPTIONS":
            return consent(request)
        try:
            return await self._answer(request, subscriber)
        except BadDeliveryError as error:
            return PlainTextResponse(str(error), error.status)

    async def _answer(self, request: Request, subscriber: Subscriber) -> Response:
        match request.headers.get("aeg-event-type", "").casefold():
            case "subscriptionvalidation":
                code = validation_code(parse(await read(request)))
                return JSONResponse({"validationResponse": code})
            case "notification":
                delivered = await self._deliver(subscriber, events_in(parse(await read(request))))
                return Response(status_code=202 if delivered else 500)
            case "unsubscribe":
                return Response(status_code=202)
        raise BadDeliveryError("the header aeg-event-type is missing or unknown")


def consent(request: Request) -> Response:
    """Agree to CloudEvents deliveries: its protection against abuse asks first."""
    origin = request.headers.get("webhook-request-origin")
    if origin is None:
        return PlainTextResponse("the header WebHook-Request-Origin is missing", 400)
    return Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})


async def read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BadDeliveryError(f"the body is larger than {LARGEST_BODY} bytes", 413)
    return bytes(body)


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON values
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadDeliveryError("the body is not JSON") from None


def events_in(content: Any) -> list[Event]:  # noqa: ANN401 - JSON values
    """Take an array of events, or the single one that the CloudEvents schema delivers."""
    events = content if isinstance(content, list) else [content]
    if not all(isinstance(event, dict) for event in events):
        raise BadDeliveryError("the body must hold events, which are JSON objects")
    return events


def validation_code(content: Any) -> str:  # noqa: ANN401 - JSON values
    events = events_in(content)
    data = events[0].get("data") if events else None
    if isinstance(data, str):  # in the CloudEvents schema it is JSON within JSON
        data = parse(data.encode())
    code = data.get("validationCode") if isinstance(data, dict) else None
    if not isinstance(code, str):
        raise BadDeliveryError("the validation event has no data.validationCode")
    return code


class EventGridTriggers:
    """Calls a function for each event, all at once; with cardinality many, once for all of them."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker

    async def deliver(self, function: Function, events: list[Event]) -> bool:
        if str(function.trigger.setting("cardinality", "one")).casefold() == "many":
            return await self._call(function, events, [event.get("data") for event in events], TraceContext())
        calls = (self._call(function, event, event.get("data"), _trace(event)) for event in events)
        return all(await asyncio.gather(*calls))

    async def _call(
        self,
        function: Function,
        value: Event | list[Event],
        data: Any,  # noqa: ANN401 - JSON values
        trace: TraceContext,
    ) -> bool:
        trigger = TypedData(json=json.dumps(value))
        try:
            await self._invoker.invoke(function, trigger, as_metadata({"data": data}), trace=trace)
        except FunctionFailedError as error:
            logger.debug("%s failed: %s", function.name, error)
            return False
        return True


def _trace(event: Event) -> TraceContext:
    """Continue the publisher's trace: CloudEvents carry it as extension attributes."""
    parent, state = event.get("traceparent"), event.get("tracestate")
    return TraceContext(
        parent if isinstance(parent, str) else "",
        state if isinstance(state, str) else "",
    )
