"""Who may come in: a key, a token of the own token service, or a token of an identity."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import jwt

from local.simulators.checks import DENIED, RefusedError, same

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

KEY: Final = "ocp-apim-subscription-key"
AUTHORIZATION: Final = "authorization"
TOKEN_SECONDS: Final = 600
ISSUER: Final = "urn:ms.cognitiveservices"
SECRET: Final = "what-signs-speech-tokens-on-this-machine"  # noqa: S105 - it opens nothing
AUDIENCES: Final = {"https://cognitiveservices.azure.com", "https://cognitiveservices.azure.com/"}
IDENTITY: Final = "aad#"


def issue_token(region: str) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "urn:ms.speech",
        "region": region,
        "product-id": "SpeechServices.S0",
        "iat": now,
        "exp": now + TOKEN_SECONDS,
    }
    return jwt.encode(claims, SECRET, "HS256")


def admit(connection: HTTPConnection, key: str) -> None:
    """Raise RefusedError unless the headers, or the query of a browser's socket, prove who it is."""
    if (given := _given(connection, KEY)) is not None:
        if not same(given, key):
            raise _denied()
        return
    token = (_given(connection, AUTHORIZATION) or "").removeprefix("Bearer ").removeprefix("bearer ").strip()
    if not (_is_of_identity(token) if token.startswith(IDENTITY) else _is_of_ours(token) or names_us(token)):
        raise _denied()


def _given(connection: HTTPConnection, name: str) -> str | None:
    """A browser cannot set headers of a socket: its client puts them into the query."""
    if (value := connection.headers.get(name)) is not None:
        return value
    return next((value for each, value in connection.query_params.items() if each.lower() == name), None)


def _is_of_ours(token: str) -> bool:
    try:
        jwt.decode(token, SECRET, algorithms=["HS256"], audience="urn:ms.speech", issuer=ISSUER)
    except jwt.PyJWTError:
        return False
    return True


def _is_of_identity(token: str) -> bool:
    """`aad#<resource id>#<token>`."""
    resource, _, proof = token.removeprefix(IDENTITY).partition("#")
    return resource.lower().startswith("/subscriptions/") and names_us(proof)


def names_us(token: str) -> bool:
    """Whether it is for these services and has not expired; who signed it cannot be known here."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False, "verify_exp": True})
    except jwt.PyJWTError:
        return False
    return claims.get("aud") in AUDIENCES and "exp" in claims


def _denied() -> RefusedError:
    return RefusedError(401, "401", DENIED)
