"""What is said in a recording: as it is written into those made here, else as it sounds."""

from __future__ import annotations

import array
import io
import json
import struct
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.simulators.speech.hearing import CONFIDENCE, listen
from local.simulators.speech.sound import COMMENT, MP3_FRAME_BYTES, MP3_FRAMES, MP3_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

END_SILENCE_SECONDS: Final = 0.5
ID3_HEADER_BYTES: Final = 10


class NotAudioError(ValueError):
    """No recording that is read here."""


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase; `speaker` is whoever said it, by any name."""

    text: str
    offset_ms: int
    duration_ms: int
    channel: int = 0
    speaker: str | None = None
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True)
class Recording:
    duration_ms: int
    channels: int
    said: tuple[Said, ...]


def read(content: bytes, channels: Sequence[int]) -> Recording:
    """`channels` are those that are listened to one by one; without any, all are heard together."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return _read_wav(content, channels)
    if content.startswith(b"ID3"):
        return _read_mp3(content)
    raise NotAudioError("neither WAV nor a tagged MP3")


def _read_wav(content: bytes, channels: Sequence[int]) -> Recording:
    try:
        with wave.open(io.BytesIO(content)) as file:
            count, rate, width = file.getnchannels(), file.getframerate(), file.getsampwidth()
            samples = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise NotAudioError("a broken WAV") from error
    if width != 2 or not rate:
        raise NotAudioError("no samples of 16 bits")
    duration = round(1000 * len(samples) / (2 * count * rate))
    said = _written(content)
    if said is None:
        said = tuple(_heard(samples, rate, count))
    return Recording(duration, count, tuple(_of_channels(said, channels)))


def _of_channels(said: Sequence[Said], channels: Sequence[int]) -> Iterator[Said]:
    for each in said:
        if not channels or each.channel in channels:
            yield each


def _written(content: bytes) -> tuple[Said, ...] | None:
    """The comment of a recording made here: a LIST chunk of the kind INFO."""
    for name, body in _chunks(content, 12):
        if name == b"LIST" and body[:4] == b"INFO":
            for entry, text in _chunks(body, 4):
                if entry == COMMENT:
                    return _phrases(text.rstrip(b"\0"))
    return None


def _chunks(content: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _phrases(text: bytes) -> tuple[Said, ...] | None:
    try:
        phrases: list[dict[str, Any]] = json.loads(text)["phrases"]
    except (ValueError, KeyError, TypeError):
        return None  # a comment of somebody else
    return tuple(phrase(each) for each in phrases)


def phrase(each: dict[str, Any]) -> Said:
    return Said(
        text=str(each["text"]),
        offset_ms=int(each.get("offset_ms", 0)),
        duration_ms=int(each.get("duration_ms", 1000)),
        channel=int(each.get("channel", 0)),
        speaker=each.get("speaker"),
        confidence=float(each.get("confidence", CONFIDENCE)),
    )


def _heard(samples: bytes, rate: int, count: int) -> Iterator[Said]:
    frames = array.array("h", samples)
    found: list[Said] = []
    for channel in range(count):
        for heard in listen(frames[channel::count].tobytes(), rate, END_SILENCE_SECONDS):
            begins, lasts = round(1000 * heard.begins), round(1000 * heard.seconds)
            found.append(Said(heard.text, begins, lasts, channel, f"channel {channel}"))
    yield from sorted(found, key=lambda each: each.offset_ms)


def _read_mp3(content: bytes) -> Recording:
    """Only our own are read: their words stand in a tag, and each frame has the same length."""
    size = sum(byte << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=False))
    tag, frames = content[ID3_HEADER_BYTES : ID3_HEADER_BYTES + size], content[ID3_HEADER_BYTES + size :]
    label, _, text = tag[10:].partition(b"\0")
    lasting = dict(MP3_FRAMES.values()).get(frames[:4])
    if label != b"\x03" + MP3_LABEL or lasting is None:
        raise NotAudioError("an MP3 made elsewhere")
    return Recording(lasting * (len(frames) // MP3_FRAME_BYTES), 1, _phrases(text) or ())
