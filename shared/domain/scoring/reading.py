"""Texts in one form for what looks the same, and back to where it stood.

White space, quotation marks, dashes and forms of the same sign are made equal, and what cannot be
seen is left out. Nothing else: no letter is changed for another, and no case is folded.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.domain.interview.wording import CJK, INVISIBLE, WORD

FIRST_COMBINING: Final = "\u0300"
NOT_BLANK: Final = re.compile(r"\S+")
SAME: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
ACUTE: Final = "\u00b4"  # what some keyboards have for an apostrophe; its other form is a blank and a mark
SOUTH_EAST: Final = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
WIDE: Final = (
    *((low, high) for low, _, high in zip(CJK[::3], CJK[1::3], CJK[2::3], strict=True)),
    *SOUTH_EAST,  # Thai, Lao, Burmese and Khmer put no blanks between words either
)
JOINING: Final = frozenset("'-.,:/")
NEGATED: Final = re.compile(r"\b(?:non|un|anti)$", re.IGNORECASE)
LONGEST_NEGATING: Final = 4


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in its one form; of every sign in it, between which offsets of the original it stood."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def find(self, wanted: str) -> tuple[int, int] | None:
        """The offsets in the original of the first place where these words stand, whole words only."""
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if self._is_whole(at, end):
                return self.starts[at], self.ends[end - 1]
            at = self.text.find(wanted, at + 1)
        return None

    def original(self, at: int, end: int) -> tuple[int, int]:
        return self.starts[at], self.ends[end - 1]

    def _is_whole(self, at: int, end: int) -> bool:
        begins = not at or (self.starts[at] != self.starts[at - 1] and not _inside_word(self.text, at))
        ends = end == len(self.text) or (
            self.starts[end] != self.starts[end - 1] and not _inside_word(self.text, end)
        )
        return begins and ends


def plain(text: str) -> Plain:
    if text.isascii():
        return _plain_ascii(text)
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text.replace(ACUTE, "'")):
        for sign in unicodedata.normalize("NFKC", cluster).translate(SAME):
            if not sign.isspace():
                signs.append(sign)
                starts.append(start)
                ends.append(end)
            elif signs and signs[-1] == " ":
                ends[-1] = end
            elif signs:
                signs.append(" ")
                starts.append(start)
                ends.append(end)
    if signs and signs[-1] == " ":
        del signs[-1], starts[-1], ends[-1]
    return Plain("".join(signs), tuple(starts), tuple(ends))


def _plain_ascii(text: str) -> Plain:
    """The same where no sign has another form: only white space is to be made equal."""
    starts: list[int] = []
    ends: list[int] = []
    words = list(NOT_BLANK.finditer(text))
    for word in words:
        if starts:
            starts.append(ends[-1])
            ends.append(word.start())
        starts.extend(range(word.start(), word.end()))
        ends.extend(range(word.start() + 1, word.end() + 1))
    return Plain(" ".join(word[0] for word in words), tuple(starts), tuple(ends))


def size(text: str) -> int:
    """Words; where a script puts no blanks between them, two signs are about one."""
    signs = sum(is_wide(each) for each in text)
    apart = "".join(" " if is_wide(each) else each for each in text) if signs else text
    return len(WORD.findall(apart)) + signs // 2


def is_wide(sign: str) -> bool:
    return len(sign) == 1 and any(low <= sign <= high for low, high in WIDE)


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """What is normalised together: a sign with all that joins it, and where it stands."""
    cluster, start, end = "", 0, 0
    for at, sign in enumerate(text):
        if INVISIBLE.match(sign):
            continue
        if cluster and not _joins(cluster, sign):
            yield start, end, cluster
            cluster = ""
        if not cluster:
            start = at
        cluster += sign
        end = at + 1
    if cluster:
        yield start, end, cluster


def _joins(cluster: str, sign: str) -> bool:
    if sign < FIRST_COMBINING:
        return False
    if unicodedata.combining(sign):
        return True
    apart = unicodedata.normalize("NFKC", cluster) + unicodedata.normalize("NFKC", sign)
    return unicodedata.normalize("NFKC", cluster + sign) != apart


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut before this sign would go through a word, a number, or between a word and its `non-`."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M"):
        return True
    if before in JOINING:
        return _joins_words(text, at - 1)
    if after in JOINING:
        return _joins_words(text, at)
    return _is_letter(before) and _is_letter(after)


def _joins_words(text: str, at: int) -> bool:
    """Whether a sign belongs to what stands on both sides of it: don't, 9.5, 3/4, non-functional."""
    if not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    match text[at]:
        case "'":
            return _is_letter(before) and _is_letter(after)
        case "-" if _is_letter(after) and NEGATED.search(text, max(0, at - LONGEST_NEGATING - 1), at):
            return True
        case _:
            return before.isdigit() and after.isdigit()


def _is_letter(sign: str) -> bool:
    if is_wide(sign):
        return False
    return sign.isalnum() or sign == "_" or bool(unicodedata.combining(sign))
