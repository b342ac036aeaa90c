"""Whole recordings through fast transcription."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from shared.adapters.azure.clients import PerLoop, client_options
from shared.domain.secret import Secret
from shared.domain.speech import MAX_HINTS, SpokenWord, TranscribedPhrase, Transcription
from shared.errors import BadFileError, UpstreamError

if TYPE_CHECKING:
    from azure.ai.transcription.aio import TranscriptionClient
    from azure.ai.transcription.models import TranscribedPhrase as WirePhrase
    from azure.ai.transcription.models import TranscriptionOptions, TranscriptionResult
    from azure.core.exceptions import HttpResponseError

    from shared.adapters.azure.credentials import Credentials
    from shared.adapters.policies.guard import Guarded
    from shared.adapters.speech.resource import SpeechResource
    from shared.domain.speech import Recording

UNREADABLE: Final = "The recording cannot be read."
MOST_SPEAKERS: Final = 35


class AzureTranscriber:
    def __init__(self, resource: SpeechResource, credentials: Credentials, guarded: Guarded) -> None:
        self._resource = resource
        self._credentials = credentials
        self._guarded = guarded
        self._clients = PerLoop(self._client)

    async def transcribe(self, recording: Recording) -> Transcription:
        return await self._guarded.call("transcribe", lambda: self._transcribe(recording))

    async def close(self) -> None:
        await self._clients.close()

    async def _transcribe(self, recording: Recording) -> Transcription:
        from azure.core.exceptions import HttpResponseError  # noqa: PLC0415 - loaded by its first use

        try:
            result = await self._ask(recording)
        except HttpResponseError as error:
            if _is_about_the_sound(error):
                raise BadFileError(UNREADABLE, code="file_unreadable") from None
            raise
        try:
            return _transcription(result)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UpstreamError("The transcription service gave an answer that cannot be read.") from None

    async def _ask(self, recording: Recording) -> TranscriptionResult:
        from azure.ai.transcription.models import TranscriptionContent  # noqa: PLC0415 - likewise

        options = _options(recording)
        if isinstance(recording.source, Secret):
            return await self._clients.get().transcribe_from_url(recording.source.reveal(), options=options)
        # a handle would be read once only
        audio = ("recording", recording.source, "application/octet-stream")
        return await self._clients.get().transcribe(TranscriptionContent(definition=options, audio=audio))

    def _client(self) -> TranscriptionClient:
        from azure.ai.transcription.aio import TranscriptionClient  # noqa: PLC0415 - likewise

        return TranscriptionClient(
            self._resource.url,
            self._credentials.of(self._resource.key),
            **client_options(
                self._resource.url,
                read_seconds=self._guarded.policy.seconds,
                by_token=self._resource.key is None,
            ),
        )


def _options(recording: Recording) -> TranscriptionOptions:
    from azure.ai.transcription import models  # noqa: PLC0415 - likewise

    options = models.TranscriptionOptions(
        locales=[recording.language],
        profanity_filter_mode="None",  # a score quotes what was said
    )
    if recording.hints:
        options.phrase_list = models.PhraseListProperties(phrases=list(recording.hints[:MAX_HINTS]))
    if recording.channels > 1:
        options.active_channels = list(range(recording.channels))
    elif recording.speakers > 1:
        speakers = min(recording.speakers, MOST_SPEAKERS)
        options.diarization_options = models.TranscriptionDiarizationOptions(max_speakers=speakers)
    return options


def _is_about_the_sound(error: HttpResponseError) -> bool:
    """Refused because of the recording, and not because of how we asked."""
    if error.status_code not in {400, 422} or error.response is None:
        return False
    try:
        inner = json.loads(error.response.text())["innerError"]["code"]
    except (ValueError, KeyError, TypeError):
        return False
    return "Audio" in str(inner)


def _transcription(result: TranscriptionResult) -> Transcription:
    phrases = sorted(map(_phrase, result.phrases), key=lambda phrase: phrase.begins_ms)
    return Transcription(int(result.duration_milliseconds), tuple(phrases))


def _phrase(phrase: WirePhrase) -> TranscribedPhrase:
    return TranscribedPhrase(
        text=str(phrase.text),
        begins_ms=int(phrase.offset_milliseconds),
        lasts_ms=int(phrase.duration_milliseconds),
        confidence=float(phrase.confidence),
        channel=phrase.channel,
        speaker=phrase.speaker,
        words=tuple(
            SpokenWord(str(word.text), int(word.offset_milliseconds), int(word.duration_milliseconds))
            for word in phrase.words or ()
        ),
    )
