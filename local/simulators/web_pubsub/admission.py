"""Who is let in: servers by a token for one request, clients by a token for one hub."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jwt

from local.simulators.checks import RefusedError, bearer, require_api_version

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request

VERSIONS: Final = frozenset({"2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", "2024-12-01"})
IDENTITIES: Final = ("https://webpubsub.azure.com", "https://webpubsub.azure.com/")
LONGEST_REQUEST_TOKEN: Final = 3600 + 60
PERMISSIONS: Final = ("sendToGroup", "joinLeaveGroup")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a client's token says."""

    user_id: str | None
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    claims: dict[str, Any]


def require_server(request: Request, key: str) -> None:
    """A token is for the address of this one request; one of an identity is for the service."""
    require_api_version(request, VERSIONS)
    token = bearer(request) or ""
    claims = _signed_claims(token, key)
    if claims is not None:
        wanted = f"{request.url.scheme}://{request.headers['host']}{_raw_path(request)}"
        if not any(_same_address(each, wanted) for each in _texts(claims.get("aud"))):
            raise _denied("The audience of the token is not the address of the request.")
        if claims["exp"] - time.time() > LONGEST_REQUEST_TOKEN:
            raise _denied("The token of a request lives too long.")
    elif not _is_of_an_identity(token):
        raise _denied("The token is missing, wrong or expired.")


def require_client(connection: HTTPConnection, hub: str, key: str) -> Ticket:
    token = connection.query_params.get("access_token") or bearer(connection) or ""
    claims = _signed_claims(token, key)
    host = connection.headers["host"]
    good = {f"{scheme}://{host}/client/hubs/{hub}" for scheme in ("http", "https", "ws", "wss")}
    if claims is None or not any(
        _same_address(each, one) for each in _texts(claims.get("aud")) for one in good
    ):
        raise _denied("The access token is missing, wrong, expired, or for another hub.")
    return Ticket(
        claims.get("sub"),
        tuple(_texts(claims.get("role"))),
        tuple(_texts(claims.get("webpubsub.group"))),
        claims,
    )


def a_ticket(base_url: str, hub: str, key: str, minutes: int, more: dict[str, Any]) -> str:
    """What the service makes for a server that has no key."""
    now = int(time.time())
    claims = {"aud": f"{base_url}/client/hubs/{hub}", "iat": now, "exp": now + minutes * 60, **more}
    return jwt.encode({name: value for name, value in claims.items() if value}, key, algorithm="HS256")


def _signed_claims(token: str, key: str) -> dict[str, Any] | None:
    options = {"require": ["exp", "aud"], "verify_aud": False}
    try:
        found: dict[str, Any] = jwt.decode(token, key, algorithms=["HS256"], options=options)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return None
    return found


def _is_of_an_identity(token: str) -> bool:
    """Who issued it cannot be known here; whom it is for, and until when, can."""
    options = {"verify_signature": False, "verify_exp": True, "verify_aud": True, "require": ["exp", "aud"]}
    try:
        if jwt.get_unverified_header(token).get("alg") == "HS256":
            return False  # meant to be made with the key, and was not
        jwt.decode(token, audience=IDENTITIES, options=options)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return False
    return True


def _raw_path(request: Request) -> str:
    return str(request.scope["raw_path"].decode("latin-1"))


def _same_address(given: str, wanted: str) -> bool:
    return given.partition("?")[0].rstrip("/").casefold() == wanted.partition("?")[0].rstrip("/").casefold()


def _texts(value: object) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else [str(each) for each in value]
        if isinstance(value, list)
        else []
    )


def _denied(message: str) -> RefusedError:
    return RefusedError(401, "Unauthorized", message)
