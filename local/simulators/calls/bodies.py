"""What the operations of Call Automation take."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from local.simulators.acs.identifiers import Identifier, PhoneNumber, User, Wire

TONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("a", "b", "c", "d", "pound", "asterisk"),
)


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("an absolute address is needed")
    return text


def _tone(text: str) -> str:
    if text not in TONES:
        raise ValueError(f"a tone is one of {', '.join(TONES)}")
    return text


type Address = Annotated[str, AfterValidator(_address)]
type Tone = Annotated[str, AfterValidator(_tone)]


class Intelligence(Wire):
    cognitive_services_endpoint: Address


class Transcription(Wire):
    transport_url: str | None = None
    transport_type: Literal["websocket"]
    locale: str
    start_transcription: bool = False


class MediaStreaming(Wire):
    transport_url: str | None = None
    transport_type: Literal["websocket"]
    audio_channel_type: Literal["mixed", "unmixed"]
    start_media_streaming: bool = False


class Connection(Wire):
    """What creating and answering a call have in common."""

    callback_uri: Address
    operation_context: str | None = None
    call_intelligence_options: Intelligence | None = None
    transcription_options: Transcription | None = None
    media_streaming_options: MediaStreaming | None = None


class CreateCall(Connection):
    targets: list[Identifier] = Field(min_length=1)
    source_caller_id_number: PhoneNumber | None = None
    source_display_name: str | None = None
    source: User | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.source_caller_id_number is None and any(target.phone_number for target in self.targets):
            raise ValueError("sourceCallerIdNumber is required to call a phone number")
        return self


class AnswerCall(Connection):
    incoming_call_context: str = Field(min_length=1)
    answered_by: User | None = None


class RejectCall(Wire):
    incoming_call_context: str = Field(min_length=1)
    call_reject_reason: Literal["none", "busy", "forbidden"] = "none"


class Operation(Wire):
    operation_context: str | None = None
    operation_callback_uri: Address | None = None


class Text(Wire):
    text: str
    source_locale: str | None = None
    voice_kind: Literal["male", "female"] | None = None
    voice_name: str | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.voice_name is None and (self.voice_kind is None or self.source_locale is None):
            raise ValueError("a text needs a voiceName, or a sourceLocale with a voiceKind")
        return self


class Ssml(Wire):
    ssml_text: str


class File(Wire):
    uri: Address


class PlaySource(Wire):
    kind: Literal["text", "file", "ssml"]
    text: Text | None = None
    file: File | None = None
    ssml: Ssml | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if getattr(self, self.kind) is None:
            raise ValueError(f"a play source of kind {self.kind} has a {self.kind}")
        return self


class PlayOptions(Wire):
    loop: bool = False


class Play(Operation):
    play_sources: list[PlaySource] = Field(min_length=1)
    play_to: list[Identifier] = Field(default_factory=list)
    play_options: PlayOptions = Field(default_factory=PlayOptions)
    interrupt_call_media_operation: bool = False


class DtmfOptions(Wire):
    inter_tone_timeout_in_seconds: int = Field(default=2, ge=1, le=60)
    max_tones_to_collect: int | None = Field(default=None, ge=1)
    stop_tones: list[Tone] = Field(default_factory=list)


class SpeechOptions(Wire):
    end_silence_timeout_in_ms: int = Field(default=1000, ge=0)


class Choice(Wire):
    label: str
    phrases: list[str] = Field(min_length=1)
    tone: Tone | None = None


class RecognizeOptions(Wire):
    target_participant: Identifier
    interrupt_prompt: bool = False
    initial_silence_timeout_in_seconds: int = Field(default=5, ge=0, le=300)
    speech_language: str | None = None
    dtmf_options: DtmfOptions | None = None
    speech_options: SpeechOptions | None = None
    choices: list[Choice] | None = None


class Recognize(Operation):
    recognize_input_type: Literal["dtmf", "speech", "speechOrDtmf", "choices"]
    recognize_options: RecognizeOptions
    play_prompt: PlaySource | None = None
    play_prompts: list[PlaySource] | None = None
    interrupt_call_media_operation: bool = False

    @model_validator(mode="after")
    def check(self) -> Self:
        options = self.recognize_options
        needed = {
            "dtmf": options.dtmf_options,
            "speech": options.speech_options,
            "speechOrDtmf": options.speech_options,
            "choices": options.choices,
        }
        if not needed[self.recognize_input_type]:
            raise ValueError(f"recognising {self.recognize_input_type} needs its options")
        return self

    @property
    def prompts(self) -> list[PlaySource]:
        return self.play_prompts or ([self.play_prompt] if self.play_prompt else [])

    @property
    def needs_speech(self) -> bool:
        return self.recognize_input_type != "dtmf" or any(prompt.kind != "file" for prompt in self.prompts)


class AddParticipant(Operation):
    participant_to_add: Identifier
    invitation_timeout_in_seconds: int = Field(default=60, ge=0, le=180)
    source_caller_id_number: PhoneNumber | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.participant_to_add.phone_number and self.source_caller_id_number is None:
            raise ValueError("sourceCallerIdNumber is required to add a phone number")
        return self


class CancelAddParticipant(Operation):
    invitation_id: str


class RemoveParticipant(Operation):
    participant_to_remove: Identifier


class MuteParticipants(Operation):
    target_participants: list[Identifier] = Field(min_length=1, max_length=1)


class StartTranscription(Operation):
    locale: str | None = None


class UpdateTranscription(Operation):
    locale: str


class Locator(Wire):
    kind: Literal["serverCallLocator", "groupCallLocator", "roomCallLocator"]
    server_call_id: str | None = None


class ExternalStorage(Wire):
    recording_storage_kind: Literal["azureBlobStorage", "azureCommunicationServices"]
    recording_destination_container_url: Address | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.recording_storage_kind == "azureBlobStorage" and not self.recording_destination_container_url:
            raise ValueError("recordingDestinationContainerUrl is required")
        return self


class StartRecording(Wire):
    call_locator: Locator | None = None
    call_connection_id: str | None = None
    recording_state_callback_uri: Address | None = None
    recording_content_type: Literal["audio", "audioVideo"] = "audioVideo"
    recording_channel_type: Literal["mixed", "unmixed"] = "mixed"
    recording_format_type: Literal["wav", "mp3", "mp4"] | None = None
    pause_on_start: bool = False
    external_storage: ExternalStorage | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.call_locator is None and self.call_connection_id is None:
            raise ValueError("callLocator or callConnectionId is required")
        if self.recording_channel_type == "unmixed" and (self.recording_content_type, self.format) != (
            "audio",
            "wav",
        ):
            raise ValueError("unmixed recordings are audio in wav")
        if (self.recording_content_type == "audioVideo") != (self.format == "mp4"):
            raise ValueError("mp4 is for audioVideo, wav and mp3 are for audio")
        return self

    @property
    def format(self) -> str:
        usual = "mp4" if self.recording_content_type == "audioVideo" else "wav"
        return self.recording_format_type or usual
