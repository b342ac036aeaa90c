"""`Idempotency-Key`: who sends a creating POST again gets the answer of the first time.

The key is looked up once the request is known to be valid, and before anything is done. What
succeeded is kept; what was refused had no effect, so its key is free again. A process that dies
holds the key only until the lease ends.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from shared import telemetry
from shared.errors import FieldError, InvalidInputError, TalentiError
from shared.ports.repeats import Attempt, KeptAnswer, Repeats
from shared.telemetry import Event

log = telemetry.Log(__name__)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
FORM: Final = "multipart/form-data"
KEPT_HEADERS: Final = ("content-type", "location", "etag")
PARAMETER: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Your own name for this attempt. Sent again within 24 hours, it gets the same answer.",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}


class Replay(Exception):  # noqa: N818 - not an error: the way out of a request that is answered already
    """The request was answered before."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__()
        self.kept = kept

    @property
    def response(self) -> Response:
        return Response(self.kept.body, self.kept.status, {**self.kept.headers, REPLAYED: "true"})


async def begin(request: Request, operation: str, repeats: Callable[[], Repeats]) -> None:
    """Take the key, if one was sent. Raises Replay for a request that was answered before."""
    key = request.headers.get(HEADER)
    if key is None:
        return
    if not KEY.fullmatch(key):
        raise InvalidInputError(
            "The request failed validation.",
            [FieldError(HEADER, "must be 1 to 255 visible ASCII characters")],
        )
    scope = f"{request.state.person.user_id}:{operation}"
    begun = await repeats().begin(scope, key, await _fingerprint(request))
    if isinstance(begun, KeptAnswer):
        raise Replay(begun)
    request.state.attempt = begun


async def keep(request: Request, response: Response, repeats: Callable[[], Repeats]) -> None:
    """Keep the answer under the key of the request, if it took one. Never raises."""
    if (attempt := _attempt(request)) is None:
        return
    if response.status_code >= 300:
        await give_up(request, repeats)
        return
    try:
        await repeats().finish(attempt, _kept(response))
    except TalentiError as error:
        # the answer stands all the same; the key is free when its lease ends
        log.failure(Event.IDEMPOTENCY_LOST, error=error)


async def give_up(request: Request, repeats: Callable[[], Repeats]) -> None:
    """Free the key at once, if the request took one: nothing was done. Never raises."""
    if (attempt := _attempt(request)) is None:
        return
    try:
        await repeats().forget(attempt)
    except TalentiError as error:
        log.failure(Event.IDEMPOTENCY_LOST, error=error)


def _attempt(request: Request) -> Attempt | None:
    return getattr(request.state, "attempt", None)


async def _fingerprint(request: Request) -> str:
    """The body with where it was sent: the same key for another object is another request."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    is_form = request.headers.get("content-type", "").startswith(FORM)
    content = await _parts(await request.form()) if is_form else await request.body()
    return hashlib.sha256(target.encode() + content).hexdigest()


async def _parts(form: FormData) -> bytes:
    """A form part by part: what stands between them is made anew by whoever sends it again."""
    whole = hashlib.sha256()
    for name, value in form.multi_items():
        if isinstance(value, str):
            told, content = None, value.encode()
        else:
            told, content = value.filename, await value.read()
            await value.seek(0)
        whole.update(f"{(name, told, len(content))}\n".encode() + content)
    return whole.digest()


def _kept(response: Response) -> KeptAnswer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return KeptAnswer(response.status_code, bytes(response.body).decode(), headers)
