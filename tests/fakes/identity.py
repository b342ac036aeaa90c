"""Managed identity as simulators and emulators take it: a token for the right service, signed by nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from azure.core.credentials import AccessToken

from shared.adapters.azure.credentials import Credentials


class FakeIdentity(Credentials):
    def __init__(self, audience: str, minutes: int = 5) -> None:
        super().__init__()
        self._audience = audience
        self._minutes = minutes

    @property
    def identity(self) -> Any:
        return self

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        now = datetime.now(UTC)
        expires = now + timedelta(minutes=self._minutes)
        claims = {
            "aud": self._audience,
            "iss": "https://sts.windows.net/00000000-0000-4000-8000-0000000000aa/",
            "oid": "00000000-0000-4000-8000-0000000000bb",
            "tid": "00000000-0000-4000-8000-0000000000aa",
            "iat": now - timedelta(hours=1),
            "nbf": now - timedelta(hours=1),
            "exp": expires,
        }
        return AccessToken(jwt.encode(claims, "k" * 64, "HS512"), int(expires.timestamp()))

    async def close(self) -> None:
        """Nothing was opened."""
