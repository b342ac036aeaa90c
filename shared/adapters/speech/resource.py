"""Where speech is processed, and how we prove who we are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared.adapters.azure.clients import is_loopback
from shared.adapters.azure.credentials import COGNITIVE_SERVICES
from shared.domain.secret import Secret

if TYPE_CHECKING:
    from shared.adapters.azure.credentials import Credentials

CONNECTION: Final = "SPEECH-Error-MaxRetryCount"
UNTHROTTLED: Final = "SPEECH-TransmitLengthBeforThrottleMs"  # the SDK's own spelling
STOPPING: Final = "SPEECH-StopRecognitionTimeoutInSeconds"
SYNTHESIS_RETRIES: Final = "SpeechSynthesis_MaxRetryTimes"


@dataclass(frozen=True, slots=True)
class Proof:
    """A token of our identity for the service, and until when it is one."""

    token: Secret
    expires_at: datetime


class SpeechResource:
    """A Speech resource: the simulator on this machine, or Azure's of a region."""

    def __init__(
        self,
        region: str,
        endpoint: str | None,
        key: Secret | None,
        resource_id: str,
        credentials: Credentials,
    ) -> None:
        self.region = region
        self.key = key if key is not None and key.reveal() else None
        self.url = endpoint or f"https://{region}.api.cognitive.microsoft.com"
        self._resource_id = resource_id
        self._credentials = credentials

    @property
    def host(self) -> str | None:
        """What the SDKs are told instead of the region, where it is not Azure's."""
        return f"ws://{urlsplit(self.url).netloc}" if is_loopback(self.url) else None

    async def prove(self) -> Proof:
        """The form in which the service takes a token of an identity names the resource as well."""
        token = await self._credentials.identity.get_token(COGNITIVE_SERVICES)
        return Proof(
            Secret(f"aad#{self._resource_id}#{token.token}"), datetime.fromtimestamp(token.expires_on, UTC)
        )

    async def configuration(self) -> Any:  # noqa: ANN401 - the SDK is published without types
        """For one call: a token in it would grow old."""
        proof = None if self.key else (await self.prove()).token.reveal()
        # the SDK costs 0.1 s and 23 MB, which only those who hear or speak need
        from azure.cognitiveservices.speech import OutputFormat, SpeechConfig  # noqa: PLC0415

        place = {"host": self.host} if self.host else {"region": self.region}
        if self.key:
            config = SpeechConfig(**place, subscription=self.key.reveal())
        elif self.host:
            config = SpeechConfig(**place)
            config.authorization_token = proof
        else:
            config = SpeechConfig(**place, auth_token=proof)
        config.output_format = OutputFormat.Detailed
        for name, value in (
            (CONNECTION, "0"),  # our policy repeats
            (SYNTHESIS_RETRIES, "0"),
            (UNTHROTTLED, "600000"),  # it is recorded already: not at the pace of speech
            (STOPPING, "1"),
        ):
            config.set_property_by_name(name, value)
        return config
