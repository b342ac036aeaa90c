"""Cross-origin requests as `func start` allows them: Host.CORS of local.settings.json or --cors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.host.http.asgi import answer, header

if TYPE_CHECKING:
    from local.host.http.asgi import Headers, Scope, Send


@dataclass(frozen=True)
class Cors:
    """The allowed origins; `*` is any."""

    origins: frozenset[str]
    credentials: bool = False

    @classmethod
    def parse(cls, text: str, *, credentials: bool) -> Cors | None:
        origins = frozenset(
            origin.strip().rstrip("/").casefold() for origin in text.split(",") if origin.strip()
        )
        return cls(origins, credentials) if origins else None

    def headers(self, scope: Scope) -> Headers:
        """Give what is added to the answer of a cross-origin request."""
        origin = header(scope, b"origin")
        if origin is None:
            return []
        if "*" in self.origins:  # the standard forbids credentials for any origin
            return [(b"access-control-allow-origin", b"*")]
        if origin.rstrip("/").casefold() not in self.origins:
            return []
        fields = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
        return [*fields, (b"access-control-allow-credentials", b"true")] if self.credentials else fields

    async def preflight(self, scope: Scope, send: Send) -> bool:
        """Answer a preflight request; tell whether it was one."""
        asked = header(scope, b"access-control-request-method")
        if scope["method"] != "OPTIONS" or asked is None or header(scope, b"origin") is None:
            return False
        fields = self.headers(scope)
        if fields:
            fields.append((b"access-control-allow-methods", asked.encode("latin-1")))
            if wanted := header(scope, b"access-control-request-headers"):
                fields.append((b"access-control-allow-headers", wanted.encode("latin-1")))
        await answer(send, 204, headers=fields)
        return True
