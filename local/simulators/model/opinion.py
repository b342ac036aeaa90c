"""Says whether something in the content of answers calls for a closer look, with the words that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.simulators.model.blocks import Blocks
from local.simulators.model.feedback import segments_of
from local.simulators.model.rating import Said, contradiction
from local.simulators.model.reading import Reading, count_words, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.simulators.model.prompt import Prompt

GENERIC: Final = 3  # phrases that anybody could say
ANSWERS: Final = 2  # from which an example can be missed
RISKS: Final = ("low", "medium", "high")


def form(prompt: Prompt) -> dict[str, Any]:
    segments = segments_of(Blocks(prompt.data))
    readings = [(each.attributes.get("id", ""), Reading(each.text)) for each in segments]
    said = [
        Said(name, sentence)
        for name, reading in readings
        for sentence in reading.sentences
        if count_words(sentence.text) > 2
    ]
    doubts = [each for each in _doubts(said, len(readings)) if each["quotes"]]
    return {"risk": RISKS[min(len(doubts), 2)], "doubts": doubts}


def _doubts(said: list[Said], answers: int) -> Iterable[dict[str, Any]]:
    concrete = any(each.sentence.action or each.sentence.figures or each.sentence.outcome for each in said)
    generic = [each for each in said if each.sentence.generic]
    if not concrete and sum(each.sentence.generic for each in said) >= GENERIC:
        yield _doubt("generic_wording", generic[:2])
    if against := contradiction(said):
        yield _doubt("contradiction", against)
    if not concrete and answers >= ANSWERS:
        yield _doubt("no_concrete_example", said[:1])


def _doubt(kind: str, shown: Iterable[Said]) -> dict[str, Any]:
    return {
        "kind": kind,
        "quotes": [{"segment_id": each.segment, "quote": quoted(each.sentence.text)} for each in shown],
    }
