"""Whether a file is a recording, told from a few of its bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.recordings.media import (
    LARGEST_RIFF,
    MOST_SPANS,
    SPAN_BYTES,
    BadMediaError,
    MediaFormat,
    read,
    reading,
    wave_header,
)
from tests.unit.domain.recordings.samples import a_wav, an_mp3, an_mp4

WAV, MP3, MP4 = MediaFormat.WAV, MediaFormat.MP3, MediaFormat.MP4


def reason(format_: MediaFormat, content: bytes) -> str:
    with pytest.raises(BadMediaError) as refused:
        read(format_, content)
    return refused.value.reason


@pytest.mark.parametrize(
    ("format_", "content", "lasts_ms", "channels"),
    [
        (WAV, a_wav(1.5, channels=2), 1500, 2),
        (WAV, a_wav(0.25) + b"LIST\4\0\0\0INFO", 250, 1),
        (MP3, an_mp3(100), 2606, 2),
        (MP3, an_mp3(100, tag=b"a name" * 10), 2606, 2),
        (MP4, an_mp4(5), 5000, 1),
        (MP4, an_mp4(7, movie_last=False), 7000, 1),
    ],
)
def test_a_recording_tells_how_long_it_lasts(
    format_: MediaFormat, content: bytes, lasts_ms: int, channels: int
) -> None:
    track = read(format_, content)

    assert (track.lasts_ms, track.channels) == (lasts_ms, channels)
    assert track.body.end <= len(content)


def test_a_wav_that_was_written_as_the_sound_came_ends_with_its_file() -> None:
    content = bytearray(a_wav(1.0))
    struct.pack_into("<I", content, 40, 0xFFFFFFFF)

    assert read(WAV, bytes(content)).lasts_ms == 1000


@pytest.mark.parametrize(
    ("format_", "content", "wrong"),
    [
        (WAV, b"", "recording_empty"),
        (WAV, a_wav(0), "recording_empty"),
        (WAV, a_wav(1)[:-100], "recording_truncated"),
        (WAV, a_wav(1)[:40], "recording_truncated"),
        (WAV, an_mp3(), "recording_unreadable"),
        (WAV, b"RIFF\0\0\0\0WAVEdata\4\0\0\0abcd", "recording_unreadable"),
        (MP3, a_wav(1), "recording_unreadable"),
        (MP3, b"<html>gone</html>", "recording_unreadable"),
        (MP4, a_wav(1), "recording_unreadable"),
        (MP4, an_mp4()[:-10], "recording_truncated"),
        (MP4, an_mp4()[:200], "recording_truncated"),
    ],
)
def test_what_is_no_recording_says_why(format_: MediaFormat, content: bytes, wrong: str) -> None:
    assert reason(format_, content) == wrong


@given(st.sampled_from(MediaFormat), st.data())
def test_no_file_costs_more_than_a_few_spans(format_: MediaFormat, data: st.DataObject) -> None:
    good = {WAV: a_wav(0.01), MP3: an_mp3(2), MP4: an_mp4()}[format_]
    at = data.draw(st.integers(0, len(good) - 1))
    content = good[:at] + data.draw(st.binary(max_size=80)) + good[at + data.draw(st.integers(0, 80)) :]
    steps, asked = reading(format_, len(content)), 0
    try:
        span = next(steps)
        while True:
            asked += 1
            assert span.length <= SPAN_BYTES
            span = steps.send(content[span.start : span.end])
    except (StopIteration, BadMediaError):
        assert asked <= MOST_SPANS


def test_joined_sound_is_a_recording_of_all_its_parts() -> None:
    parts = [a_wav(0.5), a_wav(1.25)]
    tracks = [read(WAV, part) for part in parts]
    sounds = [part[t.body.start : t.body.end] for part, t in zip(parts, tracks, strict=True)]

    joined = wave_header(tracks[0].shape, sum(map(len, sounds))) + b"".join(sounds)

    assert read(WAV, joined).lasts_ms == 1750
    with pytest.raises(BadMediaError, match="recording_too_large"):
        wave_header(tracks[0].shape, LARGEST_RIFF + 1)
