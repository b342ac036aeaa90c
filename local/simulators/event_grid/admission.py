"""Who may publish: by key, by a signature made with the key, or by a token of an identity."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

import jwt

from local.simulators.checks import RefusedError, bearer, require_api_version, same

if TYPE_CHECKING:
    from starlette.requests import Request

VERSIONS: Final = frozenset({"2018-01-01"})
AUDIENCES: Final = ("https://eventgrid.azure.net", "https://eventgrid.azure.net/")
EXPIRY_FORMS: Final = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")


def require_publisher(request: Request, key: str) -> None:
    require_api_version(request, VERSIONS)
    if (given := request.headers.get("aeg-sas-key")) is not None:
        admitted = same(given, key)
    elif (signed := _signed(request)) is not None:
        admitted = _is_signature(signed, str(request.url).partition("?")[0], key)
    else:
        admitted = _is_token(bearer(request))
    if not admitted:
        raise RefusedError(
            401,
            "Unauthorized",
            "The request authorization key is not authorized for this topic. This is due to the reason: "
            "the key, the signature or the token is missing, wrong or expired.",
        )


def _signed(request: Request) -> str | None:
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    return request.headers.get("aeg-sas-token") or (rest if scheme == "SharedAccessSignature" else None)


def _is_signature(token: str, address: str, key: str) -> bool:
    """`r=<address>&e=<expiry>&s=<signature of what stands before>`, all of it in percent-encoding."""
    unsigned, _, signature = token.partition("&s=")
    parts = parse_qs(unsigned, keep_blank_values=True)
    resource, expiry = parts.get("r", [""])[0], parts.get("e", [""])[0]
    try:
        expected = hmac.new(base64.b64decode(key, validate=True), unsigned.encode(), hashlib.sha256)
    except binascii.Error:
        return False
    if not same(unquote(signature), base64.b64encode(expected.digest()).decode()):
        return False
    return resource.partition("?")[0].lower() == address.lower() and _is_ahead(expiry)


def _is_ahead(expiry: str) -> bool:
    moment = _moment(expiry)
    return moment is not None and moment > datetime.now(UTC)


def _moment(text: str) -> datetime | None:
    """As each language's SDK writes it."""
    for form in EXPIRY_FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=UTC)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _is_token(token: str | None) -> bool:
    """Who issued a token cannot be known here; whom it is for, and until when, can."""
    if not token:
        return False
    try:
        jwt.decode(
            token,
            audience=AUDIENCES,
            options={
                "verify_signature": False,
                "verify_exp": True,
                "verify_aud": True,
                "require": ["exp", "aud"],
            },
        )
    except jwt.InvalidTokenError:
        return False
    return True
