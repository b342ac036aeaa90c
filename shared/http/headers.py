"""What stands on every answer: the request id, CORS, security, and how long it may be kept."""

import hashlib
import re
import uuid
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

REQUEST_ID: Final = "X-Request-ID"
ACCEPTABLE_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._~:-]{1,128}")

ALLOWED_HEADERS: Final = (
    "Authorization, Content-Type, X-Request-ID, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"
)
ALLOWED_METHODS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
EXPOSED_HEADERS: Final = (
    "X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, ETag, Location, "
    "Idempotent-Replayed, Content-Disposition"
)
PREFLIGHT_SECONDS: Final = "600"

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": NOTHING,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # a page of another origin asks by CORS, or not at all
}
ONE_YEAR: Final = "max-age=31536000; includeSubDomains"


def request_id_of(headers: Headers) -> str:
    """The caller's id where it is harmless, else a new one."""
    sent = headers.get(REQUEST_ID, "")
    return sent if ACCEPTABLE_REQUEST_ID.fullmatch(sent) else str(uuid.uuid4())


def secure(headers: MutableHeaders, *, over_https: bool) -> None:
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if over_https:
        headers.setdefault("Strict-Transport-Security", ONE_YEAR)


def share(headers: MutableHeaders, origin: str | None, allowed: Iterable[str]) -> None:
    """Let the browser hand the answer to a page of a known origin."""
    headers.add_vary_header("Origin")
    if origin is None or origin not in allowed:
        return
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Allow-Credentials"] = "true"
    headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def preflight() -> Response:
    """The answer to a browser that asks what it may send; useless to a page of an unknown origin."""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": ALLOWED_METHODS,
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
        },
    )


def revalidate(response: Response, if_none_match: str | None) -> Response:
    """Tag the body; answer 304 to a caller that has it already."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    if if_none_match is None or not _names(if_none_match, tag):
        return response
    kept = {
        name: value for name, value in response.headers.items() if name in {"etag", "cache-control", "vary"}
    }
    return Response(status_code=304, headers=kept)


def _names(if_none_match: str, tag: str) -> bool:
    offered = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in offered or tag in offered
