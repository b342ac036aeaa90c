"""Reads a text the way an attentive listener does: what it tells, and what it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from local.simulators.model import words

if TYPE_CHECKING:
    from collections.abc import Iterable

SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])|\n+")
MARKUP: Final = re.compile(r"(</?\w[^<>]*>)")
WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+")
WIDE: Final = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
GERMAN: Final = re.compile(
    r"\b(?:ich|und|nicht|wir|habe|haben|eine?n?|der|die|das|ist|mit|für|sie|wie|bitte|auf|im|den)\b",
    re.IGNORECASE,
)
STEM: Final = 5


def sentences(text: str) -> list[str]:
    """Markup is a part of its own: what stands beside it is still somebody's answer."""
    found = (part.strip() for piece in MARKUP.split(text) for part in SENTENCE.split(piece))
    return [part for part in found if part]


def count_words(text: str) -> int:
    """Words; where a script has no blanks between them, two signs are about one."""
    wide = len(WIDE.findall(text))
    return len(WORD.findall(WIDE.sub(" ", text))) + (wide + 1) // 2


def language(text: str) -> str:
    if len(WIDE.findall(text)) * 3 > len(text):
        return "zh"
    found = WORD.findall(text)
    return "de" if found and len(GERMAN.findall(text)) / len(found) > 0.2 else "en"


@lru_cache(maxsize=4_096)
def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning, so that `tested` meets `testing`."""
    wide = {
        text[at : at + 2] for at in range(len(text) - 1) if WIDE.match(text[at]) and WIDE.match(text[at + 1])
    }
    plain = {word.lower() for word in WORD.findall(WIDE.sub(" ", text))}
    return frozenset({word[:STEM] for word in plain - words.STOP if len(word) > 2} | wide)


def terms_of(competency: str, *more: str) -> frozenset[str]:
    """What speaks of a competency: its name, what is said of it, and what usually goes with it."""
    named = competency.replace("_", " ").replace("-", " ").lower()
    usual = [found for word, found in words.COMPETENCIES.items() if word in named or named in word]
    return stems(" ".join([named, *more])) | {stem[:STEM] for found in usual for stem in found.split()}


@dataclass(frozen=True)
class Sentence:
    """One sentence, in the very words of whoever said it."""

    text: str

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def action(self) -> int:
        return 0 if self.denies else words.ACTION.count(self.lower)

    @cached_property
    def outcome(self) -> int:
        return words.OUTCOME.count(self.lower)

    @cached_property
    def figures(self) -> int:
        return words.FIGURE.count(self.lower)

    @cached_property
    def example(self) -> int:
        return words.EXAMPLE.count(self.lower)

    @cached_property
    def reason(self) -> int:
        return words.REASON.count(self.lower)

    @cached_property
    def reflection(self) -> int:
        return words.REFLECTION.count(self.lower)

    @cached_property
    def generic(self) -> int:
        return words.GENERIC.count(self.lower)

    @cached_property
    def denies(self) -> bool:
        return words.DENIAL.are_in(self.lower)

    @cached_property
    def instructs(self) -> bool:
        return words.INSTRUCTION.are_in(self.lower)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.text)

    @cached_property
    def concreteness(self) -> float:
        told = 2 * min(self.action, 2) + 2 * min(self.outcome, 2) + 1.5 * min(self.figures, 2)
        return told + self.example + self.reason + self.reflection - 1.5 * self.generic


class Reading:
    """A whole answer. What tries to instruct the reader is set apart and counts for nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.all = [Sentence(part) for part in sentences(text)]
        self.sentences = [each for each in self.all if not each.instructs]
        self.words = sum(count_words(each.text) for each in self.sentences)

    @property
    def instructs(self) -> bool:
        return len(self.sentences) < len(self.all) or words.INSTRUCTION.are_in(self.lower)

    @property
    def asks_back(self) -> bool:
        return words.CLARIFY.are_in(self.lower) and not self.has("action", 2)

    @property
    def knows_nothing(self) -> bool:
        return not self.words or all(words.UNKNOWING.are_in(each.lower) for each in self.sentences)

    @property
    def is_distressed(self) -> bool:
        return words.DISTRESS.are_in(self.lower)

    @property
    def language(self) -> str:
        return language(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(" ".join(each.text for each in self.sentences))

    def count(self, what: str) -> int:
        return sum(int(getattr(each, what)) for each in self.sentences)

    def has(self, what: str, least: int = 1) -> bool:
        return self.count(what) >= least

    def best(self, terms: Iterable[str] = ()) -> Sentence | None:
        """The sentence that says most, of those that speak of the terms if any does."""
        wanted = frozenset(terms)
        about = [each for each in self.sentences if each.stems & wanted]
        return max(about or self.sentences, key=lambda each: each.concreteness, default=None)


def quoted(sentence: str, longest: int = 240) -> str:
    """The sentence, or as many of its first words as fit: always a part of the original."""
    if len(sentence) <= longest:
        return sentence
    cut = sentence[:longest]
    return cut[: cut.rfind(" ")] if " " in cut[longest // 2 :] else cut
