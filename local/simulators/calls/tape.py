"""Recordings as files: what was said on a call, as sound that a player plays."""

from __future__ import annotations

import array
import io
import json
import math
import struct
import wave
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from local.simulators.calls.model import Chunk, Utterance

RATE: Final = 16_000
LOUDNESS: Final = 6_000
OUR_PITCH: Final = 440
THEIR_PITCH: Final = 220
WORD_SECONDS: Final = 0.4


def sound(chunk: Chunk, said: list[Utterance], channels: int) -> bytes:
    """A WAV file of this piece: a tone for each word, one channel for us and one for the others.

    What was said stands in it as well, as a comment in JSON, so that a stand-in for a transcription
    service can read what a real one would hear.
    """
    frames = round(chunk.seconds * RATE)
    samples = array.array("h", bytes(2 * channels * frames))
    heard = [each for each in said if _overlaps(each, chunk)]
    for each in heard:
        channel = 0 if each.speaker == "us" or channels == 1 else 1
        _speak(samples, each, chunk.begins, frames, channel, channels)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return _with_comment(file.getvalue(), _comment(heard, chunk))


def _overlaps(each: Utterance, chunk: Chunk) -> bool:
    return each.begins < chunk.begins + chunk.seconds and each.begins + each.seconds > chunk.begins


def _speak(
    samples: array.array[int], each: Utterance, begins: float, frames: int, channel: int, channels: int
) -> None:
    pitch = OUR_PITCH if each.speaker == "us" else THEIR_PITCH
    word = _word(pitch)
    for number, _ in enumerate(each.text.split()):
        at = round((each.begins - begins + number * WORD_SECONDS) * RATE)
        first, last = max(0, at), min(frames, at + len(word))
        if first < last:
            samples[first * channels + channel : last * channels : channels] = word[first - at : last - at]


def _word(pitch: int) -> array.array[int]:
    length = round(WORD_SECONDS * 0.7 * RATE)
    return array.array(
        "h",
        (
            round(LOUDNESS * math.sin(math.pi * at / length) * math.sin(math.tau * pitch * at / RATE))
            for at in range(length)
        ),
    )


def _comment(heard: list[Utterance], chunk: Chunk) -> str:
    phrases = [
        {
            "speaker": each.speaker if each.speaker == "us" else "other",
            "channel": 0 if each.speaker == "us" else 1,
            "text": each.text,
            "offset_ms": max(0, round((each.begins - chunk.begins) * 1000)),
            "duration_ms": round(each.seconds * 1000),
        }
        for each in heard
    ]
    return json.dumps({"phrases": phrases}, ensure_ascii=False)


def _with_comment(file: bytes, comment: str) -> bytes:
    """Append a LIST chunk of the kind INFO, which every reader of WAV files skips or shows."""
    text = comment.encode() + b"\0"
    entry = b"ICMT" + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
    listed = b"LIST" + struct.pack("<I", 4 + len(entry)) + b"INFO" + entry
    whole = file + listed
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]
