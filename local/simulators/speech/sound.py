"""Speech as sound: a tone for each word, and the words themselves in the lowest bit of the samples.

Nobody hears that bit, and whatever passes samples on unchanged passes it on too, so that what is
spoken here is understood here. Each sentence has its own mark, which stands where it begins.
"""

from __future__ import annotations

import array
import io
import json
import math
import re
import struct
import wave
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE: Final = 16_000
LOUDNESS: Final = 6_000
PITCHES: Final = (220, 262, 294, 330, 392)
LETTER_SECONDS: Final = 0.055
SHORTEST_WORD: Final = 0.16
PAUSE_SECONDS: Final = 0.06
SENTENCE_PAUSE_SECONDS: Final = 0.25
EDGE_SECONDS: Final = 0.05
SENTENCE: Final = re.compile(r"[^.!?]*[.!?]+[\"')\]]*|[^.!?]+")

MARK: Final = b"\xa5TLK"
BITS: Final = [bytes(int(bit) for bit in f"{byte:08b}") for byte in range(256)]
LOWEST: Final = bytes(byte & 1 for byte in range(256))
LONGEST_MARK: Final = 4_000
OVERHEAD: Final = len(MARK) + 2 + 4

COMMENT: Final = b"ICMT"
MP3_LABEL: Final = b"talenti"


@dataclass(frozen=True, slots=True)
class SpokenWord:
    text: str
    begins: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Samples of 16 bits in one channel, and when each word is said."""

    pcm: bytes
    rate: int
    words: tuple[SpokenWord, ...]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / (2 * self.rate)


def speak(text: str, rate: int = RATE) -> Speech:
    samples = array.array("h", bytes(2 * round(EDGE_SECONDS * rate)))
    words: list[SpokenWord] = []
    for number, sentence in enumerate(_sentences(text)):
        if number:
            samples.extend(_silence(SENTENCE_PAUSE_SECONDS, rate))
        begins = len(samples)
        for word in sentence.split():
            seconds = max(SHORTEST_WORD, LETTER_SECONDS * len(word))
            words.append(SpokenWord(word, len(samples) / rate, seconds))
            samples.extend(_tone(PITCHES[len(word) % len(PITCHES)], round(seconds * rate), rate))
            samples.extend(_silence(PAUSE_SECONDS, rate))
        _write_mark(samples, begins, sentence)
    samples.extend(_silence(EDGE_SECONDS, rate))
    return Speech(samples.tobytes(), rate, tuple(words))


def marks(pcm: bytes) -> Iterator[tuple[int, str]]:
    """Each sentence that was spoken here, with the sample at which it begins."""
    bits = pcm[::2].translate(LOWEST)
    start, wanted = 0, _bits(MARK)
    while (at := bits.find(wanted, start)) >= 0:
        text = _read_mark(bits, at)
        start = at + (len(wanted) if text is None else 8 * (OVERHEAD + len(text.encode())))
        if text is not None:
            yield at, text


def wav(pcm: bytes, rate: int = RATE, channels: int = 1, comment: dict[str, Any] | None = None) -> bytes:
    """A file; `comment` is kept as the simulated calls keep what was said in their recordings."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    if comment is None:
        return file.getvalue()
    text = json.dumps(comment, ensure_ascii=False).encode() + b"\0"
    entry = COMMENT + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
    whole = file.getvalue() + b"LIST" + struct.pack("<I", 4 + len(entry)) + b"INFO" + entry
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


# 144 bytes each, all of MPEG-2 layer III in one channel: hertz -> header and milliseconds of a frame
MP3_FRAMES: Final = {16_000: (b"\xff\xf3\x48\xc0", 36), 24_000: (b"\xff\xf3\x64\xc0", 24)}
MP3_FRAME_BYTES: Final = 144


def mp3(speech: Speech) -> bytes:
    """Frames of silence as long as the speech, with the words in a tag: nothing here can compress sound."""
    header, milliseconds = MP3_FRAMES[speech.rate]
    said = {
        "phrases": [{"text": text, "offset_ms": at, "duration_ms": ms} for text, at, ms in _phrases(speech)]
    }
    content = b"\x03" + MP3_LABEL + b"\0" + json.dumps(said, ensure_ascii=False).encode()
    frame = b"TXXX" + struct.pack(">I", len(content)) + b"\0\0" + content
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    count = math.ceil(1000 * speech.seconds / milliseconds)
    return b"ID3\x03\0\0" + size + frame + (header + bytes(MP3_FRAME_BYTES - 4)) * count


def _phrases(speech: Speech) -> Iterator[tuple[str, int, int]]:
    starts = list(marks(speech.pcm))
    ends = [at for at, _ in starts[1:]] + [len(speech.pcm) // 2]
    for (at, text), end in zip(starts, ends, strict=True):
        yield text, 1000 * at // speech.rate, 1000 * (end - at) // speech.rate


def _sentences(text: str) -> list[str]:
    return [" ".join(each.split()) for each in SENTENCE.findall(text) if each.strip()]


def _silence(seconds: float, rate: int) -> array.array[int]:
    return array.array("h", bytes(2 * round(seconds * rate)))


@lru_cache(maxsize=256)
def _tone(pitch: int, length: int, rate: int) -> array.array[int]:
    return array.array(
        "h",
        (
            round(LOUDNESS * math.sin(math.pi * at / length) * math.sin(math.tau * pitch * at / rate))
            for at in range(length)
        ),
    )


def _bits(content: bytes) -> bytes:
    return b"".join(BITS[byte] for byte in content)


def _write_mark(samples: array.array[int], at: int, sentence: str) -> None:
    text = sentence.encode()[:LONGEST_MARK]
    bits = _bits(MARK + struct.pack(">H", len(text)) + text + struct.pack(">I", zlib.crc32(text)))
    for place, bit in enumerate(bits[: len(samples) - at], start=at):
        samples[place] = samples[place] & ~1 | bit


def _read_mark(bits: bytes, at: int) -> str | None:
    (length,) = struct.unpack(">H", _bytes(bits[at + 32 : at + 48]).rjust(2, b"\0"))
    whole = _bytes(bits[at + 48 : at + 48 + 8 * (length + 4)])
    if length > LONGEST_MARK or len(whole) < length + 4:
        return None
    text, check = whole[:length], whole[length:]
    return text.decode() if struct.pack(">I", zlib.crc32(text)) == check else None


def _bytes(bits: bytes) -> bytes:
    digits = bits.translate(bytes.maketrans(b"\0\1", b"01")).decode()
    return bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits) - 7, 8))
