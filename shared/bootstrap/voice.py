"""Calls and speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.acs.call_events import AcsCallEvents
from shared.adapters.acs.call_tokens import AcsCallTokens
from shared.adapters.acs.callback_keys import CallbackKeys
from shared.adapters.acs.calls import AcsCalls, Switchboard
from shared.adapters.azure.faults import azure_fault
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.relays import AzureAvatarRelays, NoAvatar
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.adapters.speech.transcription import AzureTranscriber
from shared.adapters.supabase.attention import SupabaseAttention
from shared.adapters.supabase.call_records import SupabaseCallIdentities, SupabaseCallRecords
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.handled_events import SupabaseHandledEvents
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.recording_desk import SupabaseRecordingDesk
from shared.adapters.supabase.recording_records import SupabaseRecordingRecords
from shared.adapters.supabase.tokens import KeySet
from shared.domain.files import Store
from shared.use_cases.calls.begin_by_call import BeginByCall
from shared.use_cases.calls.talk_over_phone import TalkOverPhone
from shared.use_cases.calls.verbs import CallKept, CallVerbs
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.unpark import Unpark
from shared.use_cases.recordings.commands import RecordingCommands
from shared.use_cases.recordings.discard_recording import Operators, RecordingStore
from shared.use_cases.speech.issue_avatar_relay import IssueAvatarRelay
from shared.use_cases.speech.issue_speech_token import IssueSpeechToken

if TYPE_CHECKING:
    from azure.durable_functions import DurableFunctionsClient

    from shared.bootstrap import Services
    from shared.ports.avatar_relays import AvatarRelays
    from shared.ports.call_events import CallEvents
    from shared.ports.call_tokens import CallTokens
    from shared.ports.calls import Calls
    from shared.ports.speech import Speech, SpeechTokens
    from shared.ports.transcription import Transcriber
    from shared.use_cases.calls.hear_call_events import HearCallEvents


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

    def call_verbs(self) -> CallVerbs:
        services = self._services
        functions = RestFunctions(services.rest)
        kept = CallKept(
            SupabaseCallRecords(functions),
            SupabaseCallIdentities(functions),
            SupabaseRecordingRecords(functions),
            SupabaseHandledEvents(functions),
        )
        return CallVerbs.over(
            services.authorise,
            services.calls,
            services.call_tokens,
            services.call_events,
            kept,
            services.clock,
        )

    def hear_call_events(self, client: DurableFunctionsClient) -> HearCallEvents:
        carry = self._services.carry(client)
        interviews = SupabaseInterviews(RestFunctions(self._services.rest))
        return self._services.call_verbs.hear(
            BeginByCall(self._services.interviews.start, carry.begun),
            TalkOverPhone(self._services.calls, interviews, self._services.take_turn),
        )

    def recording_commands(self) -> RecordingCommands:
        services = self._services
        functions = RestFunctions(services.rest)
        attention = SupabaseAttention(functions)
        return RecordingCommands.over(
            services.authorise,
            services.calls,
            SupabaseRecordingRecords(functions),
            RecordingStore(SupabaseRecordingDesk(functions), services.files),
            Operators(Park(attention), Unpark(attention)),
            services.clock,
        )

    def speech_token(self) -> IssueSpeechToken:
        return IssueSpeechToken(FindTalk(self._services.authorise), self._services.speech_tokens)

    def avatar_relays(self) -> AvatarRelays:
        if not self._services.settings.speech.avatar:
            return NoAvatar()
        guarded = self._services.guards.of("speech", azure_fault)
        return AzureAvatarRelays(self._services.speech_resource, guarded)

    def avatar_relay(self) -> IssueAvatarRelay:
        return IssueAvatarRelay(self._services.avatar_relays)

    def transcription(self) -> Transcriber:
        guarded = self._services.guards.of("transcription", azure_fault)
        return AzureTranscriber(self._services.speech_resource, self._services.credentials, guarded)
