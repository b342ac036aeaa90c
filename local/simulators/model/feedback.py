"""Writes about an interview from the evidence alone: for those who decide, and for those who answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import phrases
from local.simulators.model.blocks import Block, Blocks
from local.simulators.model.reading import Reading, Sentence, count_words, quoted

if TYPE_CHECKING:
    from local.simulators.model.prompt import Prompt

MOST: Final = 3
WITHOUT: Final = (
    ("outcome", "Say what came of it: what was different afterwards, and for whom."),
    ("figures", "Where you can, put a rough figure on the difference it made."),
    ("example", "Begin with one concrete situation rather than with what you usually do."),
    ("action", "Say which steps were your own, and which were the team's."),
    ("reason", "Say why you chose that way, and what you decided against."),
    ("reflection", "Close with what you would do differently today."),
)
HELD: Final = {
    "example": "concrete situations",
    "action": "steps of your own",
    "outcome": "what came of them",
    "reason": "your reasons",
}
NEXT_STEPS: Final = (
    "Write down a few stories of your own, each with the situation, your task, your steps and the result.",
    "Tell one of them aloud in about two minutes, and listen for what is missing.",
)
STRONG: Final = "You described your own part in concrete terms: “{}”."
HOLDS: Final = "The candidate told of concrete work: “{}”."
REACHED: Final = re.compile(r"([\w][\w &/-]*?)\W{1,4}(?:level\W{1,2})?([1-5])\b")


def summary(prompt: Prompt) -> dict[str, Any]:
    """For those who decide."""
    blocks = Blocks(prompt.data)
    told = _told(blocks)
    said = [_item(HOLDS.format(quoted(each.text).rstrip(".")), name, each) for name, each in told]
    reached = {name.strip().replace("_", " "): int(level) for name, level in REACHED.findall(_levels(blocks))}
    strong = [name for name, level in reached.items() if level > 3]
    weak = [name for name, level in reached.items() if level < 3]
    if strong and told:
        said.insert(0, _item(f"The evidence is strongest for {', '.join(strong)}.", *told[0]))
    if weak and told:
        said.append(_item(f"The evidence says little about {', '.join(weak)}.", *told[-1]))
    if not said:
        said = [{"text": "The evidence says too little for a summary.", "segment_ids": [], "quotes": []}]
    text = " ".join(each["text"] for each in said)
    lacks = [{**each, "quotes": []} for each in _lacking(blocks)]
    return {"sentences": said, "summary": text, "text": text, "strengths": said[:MOST], "improvements": lacks}


def for_the_candidate(prompt: Prompt) -> dict[str, Any]:
    """Kind and useful, without a number: figures are not quoted either."""
    blocks = Blocks(prompt.data)
    chance = prompt.chance()
    told = [(name, each) for name, each in _told(blocks) if not re.search(r"\d", each.text)]
    strengths = [
        _item(STRONG.format(phrases.clause(each.text) or quoted(each.text, 120)), name, each)
        for name, each in told
    ]
    if not strengths:
        strengths = [{"text": "You took the time to answer the questions.", "segment_ids": [], "quotes": []}]
    improvements = _lacking(blocks)
    steps: list[dict[str, Any]] = [{"text": chance.choice(NEXT_STEPS), "segment_ids": [], "quotes": []}]
    everything = [*strengths, *improvements, *steps]
    text = " ".join(each["text"] for each in everything)
    whole = Reading("\n".join(segment.text for segment in segments_of(blocks)))
    return {
        "sentences": everything,
        "strengths": strengths,
        "improvements": improvements,
        "next_steps": steps,
        "summary": _shown(whole),
        "text": text,
    }


def _shown(whole: Reading) -> str:
    held = [name for what, name in HELD.items() if whole.has(what)]
    if not held:
        return "Your answers stayed general; stories of your own would make them clearer."
    return f"Your answers told of {' and '.join([', '.join(held[:-1]), held[-1]] if held[1:] else held)}."


def _told(blocks: Blocks) -> list[tuple[str, Sentence]]:
    """The most telling sentence of each of the most telling segments."""
    found = []
    for segment in segments_of(blocks):
        best = Reading(segment.text).best()
        if best is not None and best.concreteness > 0 and not best.denies:
            found.append((segment.attributes.get("id", ""), best))
    return sorted(found, key=lambda each: -each[1].concreteness)[:MOST]


def segments_of(blocks: Blocks) -> list[Block]:
    evidence = blocks.get("evidence")
    return evidence.inner.all("segment") if evidence else []


def _levels(blocks: Blocks) -> str:
    reached = blocks.get("levels_reached")
    if reached is None:
        return ""
    inner = [f"{each.attributes.get('dimension', '')}: {each.text}" for each in reached.inner.all("level")]
    return "\n".join(inner) or reached.text


def _lacking(blocks: Blocks) -> list[dict[str, Any]]:
    whole = Reading("\n".join(segment.text for segment in segments_of(blocks)))
    missing = [advice for what, advice in WITHOUT if not whole.has(what)]
    shown = _least(blocks)
    return [
        {"text": advice, "segment_ids": [each["segment_id"] for each in shown], "quotes": shown}
        for advice in (missing or [WITHOUT[-1][1]])[:2]
    ]


def _least(blocks: Blocks) -> list[dict[str, Any]]:
    """The words in which an answer falls shortest of what could have been told."""
    said = [
        (each.concreteness, segment.attributes.get("id", ""), quoted(each.text))
        for segment in segments_of(blocks)
        for each in Reading(segment.text).sentences
        if count_words(each.text) > 2
    ]
    if not said:
        return []
    _, segment_id, quote = min(said, key=lambda each: each[0])
    return [{"segment_id": segment_id, "quote": quote}]


def _item(text: str, segment: str, sentence: Sentence) -> dict[str, Any]:
    quote = quoted(sentence.text)
    return {
        "text": text,
        "segment_ids": [segment],
        "segment_id": segment,
        "quotes": [{"segment_id": segment, "quote": quote, "value": quote}],
        "quote": quote,
    }
