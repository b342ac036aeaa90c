"""What an endpoint's answer wears beyond its body, and what guards it: added around the function.

FastAPI calls an endpoint once its request is valid, so what must come after validation and before
the work stands here, and nobody repeats it per endpoint.
"""

import functools
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, get_args, get_type_hints

from fastapi import Request, Response

from shared.contracts.versions import Versioned
from shared.http.preconditions import tag

type Endpoint = Callable[..., Awaitable[Any]]
type Before = Callable[[Request], Awaitable[None]]

REQUEST: Final = "request_of_edge"
RESPONSE: Final = "response_of_edge"
PLACE: Final = re.compile(r"\{(\w+)\}")


def dressed(endpoint: Endpoint, before: Before | None, location: str | None) -> Endpoint:
    """The endpoint with `before` run ahead of it, and with ETag and Location on what it gives.

    One that needs none of it stays as it is.
    """
    if before is None and location is None and not _tells_version(endpoint):
        return endpoint

    signature = inspect.signature(endpoint)
    own_request, own_response = _asked_for(Request, signature), _asked_for(Response, signature)

    @functools.wraps(endpoint)
    async def outer(**values: Any) -> Any:  # noqa: ANN401 - whatever the endpoint takes and gives
        request: Request = values[own_request] if own_request else values.pop(REQUEST)
        response: Response = values[own_response] if own_response else values.pop(RESPONSE)
        if before:
            await before(request)
        given = await endpoint(**values)
        if isinstance(given, Versioned):
            response.headers["ETag"] = tag(given.updated_at)
        if location:
            response.headers["Location"] = _filled(location, request, given)
        return given

    outer.__signature__ = _with_edge(signature)  # type: ignore[attr-defined]  # what FastAPI reads
    return outer


def _tells_version(endpoint: Endpoint) -> bool:
    given = get_type_hints(endpoint).get("return")
    return any(inspect.isclass(each) and issubclass(each, Versioned) for each in (given, *get_args(given)))


def _with_edge(signature: inspect.Signature) -> inspect.Signature:
    """FastAPI hands each of them over once: an endpoint that asks for one shares it."""
    own = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
        for name, kind in ((REQUEST, Request), (RESPONSE, Response))
        if _asked_for(kind, signature) is None
    ]
    return signature.replace(parameters=[*signature.parameters.values(), *own])


def _asked_for(kind: type, signature: inspect.Signature) -> str | None:
    return next((each.name for each in signature.parameters.values() if each.annotation is kind), None)


def _filled(location: str, request: Request, given: object) -> str:
    """The address of what was made: names are fields of the answer, or parts of the path it was sent to."""
    known = request.path_params
    return PLACE.sub(lambda place: str(getattr(given, place[1], None) or known[place[1]]), location)
