"""What the interviewer says beside the questions, and how it takes up the words of others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from local.simulators.model import words

LONGEST: Final = 16  # words of a clause that is taken up
SHORTEST: Final = 4
FAR_ENOUGH: Final = 600  # characters in which a clause is looked for
PHRASES: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8")
)
TURNS: Final[dict[str, str]] = PHRASES["turns"]
ABOUT: Final = {"they": "you", "them": "you", "their": "your", "themselves": "yourself"}
OPENERS: Final = re.compile(
    r"^(?:(?:so|well|and|but|um|uh|okay|ok|yes|yeah|sure|then|also|actually|honestly|basically|first|now)\b[\s,]*)+",
    re.IGNORECASE,
)
AFTERTHOUGHT: Final = re.compile(
    r",? (?:i (?:think|guess|believe|suppose)|or so|you know|really)$", re.IGNORECASE
)
TOLD: Final = re.compile(r"\b(?:i|we)\b", re.IGNORECASE)
OWN: Final = re.compile(r"\b(?:i|we|my|our|me|us)\b", re.IGNORECASE)
QUOTES: Final = re.compile('\\byou\\b|\\byour\\b|["\u201c\u201d\u201e]', re.IGNORECASE)
BREAK: Final = re.compile(r"[,;:]\s+|\s[-\u2013\u2014]\s|\s(?=(?:and|but|so|because|which|while)\s)")
BETWEEN_WORDS: Final = re.compile(r"([^\w'\u2019]+)")


def in_language(language: str) -> dict[str, Any]:
    return PHRASES.get(language, PHRASES["en"])


def clause(sentence: str) -> str | None:
    """As much of a sentence as one takes up: whole if short, else up to a break; verbatim."""
    text = AFTERTHOUGHT.sub("", OPENERS.sub("", sentence.strip()).rstrip(".!?\u3002\uff01\uff1f\u2026 "))
    if not re.search(r"\s", text):  # a script without blanks
        return text[:40] or None
    if len(text.split()) > LONGEST:
        text = _up_to_a_break(text[:FAR_ENOUGH])
    return text if SHORTEST <= len(text.split()) <= LONGEST else None


def _up_to_a_break(text: str) -> str:
    """Begin where somebody does something, and end before the next thought."""
    begins = [0, *(found.end() for found in BREAK.finditer(text))]
    start = next((at for at in begins if TOLD.match(text, at) or TOLD.match(text, at + 4)), 0)
    ends = [found.start() for found in BREAK.finditer(text, start)] + [len(text)]
    fitting = [end for end in ends if SHORTEST <= len(text[start:end].split()) <= LONGEST]
    return OPENERS.sub("", text[start : fitting[-1]]) if fitting else text


def spoken(hint: str) -> str:
    """Turn a note about the candidate into words to the candidate: what they did, to what you did."""
    parts = [ABOUT.get(part.lower(), part) for part in BETWEEN_WORDS.split(hint)]
    text = "".join(parts)
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def turned(told: str) -> str | None:
    """From the one who speaks to the one who is spoken to; None where that would sound wrong."""
    if not OWN.search(told) or QUOTES.search(told):
        return None
    parts = [TURNS.get(part.lower().replace("\u2019", "'"), part) for part in BETWEEN_WORDS.split(told)]
    text = re.sub(r"\byou was\b", "you were", "".join(parts))
    # a sentence begins with a capital that need not be a name's
    return text[0].lower() + text[1:] if text.split(" ", 1)[0].lower() in words.COMMON else text
