"""Plans an interview: one question for each slot, about its competency and this role."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model.blocks import Blocks
from local.simulators.model.words import LEXICON

if TYPE_CHECKING:
    from local.simulators.model.prompt import Prompt

OPENING: Final = re.compile(r"open|intro|warm|welcome", re.IGNORECASE)
LONGEST_TITLE: Final = 60  # characters
LONGEST_TOPIC: Final = 3  # words; what is longer is a sentence
CLOSING: Final = re.compile(r"clos|wrap|candidate_question|end", re.IGNORECASE)


def plan(prompt: Prompt) -> dict[str, Any]:
    blocks = Blocks(prompt.data)
    title = _title(blocks.text("role"))
    named = [*blocks.listed("topics"), *_listed_in(blocks.text("requirements"))]
    topics = [each for each in named if len(each.split()) <= LONGEST_TOPIC]
    asked: set[str] = set()
    items = []
    for number, slot in enumerate(_slots(blocks.text("slots"))):
        competency = str(slot.get("competency") or "")
        topic = topics[number % len(topics)] if topics else ""
        text, hint = _question(slot, competency, title, topic, asked)
        asked.add(text)
        items.append(
            {
                "order": slot.get("order", number + 1),
                "text": text,
                "competency": competency,
                "follow_up_hint": hint,
            }
        )
    return {"items": items}


def _question(
    slot: dict[str, Any], competency: str, title: str, topic: str, asked: set[str]
) -> tuple[str, str]:
    """The first that fits and was not asked before."""
    phase = str(slot.get("phase") or "")
    kind = "opening" if OPENING.search(phase) else "closing" if CLOSING.search(phase) else _kind(competency)
    named = competency.replace("_", " ").replace("-", " ") or "what this role asks for"
    offered = [*LEXICON["questions"][kind], *LEXICON["questions"]["any"]]
    filled = [
        (text.format(title=title, competency=named, topic=topic or named), hint.format(competency=named))
        for text, hint in offered
        if topic or "{topic}" not in text
    ]
    return next((each for each in filled if each[0] not in asked), filled[-1])


def _kind(competency: str) -> str:
    name = competency.lower().replace("_", " ")
    return next((kind for kind in LEXICON["questions"] if kind in name), "any")


def _title(role: str) -> str:
    """As far as it is a title: a sentence that follows is none."""
    found = re.search(r'"?title"?\s*[:=]\s*"?([^"\n]+)', role, re.IGNORECASE)
    told = found[1] if found else role
    return re.split(r"[.;:!?(\n]", told)[0].strip()[:LONGEST_TITLE] or "this role"


def _listed_in(text: str) -> list[str]:
    """What a JSON text or plain lines name, without the names of its fields."""
    try:
        return list(_texts(json.loads(text)))[:10]
    except ValueError:
        return [part.strip(" -*") for part in re.split(r"[,\n;]", text) if part.strip(" -*")][:10]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


def _slots(text: str) -> list[dict[str, Any]]:
    try:
        read = json.loads(text)
    except ValueError:
        return []
    return [each for each in read if isinstance(each, dict)] if isinstance(read, list) else []
