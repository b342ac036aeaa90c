"""The public keys with which Communication Services signs its callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shared.adapters.azure.clients import PerLoop
from shared.adapters.policies import fault as faults
from shared.errors import TalentiError, UnavailableError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.adapters.policies.fault import Fault
    from shared.adapters.policies.guard import Guards

SECONDS: Final = 4.0


class CallbackKeys:
    def __init__(self, url: str, guards: Guards) -> None:
        self._url = url
        self._guarded = guards.of("call_keys", _fault)
        self._clients = PerLoop(_Client)

    async def fetch(self) -> Mapping[str, Any]:
        """The key set as it is published. Raises UnavailableError."""
        try:
            return await self._guarded.call("fetch", self._ask)
        except TalentiError:
            # whatever went wrong, there are no keys to judge by now
            raise UnavailableError("The keys of call events cannot be had.") from None

    async def close(self) -> None:
        await self._clients.close()

    async def _ask(self) -> Mapping[str, Any]:
        answer = await self._clients.get().http.get(self._url)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
            raise UpstreamError("The keys of call events cannot be read.")
        return found


class _Client:
    def __init__(self) -> None:
        import httpx  # noqa: PLC0415 - 50 ms that a cold start need not pay

        self.http = httpx.AsyncClient(timeout=SECONDS)

    async def close(self) -> None:
        await self.http.aclose()


def _fault(error: Exception, label: str) -> Fault | None:
    import httpx  # noqa: PLC0415 - likewise

    match error:
        case httpx.HTTPStatusError():
            return faults.of_status(error.response.status_code, label)
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return faults.unreached(label)
        case httpx.TimeoutException():
            return faults.too_slow(label)
        case httpx.DecodingError() | ValueError():
            return faults.malformed(label)
        case httpx.HTTPError():
            return faults.lost(label)
        case _:
            return None
