"""Rates what the evidence says about one dimension, and proves it with the very words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model.blocks import Blocks
from local.simulators.model.reading import Reading, Sentence, count_words, quoted, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from local.simulators.model.prompt import Prompt

LEAST: Final = 8  # words below which there is nothing to rate
PASSAGE: Final = 60  # words; utterances of speech are put together up to this
BEST: Final = 3  # passages that count
MOST_QUOTES: Final = 3
# where each level above 1 begins
LEVELS: Final = (0.15, 0.35, 0.56, 0.78)
BORDERLINE: Final = 0.03
# what makes an answer concrete: how much it weighs, and how often it counts
WEIGHTS: Final = {
    "action": (0.26, 3),
    "outcome": (0.24, 2),
    "figures": (0.16, 2),
    "example": (0.1, 1),
    "reason": (0.1, 2),
    "reflection": (0.04, 1),
}
TERMS: Final = (0.1, 4)
NOT_ABOUT_IT: Final = 0.75  # what a sentence counts that does not touch the dimension
NAMES: Final = {
    "action": "steps of their own",
    "outcome": "what came of it",
    "figures": "figures",
    "example": "a concrete situation",
    "reason": "reasons for what was done",
}


@dataclass(frozen=True)
class Said:
    """One sentence, and the segment it stands in."""

    segment: str
    sentence: Sentence


def rate(prompt: Prompt) -> dict[str, Any]:
    blocks = Blocks(prompt.data)
    terms = dimension_terms(blocks)
    segments = [(each.attributes.get("id", ""), Reading(each.text)) for each in _segments(blocks)]
    said = [Said(name, sentence) for name, reading in segments for sentence in reading.sentences]
    if sum(count_words(each.sentence.text) for each in said) < LEAST:
        return {
            "level": "insufficient_evidence",
            "citations": [],
            "rationale": "There is too little in the evidence to tell a level.",
        }
    chance = prompt.chance()
    level = _level(_score(_passages(segments), terms), chance)
    against = contradiction(said)
    if against:
        level = max(1, level - 1)
    cited = _cited(said, terms, chance, against)
    return {
        "level": str(level),
        "citations": [
            {"segment_id": each.segment, "quote": quoted(each.sentence.text), "sure": 0.9} for each in cited
        ],
        "rationale": _rationale([each.sentence for each in said], contradicts=bool(against)),
    }


def dimension_terms(blocks: Blocks) -> frozenset[str]:
    dimension = blocks.get("dimension")
    if dimension is None:
        return frozenset()
    name = dimension.attributes.get("name", "")
    return terms_of(name, dimension.attributes.get("label", ""), dimension.text)


def _segments(blocks: Blocks) -> list[Any]:
    evidence = blocks.get("evidence")
    return evidence.inner.all("segment") if evidence else []


def _passages(segments: list[tuple[str, Reading]]) -> list[list[Sentence]]:
    """An answer may arrive as many short utterances: what follows each other belongs together."""
    passages: list[list[Sentence]] = []
    words = PASSAGE
    for _, reading in segments:
        if words >= PASSAGE:
            passages.append([])
            words = 0
        passages[-1].extend(reading.sentences)
        words += reading.words
    return [passage for passage in passages if passage]


def _score(passages: list[list[Sentence]], terms: frozenset[str]) -> float:
    scores = sorted((_concreteness(passage, terms) for passage in passages), reverse=True)[:BEST]
    return sum(scores) / len(scores)


def _concreteness(passage: list[Sentence], terms: frozenset[str]) -> float:
    """From 0, which says nothing, to 1: steps, results, figures and reasons, about the matter."""
    share = {id(each): 1.0 if each.stems & terms else NOT_ABOUT_IT for each in passage}
    score = 0.0
    for what, (weight, most) in WEIGHTS.items():
        found = sum(float(getattr(each, what)) * share[id(each)] for each in passage)
        score += weight * min(found / most, 1.0)
    touched = {stem for each in passage for stem in each.stems & terms}
    score += TERMS[0] * min(len(touched) / TERMS[1], 1.0)
    score -= 0.06 * min(sum(each.generic for each in passage), 4)
    score -= 0.1 * min(sum(each.denies for each in passage), 3)
    return max(0.0, min(1.0, score))


def _level(score: float, chance: Random) -> int:
    """A score at the border of two levels falls to either side, as it does with people."""
    moved = score + chance.uniform(-BORDERLINE, BORDERLINE)
    return 1 + sum(moved >= border for border in LEVELS)


def contradiction(said: list[Said]) -> list[Said]:
    """Somebody says that they never did what they tell of elsewhere: what they did, and the denial."""
    done = [each for each in said if each.sentence.action]
    told = frozenset().union(*(each.sentence.stems for each in said if not each.sentence.denies))
    for denial in (each for each in said if each.sentence.denies):
        if len(denial.sentence.stems & told) > 1:
            about = [each for each in done if each.sentence.stems & denial.sentence.stems]
            return [*about[:1], denial] if about else []
    return []


def _cited(said: list[Said], terms: frozenset[str], chance: Random, first: Iterable[Said]) -> list[Said]:
    """The most telling sentences; chance decides between equals, and their order."""

    def tells(each: Said) -> float:
        about = 2.0 if each.sentence.stems & terms else 0.0
        return each.sentence.concreteness + about + chance.random()

    ranked = sorted((each for each in said if count_words(each.sentence.text) > 2), key=tells, reverse=True)
    cited = list(dict.fromkeys([*first, *ranked]))[:MOST_QUOTES]
    chance.shuffle(cited)
    return cited


def _rationale(told: list[Sentence], *, contradicts: bool) -> str:
    has = [name for what, name in NAMES.items() if any(getattr(each, what) for each in told)]
    lacks = [name for name in NAMES.values() if name not in has]
    parts = [f"The evidence holds {_listed(has)}." if has else "The evidence stays general."]
    if lacks:
        parts.append(f"It does not hold {_listed(lacks, 'or')}.")
    if contradicts:
        parts.append("One statement contradicts another.")
    return " ".join(parts)


def _listed(names: list[str], last: str = "and") -> str:
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
