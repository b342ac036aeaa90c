"""The W3C trace context of a request, as ASP.NET hands it to every function."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from local.host.model import TraceContext

if TYPE_CHECKING:
    from local.host.http.asgi import Headers

_PARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_context(headers: Headers) -> TraceContext:
    """Take the caller's trace, or begin one."""
    parent = state = b""
    for name, value in headers:
        if name == b"traceparent":
            parent = value
        elif name == b"tracestate":
            state = state + b"," + value if state else value
    if _PARENT.fullmatch(parent):
        return TraceContext(parent.decode("ascii"), state.decode("latin-1"))
    return new_trace()


def new_trace() -> TraceContext:
    """Begin a trace; it is marked as sampled, so that the app's own spans are recorded."""
    token = secrets.token_hex(24)
    return TraceContext(f"00-{token[:32]}-{token[32:]}-01")
