"""Supabase access tokens, checked here: the issuer is asked for its keys, never about a token."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from shared.domain.identity import Person
from shared.errors import NotSignedInError, UnavailableError

if TYPE_CHECKING:
    import jwt

    from shared.ports.clock import Clock

ASYMMETRIC: Final = ("ES256", "RS256")
AUDIENCE: Final = "authenticated"
REQUIRED: Final = ["exp", "iat", "sub", "aud", "iss"]
LEEWAY_SECONDS: Final = 10
KEYS_KEPT_SECONDS: Final = 600.0
# a token with an unknown key may mean a rotation, or somebody who makes up key ids
REFETCH_PAUSE_SECONDS: Final = 10.0

SEEN_SECONDS: Final = 30.0
MOST_SEEN: Final = 2_000

type FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]


class KeySet:
    """The issuer's public keys by id: kept, fetched by one caller at a time, and anew after a rotation."""

    def __init__(self, fetch: FetchKeys, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id. Raises UnavailableError while there is no key to judge by at all."""
        if self._is_old() or (key_id not in self._keys and self._may_ask_again()):
            async with self._lock:
                if self._is_old() or (key_id not in self._keys and self._may_ask_again()):
                    await self._refresh()
        return self._keys.get(key_id)

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock.monotonic() - self._fetched_at

    def _is_old(self) -> bool:
        return self._age() >= KEYS_KEPT_SECONDS

    def _may_ask_again(self) -> bool:
        return self._age() >= REFETCH_PAUSE_SECONDS

    async def _refresh(self) -> None:
        try:
            found = await self._fetch()
        except UnavailableError:
            if not self._keys:
                raise
            # the keys at hand still judge; ask again after the pause
            self._fetched_at = self._clock.monotonic() - KEYS_KEPT_SECONDS + REFETCH_PAUSE_SECONDS
            return
        self._keys = _usable(found)
        self._fetched_at = self._clock.monotonic()


def _usable(found: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    import jwt  # noqa: PLC0415 - with its cryptography 30 ms that a cold start need not pay

    keys = {}
    for each in found.get("keys", ()):
        try:
            key = jwt.PyJWK(each)
        except jwt.PyJWTError:
            continue  # a key of a kind that we never accept
        if key.key_id and key.algorithm_name in ASYMMETRIC:
            keys[key.key_id] = key
    return keys


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a token named that was verified a moment ago."""

    person: Person
    until: float


class SupabaseTokens:
    """The legacy secret is accepted only where one is configured."""

    def __init__(self, keys: KeySet, issuer: str, legacy_secret: str | None, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._legacy_secret = legacy_secret
        self._clock = clock
        self._seen: dict[bytes, Seen] = {}

    async def verify(self, token: str) -> Person:
        import jwt  # noqa: PLC0415 - likewise

        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        seen = self._seen.get(digest)
        if seen and self._clock.monotonic() < seen.until:
            return seen.person
        try:
            header = jwt.get_unverified_header(token)
            claims = await self._claims(token, header)
            person = Person(UUID(claims["sub"]), str(claims.get("email") or ""))
        except jwt.ExpiredSignatureError:
            raise NotSignedInError("The token has expired.", code="token_expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise NotSignedInError("The token is not valid.") from None
        self._remember(digest, person, claims["exp"])
        return person

    def _remember(self, digest: bytes, person: Person, expires_at: float) -> None:
        """Spare a talk the same arithmetic at every turn; never beyond the token's own end."""
        left = expires_at + LEEWAY_SECONDS - self._clock.now().timestamp()
        if len(self._seen) >= MOST_SEEN:
            self._seen.pop(next(iter(self._seen)))
        self._seen[digest] = Seen(person, self._clock.monotonic() + min(SEEN_SECONDS, left))

    async def _claims(self, token: str, header: Mapping[str, Any]) -> dict[str, Any]:
        import jwt  # noqa: PLC0415 - likewise

        algorithm = header.get("alg")
        if algorithm in ASYMMETRIC:
            key = await self._keys.find(str(header.get("kid")))
            if key is None or key.algorithm_name != algorithm:
                raise jwt.InvalidKeyError
            return self._decode(token, key.key, str(algorithm))
        if algorithm == "HS256" and self._legacy_secret:
            return self._decode(token, self._legacy_secret, "HS256")
        raise jwt.InvalidAlgorithmError

    def _decode(self, token: str, key: Any, algorithm: str) -> dict[str, Any]:  # noqa: ANN401 - a key of any kind
        import jwt  # noqa: PLC0415 - likewise

        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=AUDIENCE,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
        return claims
