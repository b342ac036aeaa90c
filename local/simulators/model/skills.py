"""The skills that the stand-in knows by name."""

from __future__ import annotations

import re
from typing import Final

from local.simulators.model import words
from local.simulators.model.shape import Found

SOFT: Final = re.compile("|".join(words.LISTS["soft_skills"]).replace("_", "[ -]"), re.IGNORECASE)
TECHNICAL: Final = re.compile(
    r"(?<![\w.#+-])(?:" + "|".join(words.LISTS["technical_skills"]).replace("_", " ") + r")(?![\w#+]|\.\w)",
    re.IGNORECASE,
)


def is_soft(name: str) -> bool:
    return SOFT.search(name) is not None


def known_in(text: str) -> list[Found]:
    """Each technical skill that the text names, in its own spelling, once."""
    return _first_of_each(TECHNICAL, text)


def soft_in(text: str) -> list[Found]:
    return _first_of_each(SOFT, text)


def _first_of_each(pattern: re.Pattern[str], text: str) -> list[Found]:
    found: dict[str, str] = {}
    for each in pattern.finditer(text):
        found.setdefault(each[0].lower(), each[0])
    return [Found(name, name) for name in found.values()]
