"""Fast transcription, as `azure-ai-transcription` 1.0 asks for it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.simulators.checks import RefusedError, require_api_version
from local.simulators.speech.admission import admit
from local.simulators.speech.hearing import spread
from local.simulators.transcription.recordings import NotAudioError, Recording, Said, phrase, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from local.simulators.world import World

VERSIONS: Final = frozenset({"2024-11-15", "2025-10-15"})
LONGEST_MS: Final = 2 * 60 * 60 * 1000
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Diarization(_Part):
    enabled: bool = True
    maxSpeakers: int = Field(default=2, ge=2, le=35)  # noqa: N815 - as on the wire


class PhraseList(_Part):
    phrases: list[str] = Field(default_factory=list)
    biasingWeight: float | None = Field(default=None, ge=1.0, le=20.0)  # noqa: N815 - likewise


class Definition(_Part):
    locales: list[str] = Field(default_factory=list)
    models: dict[str, str] | None = None
    diarization: Diarization | None = None
    channels: list[Literal[0, 1]] | None = Field(default=None, min_length=1, max_length=2)
    profanityFilterMode: Literal["None", "Removed", "Tags", "Masked"] = "Masked"  # noqa: N815 - likewise
    phraseList: PhraseList | None = None  # noqa: N815 - likewise
    audioUrl: str | None = None  # noqa: N815 - likewise


def routes(world: World) -> list[BaseRoute]:
    world.scripts.accept("transcription", check_script)
    clerk = Clerk(world)
    return [Route("/speechtotext/transcriptions:transcribe", clerk.transcribe, methods=["POST"])]


def check_script(script: Mapping[str, Any]) -> None:
    """`phrases`: each has a `text`, and may have what `recordings.phrase` reads."""
    try:
        for each in script["phrases"]:
            phrase(each)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("phrases must be a list of objects with a text") from error


class Clerk:
    def __init__(self, world: World) -> None:
        self._world = world

    async def transcribe(self, request: Request) -> Response:
        admit(request, self._world.keys.speech)
        require_api_version(request, VERSIONS)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise RefusedError(415, "UnsupportedMediaType", "The content type must be multipart/form-data.")
        async with request.form(max_part_size=1024 * 1024) as form:
            definition = _definition(form.get("definition"))
            audio = form.get("audio")
            content = await audio.read() if isinstance(audio, UploadFile) else None
        recording = await self._read(content, definition)
        return JSONResponse(_told(recording, definition))

    async def _read(self, content: bytes | None, definition: Definition) -> Recording:
        if (content is None) == (definition.audioUrl is None):
            raise _refused("InvalidRequest", "Either the part audio or audioUrl must be given.")
        if content is None:
            content = await self._fetch(definition.audioUrl or "")
        try:
            recording = await asyncio.to_thread(read, content, definition.channels or ())
        except NotAudioError as error:
            raise _refused("InvalidAudioFormat", f"The audio cannot be read: {error}.") from error
        if not 0 < recording.duration_ms <= LONGEST_MS:
            raise _refused("AudioLengthLimitExceeded", "The audio must last up to two hours.")
        facts = {"locale": ",".join(definition.locales), "channels": str(recording.channels)}
        script = self._world.scripts.take("transcription", facts)
        if script is None:
            return recording
        said = tuple(phrase(each) for each in script["phrases"])
        return Recording(recording.duration_ms, recording.channels, said)

    async def _fetch(self, url: str) -> bytes:
        """From this machine only, as nothing here leaves it."""
        if urlsplit(url).hostname not in LOOPBACK:
            raise _refused("InvalidAudioUrl", "The address cannot be reached.")
        import httpx  # noqa: PLC0415 - loaded by the first call out

        try:
            answer = await self._world.http.get(url)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise _refused("InvalidAudioUrl", "The audio cannot be fetched.") from error
        return answer.content


def _definition(part: object) -> Definition:
    text = part if isinstance(part, str) else ""
    try:
        definition = Definition.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise _refused("InvalidJson", "The part definition is missing, or is no definition.") from error
    if definition.diarization and len(definition.channels or ()) > 1:
        raise _refused("InvalidRequest", "Diarization is for audio in one channel.")
    return definition


def _refused(code: str, message: str) -> RefusedError:
    body = {
        "code": "InvalidArgument",
        "message": "The request is invalid.",
        "innerError": {"code": code, "message": message},
    }
    return RefusedError(400, code, message, body=body)


def _told(recording: Recording, definition: Definition) -> dict[str, Any]:
    said = recording.said
    by_channel = definition.channels is not None
    locale = next(iter(definition.locales), "en-US")
    speakers = _speakers(said, definition.diarization)
    return {
        "durationMilliseconds": recording.duration_ms,
        "combinedPhrases": _combined(said, by_channel=by_channel),
        "phrases": [_phrase(each, locale, speakers, by_channel=by_channel) for each in said],
    }


def _combined(said: Sequence[Said], *, by_channel: bool) -> list[dict[str, Any]]:
    if not by_channel:
        return [{"text": " ".join(each.text for each in said)}]
    channels = sorted({each.channel for each in said})
    return [
        {"channel": channel, "text": " ".join(each.text for each in said if each.channel == channel)}
        for channel in channels
    ]


def _speakers(said: Sequence[Said], asked: Diarization | None) -> dict[str | None, int]:
    """Numbers in the order in which they first speak; with too few of them, the last is shared."""
    if asked is None or not asked.enabled:
        return {}
    names = dict.fromkeys(each.speaker for each in said)
    return {name: min(number, asked.maxSpeakers) for number, name in enumerate(names, start=1)}


def _phrase(
    each: Said, locale: str, speakers: Mapping[str | None, int], *, by_channel: bool
) -> dict[str, Any]:
    words = spread(each.text, each.offset_ms, each.duration_ms)
    return {
        **({"channel": each.channel} if by_channel else {}),
        **({"speaker": speakers[each.speaker]} if speakers else {}),
        "offsetMilliseconds": each.offset_ms,
        "durationMilliseconds": each.duration_ms,
        "text": each.text,
        "words": [
            {
                "text": word.text.strip(".,!?;:"),
                "offsetMilliseconds": round(word.begins),
                "durationMilliseconds": round(word.seconds),
            }
            for word in words
        ],
        "locale": locale,
        "confidence": each.confidence,
    }
