"""An issuer of access tokens as Supabase is one: signing keys, a key set, and every way to get it wrong."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.domain.identity import Person
from shared.errors import UnavailableError

ISSUER = "http://127.0.0.1:54321/auth/v1"
LEGACY_SECRET = "a-legacy-secret-of-more-than-32-characters"


class Issuer:
    """`fetch` is what the verifier calls for the keys; `reachable` says whether it gets them."""

    def __init__(self) -> None:
        self.reachable = True
        self.fetched = 0
        self._keys: dict[str, Any] = {}
        self.rotate()

    def rotate(self) -> str:
        """Sign with a new key from now on; the old one leaves the key set."""
        self.key_id = str(uuid4())
        self._keys = {self.key_id: ec.generate_private_key(ec.SECP256R1())}
        return self.key_id

    def add_rsa(self) -> str:
        key_id = str(uuid4())
        self._keys[key_id] = rsa.generate_private_key(65537, 2048)
        return key_id

    async def fetch(self) -> Mapping[str, Any]:
        self.fetched += 1
        if not self.reachable:
            raise UnavailableError("The issuer is away.")
        return {"keys": [self._public(key_id) for key_id in self._keys] + [{"kty": "oct", "k": "AAAA"}]}

    def _public(self, key_id: str) -> dict[str, Any]:
        key = self._keys[key_id]
        kind: Any = jwt.algorithms.ECAlgorithm
        algorithm = "ES256"
        if isinstance(key, rsa.RSAPrivateKey):
            kind, algorithm = jwt.algorithms.RSAAlgorithm, "RS256"
        public: dict[str, Any] = kind.to_jwk(key.public_key(), as_dict=True)
        return public | {"kid": key_id, "alg": algorithm, "use": "sig"}

    def claims(self, person: Person, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "sub": str(person.user_id),
            "email": person.email,
            "aud": "authenticated",
            "iss": ISSUER,
            "iat": now,
            "exp": now + 3600,
            "role": "authenticated",
        } | changed
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self, person: Person, *, kid: str | None = None, algorithm: str = "ES256", **changed: Any
    ) -> str:
        key_id = kid or self.key_id
        key = self._keys.get(key_id) or next(iter(self._keys.values()))
        return jwt.encode(self.claims(person, **changed), key, algorithm, {"kid": key_id})

    def legacy_token(self, person: Person, secret: str = LEGACY_SECRET) -> str:
        return jwt.encode(self.claims(person), secret, "HS256")

    def unsigned_token(self, person: Person) -> str:
        return jwt.encode(self.claims(person), "", "none")

    def tampered_token(self, person: Person, **changed: Any) -> str:
        head, body, signature = self.token(person).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        altered = base64.urlsafe_b64encode(json.dumps(claims | changed).encode()).decode().rstrip("=")
        return f"{head}.{altered}.{signature}"
