"""The words by which the stand-in tells what a text holds; they stand in `lexicon.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LEXICON: Final = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
LISTS: Final[dict[str, list[str]]] = {name: text.split() for name, text in LEXICON["lists"].items()}
AT_A_WORD: Final = r"\b"


class Words:
    """Patterns of one meaning, looked for in small letters.

    What begins with a word is looked for where words begin only, and without regard to capitals:
    that is three times as fast as one pattern for all.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        spelt = [_spelt(pattern) for pattern in patterns]
        at_words = "|".join(each.removeprefix(AT_A_WORD) for each in spelt if each.startswith(AT_A_WORD))
        anywhere = "|".join(each for each in spelt if not each.startswith(AT_A_WORD))
        both = (rf"{AT_A_WORD}(?:{at_words})" if at_words else "", anywhere)
        self._patterns = [re.compile(pattern) for pattern in both if pattern]

    def count(self, lower: str) -> int:
        return sum(len(pattern.findall(lower)) for pattern in self._patterns)

    def are_in(self, lower: str) -> bool:
        return any(pattern.search(lower) for pattern in self._patterns)


def _spelt(pattern: str) -> str:
    for listed in ("number", "unit", "past"):
        either = "|".join(LISTS[listed]).replace("_", " ")
        pattern = pattern.replace(f"{{{listed}}}", f"(?:{either})")
    return pattern


FIGURE: Final = Words(LEXICON["figure"])
ACTION: Final = Words(LEXICON["action"])
OUTCOME: Final = Words(LEXICON["outcome"])
EXAMPLE: Final = Words(LEXICON["example"])
REASON: Final = Words(LEXICON["reason"])
REFLECTION: Final = Words(LEXICON["reflection"])
GENERIC: Final = Words(LEXICON["generic"])
DENIAL: Final = Words(LEXICON["denial"])
WITHDRAWAL: Final = Words(LEXICON["withdrawal"])
UNKNOWING: Final = Words(LEXICON["unknowing"])
CLARIFY: Final = Words(LEXICON["clarify"])
INSTRUCTION: Final = Words(LEXICON["instruction"])
DISTRESS: Final = Words(LEXICON["distress"])
PRIVATE: Final = Words(LEXICON["private"])  # what an interviewer does not bring up again
STOP: Final = frozenset(LISTS["stop"])
COMMON: Final = frozenset(LISTS["common"])
COMPETENCIES: Final[dict[str, str]] = LEXICON["competencies"]
