"""One resource of Communication Services: where it is, and how its clients are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from shared.adapters.azure.clients import client_options
from shared.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.adapters.azure.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Resource:
    """Its address has no slash at its end: the clients sign the host as it stands here."""

    endpoint: str
    key: Secret | None
    credentials: Credentials

    @classmethod
    def parse(cls, connection: Secret, credentials: Credentials) -> Self:
        """Read `endpoint=...;accesskey=...`; the clients' own way with it always speaks HTTPS."""
        parts = dict(part.split("=", 1) for part in connection.reveal().split(";") if "=" in part)
        key = parts.get("accesskey")
        return cls(parts["endpoint"].rstrip("/"), Secret(key) if key else None, credentials)

    def client[Client](self, kind: Callable[..., Client], *, read_seconds: float) -> Client:
        """A client of the running loop."""
        options: dict[str, Any] = client_options(
            self.endpoint, read_seconds=read_seconds, by_token=self.key is None
        )
        return kind(self.endpoint, self.credentials.of(self.key), **options)
