"""What every service of Azure checks before it answers: keys, signatures and api-versions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.requests import HTTPConnection, Request
    from starlette.responses import Response

SKEW: Final = timedelta(minutes=15)
DENIED: Final = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key "
    "for an active subscription and use a correct regional API endpoint for your resource."
)
SIGNED: Final = "x-ms-date;host;x-ms-content-sha256"
SIGNATURE: Final = re.compile(r"HMAC-SHA256 SignedHeaders=([^&]+)&Signature=([A-Za-z0-9+/=]+)")


def error_body(code: str, message: str, **more: object) -> dict[str, Any]:
    """The error of most of Azure's services."""
    return {"error": {"code": code, "message": message, **more}}


class RefusedError(Exception):
    """Raised anywhere below a route: the service answers with this instead."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        body: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = body or error_body(code, message)
        self.headers = dict(headers or {})

    @property
    def response(self) -> Response:
        return JSONResponse(self.body, self.status, self.headers)


def same(given: str | None, expected: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def bearer(request: HTTPConnection) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def require_key(request: HTTPConnection, header: str, expected: str) -> None:
    """Refuse a request whose header is not the key: `Ocp-Apim-Subscription-Key`, `aeg-sas-key`..."""
    if not same(request.headers.get(header), expected):
        raise RefusedError(401, "401", DENIED)


def require_api_version(request: HTTPConnection, known: Collection[str]) -> str:
    version = request.query_params.get("api-version", "")
    if version not in known:
        raise RefusedError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version {version!r} is invalid. The supported ones are: {', '.join(sorted(known))}.",
        )
    return version


async def require_acs_signature(request: Request, key: str) -> None:
    """Verify the signature of Communication Services, over the raw path and the body as received."""
    content = base64.b64encode(hashlib.sha256(await request.body()).digest()).decode()
    found = SIGNATURE.fullmatch(request.headers.get("authorization", ""))
    date, host = request.headers.get("x-ms-date", ""), request.headers.get("host", "")
    if found is None or found[1].lower() != SIGNED or not _is_recent(date):
        raise _denied()
    if not same(request.headers.get("x-ms-content-sha256"), content):
        raise _denied()
    signed = f"{request.method}\n{_raw_target(request)}\n{date};{host};{content}"
    signature = hmac.new(base64.b64decode(key), signed.encode(), hashlib.sha256).digest()
    if not same(found[2], base64.b64encode(signature).decode()):
        raise _denied()


def _raw_target(request: Request) -> str:
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else str(path)


def _is_recent(date: str) -> bool:
    try:
        return abs(datetime.now(UTC) - parsedate_to_datetime(date)) < SKEW
    except (ValueError, TypeError):
        return False


def _denied() -> RefusedError:
    return RefusedError(401, "Denied", "Denied by the resource provider.")
