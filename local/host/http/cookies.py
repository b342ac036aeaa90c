"""Writes the cookies of a function's answer, which travel apart from its other headers."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from local.host.protos import RpcHttpCookie

_SAME_SITE = {1: "lax", 2: "strict", 3: "none"}
# what .NET's Uri.EscapeDataString leaves as it is
_SAFE = "-._~"


def set_cookie(cookie: RpcHttpCookie) -> str:
    """Give the value of one Set-Cookie header."""
    text = f"{cookie.name}={quote(cookie.value, safe=_SAFE)}"
    if cookie.expires is not None:
        expires = datetime.fromtimestamp(cookie.expires.value.seconds, UTC)
        text += f"; expires={format_datetime(expires, usegmt=True)}"
    if cookie.max_age is not None:
        text += f"; max-age={int(cookie.max_age.value)}"
    for name, field in (("domain", cookie.domain), ("path", cookie.path)):
        if field is not None:  # an empty one too, as the Functions host does
            text += f"; {name}={field.value}"
    if cookie.secure is not None and cookie.secure.value:
        text += "; secure"
    if same_site := _SAME_SITE.get(cookie.same_site):
        text += f"; samesite={same_site}"
    if cookie.http_only is not None and cookie.http_only.value:
        text += "; httponly"
    return text
