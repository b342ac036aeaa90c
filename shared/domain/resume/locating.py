"""Finds words again in the text they were read from, whatever was done to their blanks and signs."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from shared.domain.interview.wording import DASHES, INVISIBLE, QUOTES
from shared.domain.resume.fields import Span

MOST_PLACES: Final = 50


class Places:
    """A text in which words can be found; alike are Unicode's forms, case, quotes, dashes and blanks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain = ""
        self._at: list[int] = []
        letters: list[str] = []
        for at, letter in enumerate(text):
            for each in _plain(letter):
                if each != " " or (letters and letters[-1] != " "):
                    letters.append(each)
                    self._at.append(at)
        self._plain = "".join(letters)

    def all_of(self, words: str, within: Span | None = None) -> list[Span]:
        """Everywhere that these words stand as whole words, from the first on."""
        wanted = plain(words)
        found = []
        if wanted:
            for start in self._starts(wanted):
                span = Span(self._at[start], self._at[start + len(wanted) - 1] + 1)
                if within is None or (within.start <= span.start and span.end <= within.end):
                    found.append(span)
                if len(found) == MOST_PLACES:
                    break
        return found

    def nearest(self, words: str, to: Span | None) -> Span | None:
        """The one of them that stands nearest; the first where there is nothing to be near to."""
        found = self.all_of(words)
        if to is None:
            return found[0] if found else None
        return min(found, key=lambda each: distance(each, to), default=None)

    def line_of(self, span: Span) -> Span:
        """The lines that it stands on, as a whole."""
        start = self.text.rfind("\n", 0, span.start) + 1
        end = self.text.find("\n", span.end)
        return Span(start, len(self.text) if end < 0 else end)

    def _starts(self, wanted: str) -> Iterator[int]:
        start = self._plain.find(wanted)
        while start >= 0:
            if self._is_whole(start, wanted):
                yield start
            start = self._plain.find(wanted, start + 1)

    def _is_whole(self, start: int, wanted: str) -> bool:
        """Java does not stand in JavaScript. Scripts without blanks have no such bounds."""
        end = start + len(wanted)
        before, after = self._plain[start - 1 : start] if start else "", self._plain[end : end + 1]
        if _binds(before, wanted[0]) or _binds(wanted[-1], after):
            return False
        return not (self._splits(start) or self._splits(end))

    def _splits(self, at: int) -> bool:
        """Whether a sign of the text would be cut in two: its letter from its accent."""
        if not 0 < at < len(self._plain):
            return False
        is_accent = unicodedata.combining(self._plain[at]) > 0 and self._plain[at - 1] != " "
        return self._at[at - 1] == self._at[at] or is_accent


def plain(text: str) -> str:
    """How words are compared."""
    return " ".join("".join(each for letter in text for each in _plain(letter)).split())


def distance(one: Span, other: Span) -> int:
    return max(0, one.start - other.end, other.start - one.end)


def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isascii():
        return letter.lower()
    if INVISIBLE.match(letter):
        return ""
    folded = unicodedata.normalize("NFKD", letter).casefold().translate(QUOTES)
    return DASHES.sub("-", "".join(" " if each.isspace() else each for each in folded))


def _binds(one: str, other: str) -> bool:
    return bool(one and other) and _is_of_a_word(one) and _is_of_a_word(other)


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() and letter < "\u2e80"
