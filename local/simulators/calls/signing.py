"""The proof on events: a token for each, signed with a key of our own that everybody may look up."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from local.simulators.world import World

ISSUER: Final = "https://acscallautomation.communication.azure.com"
LIFE_SECONDS: Final = 300

type Flaw = Literal["unsigned", "expired", "foreign_key", "foreign_audience"]
FLAWS: Final[tuple[Flaw, ...]] = ("unsigned", "expired", "foreign_key", "foreign_audience")


class Signer:
    """Signs with one key at a time; `rotate` puts another in its place."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.key_id = str(uuid4())

    def rotate(self) -> str:
        self.key_id = str(uuid4())
        self.__dict__.pop("_key", None)
        return self.key_id

    def token(self, flaw: Flaw | None = None) -> str:
        now = int(time.time()) - (2 * LIFE_SECONDS if flaw == "expired" else 0)
        audience = str(uuid4()) if flaw == "foreign_audience" else self._world.keys.acs_audience
        claims = {"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + LIFE_SECONDS}
        if flaw == "unsigned":
            return jwt.encode(claims, "", "none", {"kid": self.key_id})
        key = _new_key() if flaw == "foreign_key" else self._key
        return jwt.encode(claims, key, "RS256", {"kid": self.key_id})

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "jwks_uri": f"{self._world.base_url}/calling/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        }

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return _new_key()


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)
