"""Whether a file is a recording, and how long it lasts: read from a few bytes, whoever wrote it.

A reading asks for spans of the file one after the other, and never for the whole: `reading` is a
generator that yields a `Span` and is sent its bytes. Every reading is bounded in spans and bytes, so
that a file made to mislead costs no more than one that is well.
"""

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_SPANS: Final = 64
SPAN_BYTES: Final = 64 * 1024
LARGEST_RIFF: Final = 0xFFFF_FFFF - 1024
UNTOLD: Final = frozenset({0, 0xFFFF_FFFF})  # sizes of who wrote as the sound came

WAVE_KINDS: Final = frozenset({1, 3, 6, 7, 0xFFFE})  # PCM, float, A-law, µ-law, and what names them inside
MP3_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
MP3_KILOBITS_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MP3_KILOBITS_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


class MediaFormat(StrEnum):
    WAV = "wav"
    MP3 = "mp3"
    MP4 = "mp4"

    @property
    def content_type(self) -> str:
        return {"wav": "audio/wav", "mp3": "audio/mpeg", "mp4": "video/mp4"}[self.value]


class BadMediaError(ValueError):
    """It is no recording, or not all of one; `reason` is a stable word of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Track:
    """What a file holds: `body` is the sound itself, `shape` what has to be alike to be joined to it."""

    format: MediaFormat
    lasts_ms: int
    channels: int
    body: Span
    shape: bytes = b""


type Reading = Generator[Span, bytes, Track]


def reading(format_: MediaFormat, size: int) -> Reading:
    """Raises BadMediaError: recording_empty, recording_unreadable, recording_truncated."""
    if size == 0:
        raise BadMediaError("recording_empty")
    readers = {MediaFormat.WAV: _wav, MediaFormat.MP3: _mp3, MediaFormat.MP4: _mp4}
    track = yield from _bounded(readers[format_](size))
    if track.lasts_ms <= 0:
        raise BadMediaError("recording_empty")
    return track


def read(format_: MediaFormat, content: bytes) -> Track:
    """The same of what is in memory."""
    steps = reading(format_, len(content))
    try:
        span = next(steps)
        while True:
            span = steps.send(content[span.start : span.end])
    except StopIteration as end:
        track: Track = end.value
        return track


def _bounded(steps: Reading) -> Reading:
    given: bytes | None = None
    for _ in range(MOST_SPANS):
        try:
            span = next(steps) if given is None else steps.send(given)
        except StopIteration as end:
            track: Track = end.value
            return track
        except (struct.error, IndexError, ZeroDivisionError, OverflowError):
            raise BadMediaError("recording_unreadable") from None
        given = yield Span(span.start, min(span.length, SPAN_BYTES))
    raise BadMediaError("recording_unreadable")


# ---- WAV ----


def _wav(size: int) -> Reading:
    head = yield Span(0, 12)
    if len(head) < 12 or head[:4] not in {b"RIFF", b"RF64"} or head[8:12] != b"WAVE":
        raise BadMediaError("recording_unreadable")
    shape, at = b"", 12
    while at + 8 <= size:
        name_and_size = yield Span(at, 8)
        name, length = name_and_size[:4], struct.unpack_from("<I", name_and_size, 4)[0]
        if name == b"data":
            return _wave_track(shape, Span(at + 8, _told(length, size - at - 8)))
        if name == b"fmt ":
            shape = yield Span(at + 8, min(length, 64))
        at += 8 + length + length % 2
    raise BadMediaError("recording_truncated" if shape else "recording_unreadable")


def _told(length: int, left: int) -> int:
    if length in UNTOLD:
        return left
    if length > left:
        raise BadMediaError("recording_truncated")
    return int(length)


def _wave_track(shape: bytes, body: Span) -> Track:
    kind, channels, _rate, byte_rate, block = struct.unpack_from("<HHIIH", shape)
    if kind not in WAVE_KINDS or not 1 <= channels <= 32 or not byte_rate or not block:
        raise BadMediaError("recording_unreadable")
    whole = Span(body.start, body.length - body.length % block)
    return Track(MediaFormat.WAV, whole.length * 1000 // byte_rate, channels, whole, shape)


def wave_header(shape: bytes, data_bytes: int) -> bytes:
    """What stands before the sound of a joined file. Raises BadMediaError if no WAV can be so large."""
    if data_bytes > LARGEST_RIFF:
        raise BadMediaError("recording_too_large")
    fmt = b"fmt " + struct.pack("<I", len(shape)) + shape + b"\0" * (len(shape) % 2)
    data = b"data" + struct.pack("<I", data_bytes)
    return b"RIFF" + struct.pack("<I", 4 + len(fmt) + 8 + data_bytes) + b"WAVE" + fmt + data


# ---- MP3 ----


def _mp3(size: int) -> Reading:
    head = yield Span(0, 10)
    at = 0
    if head[:3] == b"ID3" and len(head) == 10:
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    sought = yield Span(at, 4096)
    for skipped in range(len(sought) - 4):
        frame = _Frame.of(sought[skipped : skipped + 4])
        if frame and _follows(sought, skipped + frame.size):
            body = Span(at + skipped, size - at - skipped)
            return frame.track(body, sought[skipped : skipped + frame.size])
    raise BadMediaError("recording_unreadable")


def _follows(sought: bytes, at: int) -> bool:
    """Two frames in a row are no accident; one that ends the file stands for itself."""
    return at + 4 > len(sought) or _Frame.of(sought[at : at + 4]) is not None


@dataclass(frozen=True, slots=True)
class _Frame:
    version: int
    kilobits: int
    rate: int
    channels: int
    padding: int
    shape: bytes

    @classmethod
    def of(cls, header: bytes) -> "_Frame | None":
        if header[0] != 0xFF or header[1] & 0xE6 != 0xE2:  # layer III
            return None
        version, rate, bits = header[1] >> 3 & 3, header[2] >> 2 & 3, header[2] >> 4
        if version == 1 or rate == 3 or not 1 <= bits <= 14:
            return None
        kilobits = (MP3_KILOBITS_1 if version == 3 else MP3_KILOBITS_2)[bits]
        channels = 1 if header[3] >> 6 == 3 else 2
        shape = bytes([header[1] & 0xFE, header[2] & 0x0C, channels])
        return cls(version, kilobits, MP3_RATES[version][rate], channels, header[2] >> 1 & 1, shape)

    @property
    def samples(self) -> int:
        return 1152 if self.version == 3 else 576

    @property
    def size(self) -> int:
        return self.samples // 8 * self.kilobits * 1000 // self.rate + self.padding

    def track(self, body: Span, first: bytes) -> Track:
        """By the count of frames where the file tells it, else as if all frames were like the first."""
        counted = first.find(b"Xing") if b"Xing" in first else first.find(b"Info")
        if counted >= 0 and len(first) >= counted + 12 and first[counted + 7] & 1:
            frames = struct.unpack_from(">I", first, counted + 8)[0]
            lasts = frames * self.samples * 1000 // self.rate
        else:
            lasts = body.length * 8 // self.kilobits
        return Track(MediaFormat.MP3, lasts, self.channels, body, self.shape)


# ---- MP4 ----


def _mp4(size: int) -> Reading:
    """The boxes of a file: its type first, its movie header before or after the frames."""
    at, first = 0, True
    while at + 8 <= size:
        head = yield Span(at, 16)
        length, name, header = _box(head, size - at)
        if first and name != b"ftyp":
            raise BadMediaError("recording_unreadable")
        first = False
        if at + length > size:
            raise BadMediaError("recording_truncated")
        if name == b"moov":
            movie = yield Span(at + header, min(length - header, SPAN_BYTES))
            return _movie(movie, size)
        at += length
    raise BadMediaError("recording_unreadable" if first else "recording_truncated")


def _box(head: bytes, left: int) -> tuple[int, bytes, int]:
    length, header = struct.unpack_from(">I", head)[0], 8
    if length == 1:
        length, header = struct.unpack_from(">Q", head, 8)[0], 16
    elif length == 0:
        length = left
    if length < header:
        raise BadMediaError("recording_unreadable")
    return length, head[4:8], header


def _movie(movie: bytes, size: int) -> Track:
    for name, content in _boxes(movie):
        if name == b"mvhd":
            wide = content[0] == 1
            scale, lasts = struct.unpack_from(">IQ" if wide else ">II", content, 20 if wide else 12)
            return Track(MediaFormat.MP4, lasts * 1000 // scale, 1, Span(0, size))
    raise BadMediaError("recording_unreadable")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, name, header = _box(content[at : at + 16].ljust(16, b"\0"), len(content) - at)
        yield name, content[at + header : at + length]
        at += length
