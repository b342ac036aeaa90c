"""What a job description cannot do without, and what would be nice, told by its own words."""

import re
from typing import Final

from shared.domain.resume.fields import Span
from shared.domain.resume.match import Level

NICE: Final = re.compile(
    r"\b(?:nice[ -]to[ -]have|preferred|preferably|desirable|desired|bonus|a plus|an advantage|ideally"
    r"|advantageous|optional|not required|wünschenswert|von vorteil|idealerweise|souhait\w+|un plus|atout"
    r"|deseable|se valora\w*|idealmente)\b"
    "|\u52a0\u5206|\u4f18\u5148|\u512a\u5148",
    re.IGNORECASE,
)
MUST: Final = re.compile(
    r"\b(?:must|required|require|essential|mandatory|minimum|at least|erforderlich|zwingend|requis\w*"
    r"|indispensable|imprescindible|requerid\w+)\b",
    re.IGNORECASE,
)
LONGEST_HEADING: Final = 60
BULLET: Final = re.compile(r"^\s*(?:[-*\u2022\u2013\u25aa\u25cf\u00b7]|\d+[.)])\s*")


def level_of(text: str, span: Span) -> Level:
    """Its own line says so first, then the heading that it stands under."""
    before = text[: span.start].rpartition("\n")[2]
    line = before + text[span.start :].partition("\n")[0]
    heading = _heading_above(text[: span.start], is_item=BULLET.match(line) is not None)
    for words in (_sentence_around(line, len(before)), heading):
        if NICE.search(words):
            return Level.NICE
        if MUST.search(words):
            return Level.MUST
    return Level.MUST


def _sentence_around(line: str, at: int) -> str:
    start = max(line.rfind(mark, 0, at) for mark in (". ", "; ")) + 1
    ends = [place for mark in (". ", "; ") if (place := line.find(mark, at)) >= 0]
    return line[start : min(ends, default=len(line))]


def _heading_above(before: str, *, is_item: bool) -> str:
    """The nearest short line above that is no sentence; past a list it speaks for other items only."""
    for line in reversed(before.split("\n")[:-1]):
        plain = line.strip()
        if BULLET.match(line) and not is_item:
            return ""
        if plain and len(plain) <= LONGEST_HEADING and not BULLET.match(line) and not plain.endswith("."):
            return plain
    return ""
