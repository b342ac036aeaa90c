"""Refuses a body by its type and size before anything parses it, and JSON that could mean two things."""

import json
import math
from typing import Any, Final, Never

from fastapi import params
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from shared.errors import TooLargeError, UnsupportedMediaTypeError

DEEPEST: Final = 50  # levels of a body; whatever walks through it may then call itself
HOLDERS: Final = frozenset({dict, list})

FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


def limited(request: Request, limit: int) -> Request:
    """The same request, whose body may not grow above the limit, announced or not."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLargeError(f"The body is larger than {limit} bytes.")
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            # the framework lets this type through, and wraps every other
            raise HTTPException(413)
        return message

    return _Plain(request.scope, receive)


class _Plain(Request):
    """Its JSON means the same to every reader: UTF-8, no name twice, numbers that JSON has, and not too deep.

    What is refused is refused as the standard library refuses it, which is what the framework translates.
    """

    async def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        if not hasattr(self, "_json"):
            text = (await self.body()).decode("utf-8")
            self._json = json.loads(
                text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite
            )
            _check_depth(self._json)
        return self._json


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse("a name that stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _check_depth(value: object) -> None:
    level: list[Any] = [[value]]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for each in level
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) in HOLDERS
        ]
        if not level:
            return
    _refuse("too many levels")


def _refuse(what: str) -> Never:
    raise json.JSONDecodeError(what, "", 0)


def check_media_type(route: APIRoute, request: Request) -> None:
    """415 unless the content type is one that the endpoint can read, and the body is sent as it is."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity"} and _has_body(request):
        # small on the way, and large here
        raise UnsupportedMediaTypeError("The body must be sent as it is, not compressed.")
    if route.body_field is None:
        return
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(route.body_field.field_info, params.Form):
        if sent not in FORM_TYPES:
            raise UnsupportedMediaTypeError("The body must be sent as multipart/form-data.")
    elif not _is_json(sent) and (sent or _has_body(request)):
        raise UnsupportedMediaTypeError("The body must be sent as application/json.")


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
