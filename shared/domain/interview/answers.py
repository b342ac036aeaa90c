"""What code can tell of an answer without a model: a request, a choice, a card that was asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.domain.interview.plan import LETTERS, Option, Stage
from shared.domain.interview.wording import normalised, words

PHRASES_KEPT: Final = 4096
SHORT: Final = 25  # words; in a long answer such a phrase is part of a story
LETTER_CHOICE: Final = re.compile(
    r"^(?:(?:i(?:'d| would)? (?:say|choose|pick|think|go (?:for|with))|it'?s|is|my answer is|the answer is"
    r"|option|answer|letter|antwort|option|réponse|respuesta|opci[oó]n|resposta|op[cç][aã]o"
    r"|选|选择|答案是?)\s*:?\s*)*\(?([a-f])\)?(?:[.,:;)].*)?$"
)


@dataclass(frozen=True, slots=True)
class Cues:
    """How people say such things in one language; all in lower case."""

    repeat: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    ordinals: tuple[tuple[str, ...], ...] = ()  # of the first option, of the second, ...


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the next step depends on."""

    asks: bool = False  # something, whatever it is
    asks_again: bool = False  # to have the question repeated or explained
    skips: bool = False
    asks_for_human: bool = False
    asks_for_pay: bool = False


def read_answer(text: str, cues: Cues) -> AnswerFacts:
    said = _spoken(normalised(text))
    short = len(said.split()) <= SHORT
    human = _has(said, cues.human)
    again = short and _has(said, cues.repeat)
    return AnswerFacts(
        asks="?" in text or "\uff1f" in text or again or human,
        asks_again=again or (short and human),
        skips=short and _has(said, cues.skip),
        asks_for_human=human,
        asks_for_pay=_has(said, cues.pay),
    )


def choice_in(text: str, options: Sequence[Option], cues: Cues) -> Option | None:
    """The option that was meant: by its letter, its place, its id or its words; None if unclear."""
    plain = normalised(text)
    if named := LETTER_CHOICE.fullmatch(plain):
        place = LETTERS.lower().index(named[1])
        if place < len(options):
            return options[place]
    said = _spoken(plain)
    by_words = [each for each in options if _contains(said, _phrase(each.text))]
    longest = max(by_words, key=lambda each: len(each.text), default=None)
    # "unit tests" stands within "no unit tests"; the longer one was meant if it covers the others
    if longest and all(_contains(_phrase(longest.text), _phrase(each.text)) for each in by_words):
        return longest
    if by_words:
        return None
    places = zip(options, cues.ordinals, strict=False)
    by_place = [option for option, names in places if _has(said, names)]
    return by_place[0] if len(by_place) == 1 else None


def cards_asked_for(text: str, stage: Stage, shown: Sequence[str]) -> tuple[str, ...]:
    """The ids of the cards of this stage that the answer asks for and that were not shown yet."""
    said = _spoken(normalised(text))
    return tuple(
        card.id
        for card in stage.cards
        if card.id not in shown and any(_contains(said, _phrase(cue)) for cue in card.when_asked)
    )


def _spoken(plain: str) -> str:
    """The words with one blank around each, so that whole words are found in it."""
    return f" {' '.join(words(plain))} "


@lru_cache(maxsize=PHRASES_KEPT)
def _phrase(text: str) -> str:
    return _spoken(normalised(text))


def _has(said: str, phrases: Sequence[str]) -> bool:
    return any(_contains(said, _phrase(phrase)) for phrase in phrases)


def _contains(said: str, phrase: str) -> bool:
    """The words of the phrase side by side."""
    return not phrase.isspace() and phrase in said
