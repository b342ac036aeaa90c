"""Refuses a body by its type and size before anything parses it."""

from fastapi import params
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from shared.errors import TooLargeError, UnsupportedMediaTypeError

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

    return Request(request.scope, receive)


def check_media_type(route: APIRoute, request: Request) -> None:
    """415 unless the content type is one that the endpoint can read."""
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
