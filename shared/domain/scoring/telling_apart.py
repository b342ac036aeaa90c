"""Whether two levels of a rubric can be told apart, by rule.

Levels are compared by the words that say what somebody does. Praise and blame (`good`, `excellent`,
`very`), small words, order and endings make no difference: nobody can see from them which of two
levels an answer reaches. Negations and amounts do. A refusal must be beyond doubt, so levels that
differ in a single telling word can be told apart.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

FEWEST_TELLING: Final = 3
SMALL_WORDS: Final = frozenset(
    """
    a an the this that these those and or of to in on at by for with from as is are be been being was were
    it its their his her he she they them i my we our you your who which what there here then than so
    also too candidate person answer answers response level some somebody someone
    """.split()  # noqa: SIM905 - easier to read
)
DEGREES: Final = frozenset(
    """
    very quite rather really truly highly extremely fairly somewhat slightly particularly especially
    good well better best great excellent excellently outstanding exceptional exceptionally superb strong
    strongly stronger solid weak weakly weaker poor poorly poorer bad badly worse worst adequate adequately
    acceptable acceptably average satisfactory sufficient sufficiently decent fine nice impressive superior
    fully clearly perfect perfectly high low higher lower basic advanced effective effectively proper properly
    appropriate appropriately overall generally skilled skill skills ability abilities
    """.split()  # noqa: SIM905 - likewise
)
WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[\u3040-\u9fff\uac00-\ud7af]")
ENDINGS: Final = ("ing", "ed", "es", "s")
SHORTEST_STEM: Final = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Two levels that read the same."""

    one: int
    other: int

    @property
    def message(self) -> str:
        return (
            f"levels {self.one} and {self.other} cannot be told apart; "
            "name what an answer at one of them shows that one at the other does not"
        )


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A sample answer that says what another level asks for."""

    level: int
    lands_on: int

    @property
    def message(self) -> str:
        return f"a sample answer of level {self.level} lands on level {self.lands_on}"


def telling(text: str) -> Counter[str]:
    """The words that say something, without their endings, and how often each stands there."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    found = (match[0] for match in WORD.finditer(plain))
    return Counter(_stem(each) for each in found if each not in SMALL_WORDS and each not in DEGREES)


def alike(levels: Mapping[int, str]) -> Iterator[Alike]:
    """The pairs of levels whose telling words are the same."""
    words = {level: telling(text) for level, text in sorted(levels.items())}
    return (Alike(one, other) for one, other in combinations(words, 2) if words[one] == words[other])


def misplaced(levels: Mapping[int, str], samples: Mapping[int, Sequence[str]]) -> Iterator[Misplaced]:
    """Samples that stand under two levels, or say all that tells another level and nothing of their own."""
    words = {level: set(telling(text)) for level, text in levels.items()}
    own = {
        level: each - set().union(*(words[other] for other in words if other != level))
        for level, each in words.items()
    }
    seen: dict[frozenset[str], int] = {}
    for level, texts in sorted(samples.items()):
        for text in texts:
            said = frozenset(telling(text))
            first = seen.setdefault(said, level)
            if first != level:
                yield Misplaced(level, first)
                continue
            lands = next(
                (
                    other
                    for other in sorted(own)
                    if other != level and len(own[other]) >= FEWEST_TELLING and own[other] <= said
                ),
                None,
            )
            if lands is not None and not said & own.get(level, set()):
                yield Misplaced(level, lands)


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            stem = word.removesuffix(ending)
            return stem[:-1] if len(stem) > SHORTEST_STEM and stem[-1] == stem[-2] else stem.rstrip("e")
    return word.rstrip("e") if len(word) > SHORTEST_STEM else word
