"""The words by which the stand-in tells what a text holds; they stand in `lexicon.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

LEXICON: Final = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
LISTS: Final[dict[str, list[str]]] = {name: text.split() for name, text in LEXICON["lists"].items()}


def _compiled(name: str) -> re.Pattern[str]:
    pattern = "|".join(LEXICON[name])
    for listed in ("number", "unit", "past"):
        either = "|".join(LISTS[listed]).replace("_", " ")
        pattern = pattern.replace(f"{{{listed}}}", f"(?:{either})")
    return re.compile(pattern, re.IGNORECASE)


FIGURE: Final = _compiled("figure")
ACTION: Final = _compiled("action")
OUTCOME: Final = _compiled("outcome")
EXAMPLE: Final = _compiled("example")
REASON: Final = _compiled("reason")
REFLECTION: Final = _compiled("reflection")
GENERIC: Final = _compiled("generic")
DENIAL: Final = _compiled("denial")
UNKNOWING: Final = _compiled("unknowing")
CLARIFY: Final = _compiled("clarify")
INSTRUCTION: Final = _compiled("instruction")
DISTRESS: Final = _compiled("distress")
PRIVATE: Final = _compiled("private")  # what an interviewer does not bring up again
STOP: Final = frozenset(LISTS["stop"])
COMPETENCIES: Final[dict[str, str]] = LEXICON["competencies"]
COMMON: Final = frozenset(LISTS["common"])
