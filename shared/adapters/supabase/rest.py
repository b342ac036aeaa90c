"""The database over REST: as the caller, so that row-level security holds, or as the service.

The service key passes row-level security. Its uses are the functions of this module that have
`as_service` in their name, and each names what it is for.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from shared import telemetry
from shared.adapters.supabase.refusals import AWAY, refusal
from shared.errors import UnavailableError
from shared.telemetry import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    import httpx
    from postgrest import AsyncPostgrestClient

    from shared.domain.secret import Secret

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
WRITE_SECONDS: Final = 10.0
POOL_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 100
KEEP_ALIVE_SECONDS: Final = 30.0


class Rest:
    """One HTTP client for all; it belongs to the loop of its first use."""

    def __init__(self, url: str, public_key: str, service_key: Secret) -> None:
        self._url = url
        self._public_key = public_key
        self._service_key = service_key

    @cached_property
    def http(self) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415 - 50 ms that a cold start need not pay
        from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415 - likewise

        limits = httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_SECONDS)
        return httpx.AsyncClient(
            # httpx's own transport slows down above eight callers at once
            transport=AiohttpTransport(limits=limits),
            event_hooks={"request": [_name_request]},
            timeout=httpx.Timeout(
                READ_SECONDS, connect=CONNECT_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS
            ),
        )

    def as_caller(self, token: str) -> AsyncPostgrestClient:
        """The tables as the person sees them to whom this token belongs."""
        return self._client({"apikey": self._public_key, "Authorization": f"Bearer {token}"})

    async def call_as_service(self, name: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Call one of our SQL functions, which check the caller they are given."""
        with translated():
            answer = await self._as_service.rpc(name, dict(arguments)).execute()
        return answer.data

    async def read_keys(self) -> Mapping[str, Any]:
        """The issuer's public keys."""
        with translated():
            answer = await self.http.get(f"{self._url}/auth/v1/.well-known/jwks.json")
            answer.raise_for_status()
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
            raise UnavailableError("The issuer's keys cannot be read.")
        return found

    async def read_memberships_as_service(self, user_id: UUID) -> list[dict[str, Any]]:
        """The memberships of a person whose token was verified: rights are decided by them."""
        with translated():
            wanted = self._as_service.from_("org_users").select("organisation_id, role")
            found = await wanted.eq("user_id", str(user_id)).execute()
        return cast("list[dict[str, Any]]", found.data)

    async def update_account_as_service(
        self, user_id: UUID, changes: Mapping[str, Any]
    ) -> tuple[int, str] | None:
        """Change an account of somebody who has proved the address; a refusal by status and code."""
        key = self._service_key.reveal()
        with translated():
            answer = await self.http.put(
                f"{self._url}/auth/v1/admin/users/{user_id}",
                json=dict(changes),
                headers={"apikey": key, "Authorization": f"Bearer {key}"},
            )
        if answer.is_success:
            return None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise UnavailableError("The accounts service cannot be reached.")
        return answer.status_code, _error_code(answer)

    async def delete_account_as_service(self, user_id: UUID) -> int | None:
        """Remove the account of somebody who asked to be deleted; a refusal by status."""
        key = self._service_key.reveal()
        with translated():
            answer = await self.http.delete(
                f"{self._url}/auth/v1/admin/users/{user_id}",
                headers={"apikey": key, "Authorization": f"Bearer {key}"},
            )
        if answer.is_success:
            return None
        if answer.status_code > 500 or answer.status_code == 429:
            raise UnavailableError("The accounts service cannot be reached.")
        return answer.status_code

    async def ping_as_service(self) -> None:
        """Ask the database for next to nothing, through everything that lies between."""
        with translated():
            await self._as_service.from_("organisations").select("id").limit(1).execute()

    async def close(self) -> None:
        if "http" in self.__dict__:
            await self.http.aclose()

    @cached_property
    def _as_service(self) -> AsyncPostgrestClient:
        key = self._service_key.reveal()
        return self._client({"apikey": key, "Authorization": f"Bearer {key}"})

    def _client(self, headers: dict[str, str]) -> AsyncPostgrestClient:
        from postgrest import AsyncPostgrestClient  # noqa: PLC0415 - likewise

        return AsyncPostgrestClient(
            f"{self._url}/rest/v1", headers=headers, http_client=self.http, retry_enabled=False
        )


def _error_code(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return ""
    return str(said.get("error_code", "")) if isinstance(said, dict) else ""


async def _name_request(request: httpx.Request) -> None:
    """Hand the id of the caller's request on: the database writes it into its audit rows."""
    if request_id := telemetry.bound().get(Attribute.REQUEST_ID):
        request.headers["X-Request-ID"] = str(request_id)


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the client leave as ours; their text never does."""
    import httpx  # noqa: PLC0415 - likewise
    from postgrest import APIError  # noqa: PLC0415 - likewise

    try:
        yield
    except APIError as error:
        raise refusal(str(error.code or ""), error.message or "", error.hint or "") from None
    except httpx.HTTPError:
        raise UnavailableError(AWAY) from None
