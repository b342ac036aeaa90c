"""Words and sentences of what is said, in every language that we speak."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

CJK: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # no blanks between words: each sign is one
WORD: Final = re.compile(rf"[{CJK}]|[^\W{CJK}]+(?:['\u2019][^\W{CJK}]+)*")
SENTENCE_END: Final = re.compile(
    r"[?\uff1f\u3002\uff01\u061f\u06d4\u0964]+[\"'\u201d\u2019)]*|[.!\u2026]+[\"'\u201d\u2019)]*(?=\s)|\n+"
)
QUESTION: Final = re.compile(r"[?\uff1f\u061f][\"'\u201d\u2019)]*\s*$")
INVISIBLE: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]"
)
DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
QUOTES: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"'}
)


def words(text: str) -> list[str]:
    return [match[0].lower().replace("\u2019", "'") for match in WORD.finditer(text)]


def is_question(sentence: str) -> bool:
    return QUESTION.search(sentence) is not None


def sentences(text: str) -> list[str]:
    """The sentences with their punctuation, without the blanks between them."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Between which offsets the sentences stand, without the blanks around them."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    pieces = zip([0, *ends], [*ends, len(text)], strict=True)
    stripped = ((start, end, text[start:end]) for start, end in pieces)
    return [
        (start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
        for start, _, piece in stripped
        if piece.strip()
    ]


def normalised(text: str) -> str:
    """The same words for the same eyes: blanks, quotes, dashes, case and what cannot be seen."""
    seen = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(DASHES.sub("-", seen.translate(QUOTES)).casefold().split())


def coverage(wanted: Sequence[str], said: Sequence[str]) -> float:
    """Which part of the wanted words stands in what was said, in their order."""
    if not wanted:
        return 1.0
    row = [0] * (len(wanted) + 1)
    for word in said:
        diagonal = 0
        for place, each in enumerate(wanted, 1):
            above = row[place]
            row[place] = diagonal + 1 if each == word else max(above, row[place - 1])
            diagonal = above
    return row[-1] / len(wanted)


def cut(text: str, most: int) -> str:
    """The text, or its beginning up to a blank, with an ellipsis."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"
