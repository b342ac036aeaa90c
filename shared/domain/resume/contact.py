"""What a form tells of a value by itself: addresses, numbers, links and names."""

import re
from collections.abc import Iterator
from typing import Final

from shared.domain.resume.fields import Field, Span

EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w@])")
PHONE: Final = re.compile(r"(?<![\w/.-])(?:\+|00|\(\+?)?\d(?:[ ()/.\u2010-\u2015-]{0,3}\d){6,14}(?![\w-])")
PERIOD: Final = re.compile(r"(?:19|20)\d\d\s?[-\u2010-\u2015/]\s?(?:19|20)\d\d")
LINK: Final = re.compile(
    r"\b(?:https?://|www\.)[^\s<>|,;]+|\b(?:linkedin|github|gitlab|xing)\.com/[^\s<>|,;]+", re.IGNORECASE
)
HEADING: Final = re.compile(
    r"\b(?:curriculum|vitae|resume|résumé|lebenslauf|profile|summary|experience|education|skills|contact"
    r"|engineer|developer|manager|analyst|designer|consultant|nurse|teacher|street|road|avenue|page)\b",
    re.IGNORECASE,
)
NAME_PART: Final = re.compile(r"[^\W\d_]+(?:[-'\u2019.][^\W\d_]*)*\.?$")
CJK_NAME: Final = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{2,4}$")

LINES_AT_THE_TOP: Final = 4
MOST_PARTS: Final = 5
LEAST_DIGITS: Final = 7
MOST_DIGITS: Final = 15  # of any number in the world
BY_RULE: Final = 0.9
NAME_BY_RULE: Final = 0.5


def email_in(text: str) -> Field[str] | None:
    return _first(EMAIL, text, BY_RULE)


def phone_in(text: str) -> Field[str] | None:
    """A number of the right length that is no period of years."""
    for match in PHONE.finditer(text):
        if is_phone(match[0]):
            return Field(match[0].strip(), Span(*match.span()), BY_RULE)
    return None


def links_in(text: str) -> tuple[Field[str], ...]:
    return tuple(
        Field(link, Span(match.start(), match.start() + len(link)), BY_RULE)
        for match in LINK.finditer(text)
        if (link := match[0].rstrip(".)"))
    )


def name_in(text: str) -> Field[str] | None:
    """A line at the top that could be a name, and nothing else."""
    for at, line in _top(text):
        if is_name(line):
            return Field(line, Span(at, at + len(line)), NAME_BY_RULE)
    return None


def is_email(text: str) -> bool:
    return EMAIL.fullmatch(text.strip()) is not None


def is_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return LEAST_DIGITS <= digits <= MOST_DIGITS and not PERIOD.search(text)


def is_name(text: str) -> bool:
    if CJK_NAME.match(text.replace(" ", "")):
        return True
    parts = text.split()
    few = 1 < len(parts) <= MOST_PARTS and not HEADING.search(text)
    return few and all(map(NAME_PART.match, parts)) and (parts[0][0].isupper() or not parts[0][0].isascii())


def _top(text: str) -> Iterator[tuple[int, str]]:
    at = seen = 0
    for line in text.splitlines(keepends=True):
        if plain := line.strip():
            yield at + line.index(plain), plain
            seen += 1
        at += len(line)
        if seen == LINES_AT_THE_TOP:
            return


def _first(pattern: re.Pattern[str], text: str, confidence: float) -> Field[str] | None:
    match = pattern.search(text)
    return Field(match[0], Span(*match.span()), confidence) if match else None
