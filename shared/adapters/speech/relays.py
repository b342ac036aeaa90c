"""The avatar's relay, asked for by the browser's call; nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.adapters.azure.clients import CONNECT_SECONDS, PerLoop, is_loopback
from shared.domain.secret import Secret
from shared.domain.speech import AvatarRelay
from shared.errors import NotFoundError, UpstreamError

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient

    from shared.adapters.policies.guard import Guarded
    from shared.adapters.speech.resource import SpeechResource

PATH: Final = "/cognitiveservices/avatar/relay/token/v1"


class NoAvatar:
    """Where it is switched off."""

    async def issue(self) -> AvatarRelay:
        raise NotFoundError("Avatar not found: it is switched off.")


class AzureAvatarRelays:
    def __init__(self, resource: SpeechResource, guarded: Guarded) -> None:
        self._resource = resource
        self._guarded = guarded
        self._clients: PerLoop[AsyncPipelineClient[Any, Any]] = PerLoop(self._client)

    async def issue(self) -> AvatarRelay:
        return await self._guarded.call("issue_relay", self._fetch)

    async def close(self) -> None:
        await self._clients.close()

    async def _fetch(self) -> AvatarRelay:
        from azure.core.rest import HttpRequest  # noqa: PLC0415 - loaded by its first use

        request = HttpRequest("GET", f"{self._url}{PATH}", headers=await self._proof())
        response = await self._clients.get().send_request(request)
        response.raise_for_status()
        try:
            told = _Told.model_validate_json(response.content)
        except ValidationError:
            raise UpstreamError("The speech service gave an answer that cannot be read.") from None
        return AvatarRelay(told.urls, told.username, Secret(told.password))

    async def _proof(self) -> dict[str, str]:
        if self._resource.key is not None:
            return {"Ocp-Apim-Subscription-Key": self._resource.key.reveal()}
        return {"Authorization": f"Bearer {(await self._resource.prove()).token.reveal()}"}

    @property
    def _url(self) -> str:
        """The avatar is served where speech is synthesised, and not where tokens are issued."""
        resource = self._resource
        return (
            resource.url
            if is_loopback(resource.url)
            else f"https://{resource.region}.tts.speech.microsoft.com"
        )

    def _client(self) -> AsyncPipelineClient[Any, Any]:
        from azure.core import AsyncPipelineClient  # noqa: PLC0415 - likewise

        # no policies of azure-core: ours repeats, and its own would follow redirects with the key
        return AsyncPipelineClient(
            self._url,
            policies=[],
            connection_timeout=CONNECT_SECONDS,
            read_timeout=self._guarded.policy.seconds,
        )


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    urls: tuple[str, ...] = Field(alias="Urls", min_length=1)
    username: str = Field(alias="Username", min_length=1)
    password: str = Field(alias="Password", min_length=1)
