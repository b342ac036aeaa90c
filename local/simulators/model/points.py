"""Says which points of a question were made, by what was really said, and quotes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import words
from local.simulators.model.blocks import Blocks
from local.simulators.model.feedback import segments_of
from local.simulators.model.reading import Reading, count_words, quoted, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.simulators.model.blocks import Block
    from local.simulators.model.prompt import Prompt

MOST_QUOTES: Final = 2
ALIKE: Final = 3  # stems that a sentence shares with a point, to be about it without a cue
ALIKE_TO_A_MISTAKE: Final = 4
FEWEST_WORDS: Final = 3
DENIED: Final = re.compile(
    r"\b(?:never|not|cannot|without|avoid\w*|instead of|rather than|nobody|wrong|unless|nie|nicht|kein\w*)\b"
    r"|\w+n['\u2019]t\b|[\u4e0d\u6ca1\u522b]"
)


@dataclass(frozen=True)
class Said:
    """One sentence, with its segment and its place in the whole."""

    place: int
    segment: str
    text: str

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.text)

    @property
    def quote(self) -> dict[str, str]:
        return {"segment_id": self.segment, "quote": quoted(self.text)}


def confirm(prompt: Prompt) -> dict[str, Any]:
    blocks = Blocks(prompt.data)
    said = _said(blocks)
    stages = blocks.get("stages")
    mistakes = blocks.get("mistakes")
    points = (
        [point for stage in stages.inner.all("stage") for point in stage.inner.all("point")] if stages else []
    )
    flags = mistakes.inner.all("mistake") if mistakes else []
    return {
        "points": [
            *(_judged(each, [one for one in said if _makes(one, each)], said) for each in points),
            *(_judged(each, [one for one in said if _commits(one, each)], said) for each in flags),
        ]
    }


def _said(blocks: Blocks) -> list[Said]:
    """What people said in full sentences; what takes something back is read, and makes no point itself."""
    found = [
        (each.attributes.get("id", ""), sentence.text)
        for each in segments_of(blocks)
        for sentence in Reading(each.text).sentences
        if count_words(sentence.text) >= FEWEST_WORDS
    ]
    return [Said(place, segment, text) for place, (segment, text) in enumerate(found)]


def _judged(point: Block, made: Sequence[Said], said: Sequence[Said]) -> dict[str, Any]:
    named = point.attributes.get("id", "")
    if not made:
        return {"id": named, "quotes": [], "taken_back": [], "said": "not_said"}
    about = stems(f"{point.text} {point.attributes.get('cues', '')}") | made[-1].stems
    back = [
        each
        for each in said
        if each.place > made[-1].place and words.WITHDRAWAL.are_in(each.lower) and each.stems & about
    ]
    return {
        "id": named,
        "quotes": [each.quote for each in made[-MOST_QUOTES:]],
        "taken_back": [each.quote for each in back[:1]],
        "said": "withdrawn" if back else "asserted",
    }


def _makes(said: Said, point: Block) -> bool:
    if words.DENIAL.are_in(said.lower) or words.WITHDRAWAL.are_in(said.lower):
        return False
    about = stems(f"{point.text} {point.attributes.get('cues', '')}")
    return _has_cue(said, point) or len(said.stems & about) >= ALIKE


def _commits(said: Said, mistake: Block) -> bool:
    if DENIED.search(said.lower) or words.WITHDRAWAL.are_in(said.lower):
        return False
    return _has_cue(said, mistake) or len(said.stems & stems(mistake.text)) >= ALIKE_TO_A_MISTAKE


def _has_cue(said: Said, point: Block) -> bool:
    cues = [each.strip() for each in point.attributes.get("cues", "").split(",") if each.strip()]
    return any(_cue(each).search(said.lower) for each in cues)


@lru_cache(maxsize=1_024)
def _cue(cue: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(cue)}")
