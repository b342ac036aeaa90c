"""Small recordings made here, byte by byte."""

import io
import struct
import wave


def a_wav(seconds: float = 1.0, channels: int = 1, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(b"\1\0" * channels * round(rate * seconds))
    return file.getvalue()


def an_mp3(frames: int = 10, tag: bytes = b"") -> bytes:
    """MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame, 1152 samples each."""
    id3 = b"ID3\4\0\0" + struct.pack(">I", len(tag)) + tag if tag else b""
    return id3 + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def an_mp4(seconds: int = 5, *, movie_last: bool = True) -> bytes:
    header = bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80)
    movie = _box(b"moov", _box(b"mvhd", header))
    frames = _box(b"mdat", b"x" * 500)
    kind = _box(b"ftyp", b"isom\0\0\2\0")
    return kind + (frames + movie if movie_last else movie + frames)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content
