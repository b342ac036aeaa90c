"""Tokens for browsers: asked for once in nine minutes, whoever wants one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.azure.clients import CONNECT_SECONDS, PerLoop
from shared.domain.secret import Secret
from shared.domain.speech import SpeechToken
from shared.errors import RateLimitedError, UnavailableError, UpstreamError

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient

    from shared.adapters.policies.guard import Guarded
    from shared.adapters.speech.resource import SpeechResource
    from shared.ports.clock import Clock

LIVES: Final = timedelta(minutes=10)
# clients renew with less than this left
SPARE: Final = timedelta(minutes=1)
PATH: Final = "/sts/v1.0/issueToken"
LONGEST: Final = 16 * 1024


class AzureSpeechTokens:
    """With a key the service issues one for speech alone; without, it is a token of our identity."""

    def __init__(self, resource: SpeechResource, guarded: Guarded, clock: Clock) -> None:
        self._resource = resource
        self._guarded = guarded
        self._clock = clock
        self._clients: PerLoop[AsyncPipelineClient[Any, Any]] = PerLoop(self._client)
        self._kept: SpeechToken | None = None
        self._lock = asyncio.Lock()

    async def issue(self) -> SpeechToken:
        if (kept := self._kept) is not None and self._lasts(kept, SPARE):
            return kept
        async with self._lock:
            if (kept := self._kept) is not None and self._lasts(kept, SPARE):
                return kept
            try:
                self._kept = await self._guarded.call("issue_token", self._fetch)
            except (UnavailableError, RateLimitedError):
                if kept is None or not self._lasts(kept, SPARE / 2):
                    raise
                return kept  # its last minute is better than none
            return self._kept

    async def close(self) -> None:
        await self._clients.close()

    def _lasts(self, token: SpeechToken, spare: timedelta) -> bool:
        return token.expires_at - self._clock.now() > spare

    async def _fetch(self) -> SpeechToken:
        if self._resource.key is None:
            proof = await self._resource.prove()
            return SpeechToken(proof.token, self._resource.region, proof.expires_at, self._resource.host)
        asked_at = self._clock.now()
        token = await self._exchange(self._resource.key)
        return SpeechToken(token, self._resource.region, asked_at + LIVES, self._resource.host)

    async def _exchange(self, key: Secret) -> Secret:
        from azure.core.rest import HttpRequest  # noqa: PLC0415 - loaded by its first use

        request = HttpRequest(
            "POST", f"{self._resource.url}{PATH}", headers={"Ocp-Apim-Subscription-Key": key.reveal()}
        )
        response = await self._clients.get().send_request(request)
        response.raise_for_status()
        token = response.text().strip()
        if token.count(".") != 2 or len(token) > LONGEST or any(letter.isspace() for letter in token):
            raise UpstreamError("The speech service gave an answer that cannot be read.")
        return Secret(token)

    def _client(self) -> AsyncPipelineClient[Any, Any]:
        from azure.core import AsyncPipelineClient  # noqa: PLC0415 - likewise

        # no policies of azure-core: ours repeats, and its own would follow redirects with the key
        return AsyncPipelineClient(
            self._resource.url,
            policies=[],
            connection_timeout=CONNECT_SECONDS,
            read_timeout=self._guarded.policy.seconds,
        )
