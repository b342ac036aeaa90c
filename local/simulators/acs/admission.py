"""Who may ask: a signature made with the key, or a token of an identity of ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import jwt
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from local.simulators.checks import RefusedError, bearer, require_acs_signature, require_api_version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from local.simulators.world import World

AUDIENCES: Final = frozenset({"https://communication.azure.com", "https://communication.azure.com/"})

type Handler = Callable[[Request], Awaitable[Response]]


def guarded(world: World, versions: Collection[str], handler: Handler) -> Handler:
    """The handler behind the checks that every operation begins with."""

    async def check_first(request: Request) -> Response:
        if (token := bearer(request)) is not None:
            require_token(token)
        else:
            await require_acs_signature(request, world.keys.acs)
        require_api_version(request, versions)
        return await handler(request)

    return check_first


def require_token(token: str) -> None:
    """Refuse what cannot be an access token of this service; who signed it is not known here."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise denied() from None
    if claims.get("aud") not in AUDIENCES or not _is_alive(claims.get("exp")):
        raise denied()


def denied() -> RefusedError:
    return RefusedError(401, "Denied", "Denied by the resource provider.")


def bad_request(message: str, code: str = "BadRequest") -> RefusedError:
    return RefusedError(400, code, message)


async def read[Body: BaseModel](request: Request, model: type[Body]) -> Body:
    """The body, if it is what the operation takes."""
    content = await request.body()
    try:
        return model.model_validate_json(content or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise bad_request(f"The request is invalid: {place}: {first['msg']}.") from None


def _is_alive(expires: object) -> bool:
    return isinstance(expires, int | float) and expires > time.time()
