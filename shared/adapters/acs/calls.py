"""Calls through Call Automation. What comes of a command arrives as events, at our webhook."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from shared.adapters.acs.parties import identifier_of, party_of
from shared.adapters.azure.clients import PerLoop
from shared.domain.calls import (
    Call,
    CallState,
    Participant,
    Phone,
    RecordingState,
    RunningRecording,
    SoundFile,
    SpokenMarkup,
    SpokenText,
)
from shared.errors import ConflictError, NotFoundError, SettingError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from azure.communication.callautomation import (
        CallConnectionProperties,
        FileSource,
        PhoneNumberIdentifier,
        RecordingProperties,
        SsmlSource,
        TextSource,
    )
    from azure.communication.callautomation.aio import CallAutomationClient, CallConnectionClient

    from shared.adapters.acs.resource import Resource
    from shared.adapters.policies.guard import Guarded
    from shared.domain.calls import Errand, Listening, Party, RecordingStyle, Speech

READ_SECONDS: Final = 8.0
INVITATION_SECONDS: Final = 60
LONGEST_TEXT: Final = 400  # beyond it the service wants SSML
NONSENSE: Final = "The call service gave an answer that cannot be read."


@dataclass(frozen=True, slots=True)
class Switchboard:
    """What every call needs to know of us."""

    callback_url: str  # where events go; the interview is added to its query
    speech_endpoint: str  # which speaks and listens on our behalf
    recordings_url: str  # our container, into which recordings are written
    own_number: str = ""  # from which phones are called


class AcsCalls:
    def __init__(self, resource: Resource, switchboard: Switchboard, guarded: Guarded) -> None:
        self._switchboard = switchboard
        self._guarded = guarded
        self._clients = PerLoop(lambda: _client(resource))

    async def place(self, key: UUID, party: Party, errand: Errand) -> Call:
        target, headers = identifier_of(party), _once(key)

        async def make() -> Call:
            with _refusals("The call cannot be placed."):
                return _call(
                    await self._clients.get().create_call(
                        target,
                        self._callback(errand),
                        source_caller_id_number=self._own_number(party),
                        operation_context=str(errand),
                        cognitive_services_endpoint=self._switchboard.speech_endpoint,
                        headers=dict(headers),
                    )
                )

        return await self._guarded.call("place", make)

    async def answer(self, key: UUID, invitation: str, errand: Errand) -> Call:
        headers = _once(key)

        async def make() -> Call:
            with _refusals("The caller has gone."):
                return _call(
                    await self._clients.get().answer_call(
                        invitation,
                        self._callback(errand),
                        operation_context=str(errand),
                        cognitive_services_endpoint=self._switchboard.speech_endpoint,
                        headers=dict(headers),
                    )
                )

        return await self._guarded.call("answer", make)

    async def look(self, call_id: str) -> Call:
        async def make() -> Call:
            with _refusals():
                return _call(await self._on(call_id).get_call_properties())

        return await self._guarded.call("look", make)

    async def hang_up(self, call_id: str, *, for_everyone: bool = True) -> None:
        # leaving takes no header; the id is ours so that a repetition is the same request
        more = {"headers": _once(uuid4())} if for_everyone else {}

        async def make() -> None:
            with _refusals():
                await self._on(call_id).hang_up(for_everyone, **more)

        try:
            await self._guarded.call("hang_up", make)
        except NotFoundError:
            return  # it is over, which is what was wanted

    async def say(self, call_id: str, speech: Speech, errand: Errand) -> None:
        async def make() -> None:
            with _refusals():
                await self._on(call_id).play_media(_source(speech), operation_context=str(errand))

        await self._guarded.call("say", make, repeatable=False)

    async def listen(self, call_id: str, to: Party, listening: Listening, errand: Errand) -> None:
        target, wanted = identifier_of(to), _recognition(listening)

        async def make() -> None:
            with _refusals():
                await self._on(call_id).start_recognizing_media(
                    target_participant=target, operation_context=str(errand), **wanted
                )

        await self._guarded.call("listen", make, repeatable=False)

    async def be_silent(self, call_id: str) -> None:
        async def make() -> None:
            with _refusals():
                await self._on(call_id).cancel_all_media_operations()

        await self._guarded.call("be_silent", make)

    async def participants(self, call_id: str) -> tuple[Participant, ...]:
        async def make() -> tuple[Participant, ...]:
            with _refusals():
                found = [each async for each in self._on(call_id).list_participants()]
            return tuple(
                Participant(party_of(each.identifier.raw_id), bool(each.is_muted), bool(each.is_on_hold))
                for each in found
                if each.identifier is not None
            )

        return await self._guarded.call("participants", make)

    async def add(self, key: UUID, call_id: str, party: Party, errand: Errand) -> None:
        target, headers = identifier_of(party), _once(key)

        async def make() -> None:
            with _refusals():
                await self._on(call_id).add_participant(
                    target,
                    invitation_timeout=INVITATION_SECONDS,
                    operation_context=str(errand),
                    source_caller_id_number=self._own_number(party),
                    headers=dict(headers),
                )

        await self._guarded.call("add", make)

    async def remove(self, call_id: str, party: Party, errand: Errand) -> None:
        target, headers = identifier_of(party), _once(uuid4())

        async def make() -> None:
            with _refusals():
                await self._on(call_id).remove_participant(
                    target, operation_context=str(errand), headers=dict(headers)
                )

        await self._guarded.call("remove", make)

    async def mute(self, call_id: str, party: Party) -> None:
        target, headers = identifier_of(party), _once(uuid4())

        async def make() -> None:
            with _refusals("Nobody of this name is on the call."):
                await self._on(call_id).mute_participant(target, headers=dict(headers))

        await self._guarded.call("mute", make)

    async def start_recording(
        self, key: UUID, server_call_id: str, style: RecordingStyle, errand: Errand
    ) -> RunningRecording:
        headers = _once(key)

        async def make() -> RunningRecording:
            from azure.communication.callautomation import (  # noqa: PLC0415 - loaded by the first call
                AzureBlobContainerRecordingStorage,
            )

            with _refusals():
                return _recording(
                    await self._clients.get().start_recording(
                        server_call_id=server_call_id,
                        recording_state_callback_url=self._callback(errand),
                        recording_content_type=style.content.value,
                        recording_channel_type=style.channel.value,
                        recording_format_type=style.format.value,
                        recording_storage=AzureBlobContainerRecordingStorage(
                            self._switchboard.recordings_url
                        ),
                        headers=dict(headers),
                    )
                )

        return await self._guarded.call("start_recording", make)

    async def pause_recording(self, recording_id: str) -> None:
        async def make() -> None:
            with _refusals(NO_RECORDING):
                await self._clients.get().pause_recording(recording_id)

        await self._guarded.call("pause_recording", make)

    async def resume_recording(self, recording_id: str) -> None:
        async def make() -> None:
            with _refusals(NO_RECORDING):
                await self._clients.get().resume_recording(recording_id)

        await self._guarded.call("resume_recording", make)

    async def stop_recording(self, recording_id: str) -> None:
        async def make() -> None:
            with _refusals(NO_RECORDING):
                await self._clients.get().stop_recording(recording_id)

        try:
            await self._guarded.call("stop_recording", make)
        except NotFoundError:
            return  # it has stopped, which is what was wanted

    async def look_at_recording(self, recording_id: str) -> RunningRecording:
        async def make() -> RunningRecording:
            with _refusals(NO_RECORDING):
                return _recording(await self._clients.get().get_recording_properties(recording_id))

        return await self._guarded.call("look_at_recording", make)

    async def close(self) -> None:
        await self._clients.close()

    def _on(self, call_id: str) -> CallConnectionClient:
        return self._clients.get().get_call_connection(call_id)

    def _callback(self, errand: Errand) -> str:
        url = self._switchboard.callback_url
        query = urlencode({"interview_id": str(errand.interview_id)})
        return f"{url}{'&' if '?' in url else '?'}{query}"

    def _own_number(self, party: Party) -> PhoneNumberIdentifier | None:
        if not isinstance(party, Phone):
            return None
        if not self._switchboard.own_number:
            raise SettingError("The setting ACS_PHONE_NUMBER is empty: phones cannot be called without it.")
        from azure.communication.callautomation import PhoneNumberIdentifier  # noqa: PLC0415 - likewise

        return PhoneNumberIdentifier(self._switchboard.own_number)


NO_CALL: Final = "The call is over, or there is none of this id."
NO_RECORDING: Final = "The recording has stopped, or there is none of this id."


@contextmanager
def _refusals(missing: str = NO_CALL) -> Iterator[None]:
    """What the service says of our request; what it says of itself is for the guard."""
    from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError  # noqa: PLC0415 - likewise

    try:
        yield
    except ResourceNotFoundError:
        raise NotFoundError(missing) from None
    except ResourceExistsError:
        raise ConflictError("The call is not in a state for this.") from None


def _client(resource: Resource) -> CallAutomationClient:
    from azure.communication.callautomation.aio import CallAutomationClient  # noqa: PLC0415 - likewise

    return resource.client(CallAutomationClient, read_seconds=READ_SECONDS)


def _once(key: UUID) -> dict[str, str]:
    """Headers that make a request repeatable: the service answers a second one as it did the first."""
    first_sent = format_datetime(datetime.now(UTC), usegmt=True)
    return {"Repeatability-Request-ID": str(key), "Repeatability-First-Sent": first_sent}


def _call(properties: CallConnectionProperties) -> Call:
    if not properties.call_connection_id or not properties.server_call_id:
        raise UpstreamError(NONSENSE)
    try:
        state = CallState(str(properties.call_connection_state))
    except ValueError:
        state = CallState.UNKNOWN
    return Call(properties.call_connection_id, properties.server_call_id, state)


def _recording(properties: RecordingProperties) -> RunningRecording:
    try:
        state = RecordingState(str(properties.recording_state))
    except ValueError:
        raise UpstreamError(NONSENSE) from None
    if not properties.recording_id:
        raise UpstreamError(NONSENSE)
    return RunningRecording(properties.recording_id, state)


def _source(speech: Speech) -> TextSource | SsmlSource | FileSource:
    from azure.communication.callautomation import FileSource, SsmlSource, TextSource  # noqa: PLC0415 - likewise

    match speech:
        case SpokenText(text, language, voice) if len(text) > LONGEST_TEXT:
            return SsmlSource(ssml_text=_markup(text, language, voice))
        case SpokenText(text, language, voice):
            return TextSource(text=text, source_locale=language, voice_name=voice)
        case SpokenMarkup(ssml):
            return SsmlSource(ssml_text=ssml)
        case SoundFile(url):
            return FileSource(url=url)


def _markup(text: str, language: str, voice: str) -> str:
    """A text that is too long to be said as one."""
    return (
        '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" '
        f"xml:lang={quoteattr(language)}><voice name={quoteattr(voice)}>{escape(text)}</voice></speak>"
    )


def _recognition(listening: Listening) -> dict[str, Any]:
    """Arguments of the client. There is no limit to how long somebody speaks, only to silence."""
    from azure.communication.callautomation import RecognitionChoice  # noqa: PLC0415 - likewise

    wanted: dict[str, Any] = {
        "input_type": "speech",
        "speech_language": listening.language,
        "initial_silence_timeout": listening.patience_seconds,
        "interrupt_prompt": listening.may_interrupt,
        "play_prompt": _source(listening.prompt) if listening.prompt else None,
    }
    if listening.choices:
        choices = [
            RecognitionChoice(label=each.label, phrases=list(each.phrases), tone=each.tone)
            for each in listening.choices
        ]
        return wanted | {"input_type": "choices", "choices": choices}
    wanted["end_silence_timeout"] = listening.pause_seconds
    if listening.most_tones:
        return wanted | {"input_type": "speechOrDtmf", "dtmf_max_tones_to_collect": listening.most_tones}
    return wanted
