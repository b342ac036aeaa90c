"""Identity, as `azure-communication-identity` 1.5 asks for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

import jwt
from pydantic import Field
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.acs.admission import guarded, read
from local.simulators.acs.identifiers import Wire
from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

VERSIONS: Final = frozenset({"2021-03-07", "2022-06-01", "2022-10-01", "2023-10-01"})
LONGEST_MINUTES: Final = 1440
SHORTEST_MINUTES: Final = 60
SECRET: Final = "what-signs-access-tokens-on-this-machine"  # noqa: S105 - it opens nothing

type Scope = Literal["chat", "voip", "chat.join", "chat.join.limited", "voip.join"]


class CreateIdentity(Wire):
    create_token_with_scopes: list[Scope] | None = None
    expires_in_minutes: int | None = Field(default=None, ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)


class IssueToken(Wire):
    scopes: list[Scope] = Field(min_length=1)
    expires_in_minutes: int | None = Field(default=None, ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)


@dataclass(slots=True)
class Identity:
    id: str
    tokens: list[dict[str, Any]] = field(default_factory=list)
    revoked: int = 0

    def told(self) -> dict[str, Any]:
        return {"id": self.id, "tokens": self.tokens, "revoked": self.revoked}


def routes(world: World) -> list[BaseRoute]:
    office = Office(world)
    world.on_reset(office.forget)
    one = "/identities/{identity}"
    return [
        Route("/identities", guarded(world, VERSIONS, office.create), methods=["POST"]),
        Route(f"{one}/:issueAccessToken", guarded(world, VERSIONS, office.issue), methods=["POST"]),
        Route(f"{one}/:revokeAccessTokens", guarded(world, VERSIONS, office.revoke), methods=["POST"]),
        Route(one, guarded(world, VERSIONS, office.delete), methods=["DELETE"]),
        Route("/_sim/identities", office.show, methods=["GET"]),
    ]


class Office:
    def __init__(self, world: World) -> None:
        self._world = world
        self._identities: dict[str, Identity] = {}

    def forget(self) -> None:
        self._identities.clear()

    async def create(self, request: Request) -> Response:
        asked = await read(request, CreateIdentity)
        identity = Identity(f"8:acs:{self._world.keys.acs_audience}_{uuid4()}")
        self._identities[identity.id] = identity
        answer: dict[str, Any] = {"identity": {"id": identity.id}}
        if asked.create_token_with_scopes:
            answer["accessToken"] = self._token(
                identity, asked.create_token_with_scopes, asked.expires_in_minutes
            )
        return JSONResponse(answer, 201)

    async def issue(self, request: Request) -> Response:
        asked, identity = await read(request, IssueToken), self._find(request)
        return JSONResponse(self._token(identity, asked.scopes, asked.expires_in_minutes))

    async def revoke(self, request: Request) -> Response:
        identity = self._find(request)
        identity.revoked += len(identity.tokens)
        identity.tokens.clear()
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        del self._identities[self._find(request).id]
        return Response(status_code=204)

    async def show(self, _request: Request) -> Response:
        return JSONResponse({"identities": [identity.told() for identity in self._identities.values()]})

    def _find(self, request: Request) -> Identity:
        identity = self._identities.get(request.path_params["identity"])
        if identity is None:
            raise RefusedError(404, "IdentityNotFound", "The identity was not found.")
        return identity

    def _token(self, identity: Identity, scopes: list[Scope], minutes: int | None) -> dict[str, str]:
        now = int(time.time())
        expires = now + 60 * (minutes or LONGEST_MINUTES)
        claims = {
            "skypeid": identity.id.removeprefix("8:"),
            "scp": 1792,
            "acsScope": ",".join(scopes),
            "resourceId": self._world.keys.acs_audience,
            "iat": now,
            "exp": expires,
        }
        token = jwt.encode(claims, SECRET, "HS256")
        expires_on = datetime.fromtimestamp(expires, UTC).isoformat()
        identity.tokens.append({"scopes": list(scopes), "expiresOn": expires_on})
        return {"token": token, "expiresOn": expires_on}
