"""A transcript as captions for a player, and as plain text.

WebVTT gives meaning to `<`, `&`, `-->` and empty lines. What people said holds none of it when it is
written here, so no text can end its cue, begin another, or style the page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

LONGEST_CUE: Final = 84  # characters, two lines on a screen
CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
SPEAKERS: Final = {"interviewer": "Interviewer", "candidate": "Candidate"}


@dataclass(frozen=True, slots=True)
class CaptionedSegment:
    """Without times it was not heard in the recording."""

    speaker: str
    content: str
    begins_ms: int | None = None
    ends_ms: int | None = None


def web_vtt(segments: Iterable[CaptionedSegment]) -> str:
    """Cues where there are times; what has none stands as a note, which players do not show."""
    return "\n\n".join(["WEBVTT", *(block for each in segments for block in _blocks(each))]) + "\n"


def plain_text(segments: Iterable[CaptionedSegment]) -> str:
    return "".join(f"{_stamp(each)}{_name(each)}: {_in_one_line(each.content)}\n" for each in segments)


def _blocks(segment: CaptionedSegment) -> Iterator[str]:
    if segment.begins_ms is None or segment.ends_ms is None:
        if text := _escaped(segment.content):
            yield f"NOTE {_name(segment)}: {text}"
        return
    pieces = list(_pieces(segment.content))
    total = sum(map(len, pieces))
    lasts = max(segment.ends_ms - segment.begins_ms, len(pieces))
    done = 0
    for piece in pieces:
        begins = segment.begins_ms + lasts * done // total
        done += len(piece)
        ends = segment.begins_ms + lasts * done // total
        yield f"{moment(begins)} --> {moment(max(ends, begins + 1))}\n<v {_name(segment)}>{_escaped(piece)}"


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for word in _in_one_line(text).split(" "):
        for part in (word[at : at + LONGEST_CUE] for at in range(0, len(word), LONGEST_CUE)):
            if piece and len(piece) + 1 + len(part) > LONGEST_CUE:
                yield piece
                piece = part
            else:
                piece = f"{piece} {part}" if piece else part
    if piece:
        yield piece


def moment(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def _stamp(segment: CaptionedSegment) -> str:
    return "" if segment.begins_ms is None else f"[{moment(segment.begins_ms)[:8]}] "


def _name(segment: CaptionedSegment) -> str:
    return SPEAKERS.get(segment.speaker, "Speaker")


def _in_one_line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", text).split())


def _escaped(text: str) -> str:
    return _in_one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
