"""Calls and speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.acs.call_events import AcsCallEvents
from shared.adapters.acs.call_tokens import AcsCallTokens
from shared.adapters.acs.callback_keys import CallbackKeys
from shared.adapters.acs.calls import AcsCalls, Switchboard
from shared.adapters.azure.faults import azure_fault
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.adapters.speech.transcription import AzureTranscriber
from shared.adapters.supabase.tokens import KeySet
from shared.domain.files import Store

if TYPE_CHECKING:
    from shared.bootstrap import Services
    from shared.ports.call_events import CallEvents
    from shared.ports.call_tokens import CallTokens
    from shared.ports.calls import Calls
    from shared.ports.speech import Speech, SpeechTokens
    from shared.ports.transcription import Transcriber


class Voice:
    def __init__(self, services: Services) -> None:
        self._services = services

    def calls(self) -> Calls:
        settings = self._services.settings
        region = settings.speech.region
        switchboard = Switchboard(
            callback_url=f"{settings.addresses.api}/api/v1/webhooks/call-automation",
            speech_endpoint=settings.speech.endpoint or f"https://{region}.api.cognitive.microsoft.com",
            recordings_url=f"{settings.storage.blob_service_url}/{Store.RECORDINGS}",
            own_number=settings.communication.phone_number,
        )
        return AcsCalls(
            self._services.communication, switchboard, self._services.guards.of("calls", azure_fault)
        )

    def call_tokens(self) -> CallTokens:
        return AcsCallTokens(
            self._services.communication, self._services.guards.of("call_tokens", azure_fault)
        )

    def call_events(self) -> CallEvents:
        settings = self._services.settings.communication
        keys = KeySet(
            CallbackKeys(settings.callback_keys_url, self._services.guards).fetch, self._services.clock
        )
        return AcsCallEvents(keys, settings.callback_issuer, settings.audience)

    def speech_resource(self) -> SpeechResource:
        settings = self._services.settings.speech
        return SpeechResource(
            settings.region, settings.endpoint, settings.key, settings.resource_id, self._services.credentials
        )

    def speech(self) -> Speech:
        return AzureSpeech(self._services.speech_resource, self._services.guards.of("speech", speech_fault))

    def speech_tokens(self) -> SpeechTokens:
        return AzureSpeechTokens(
            self._services.speech_resource,
            self._services.guards.of("speech", azure_fault),
            self._services.clock,
        )

    def transcription(self) -> Transcriber:
        guarded = self._services.guards.of("transcription", azure_fault)
        return AzureTranscriber(self._services.speech_resource, self._services.credentials, guarded)
