"""What people may not be judged by: a linter for rubrics, questions and requirements.

A criterion must name what somebody does or knows. Manner of speech, feelings, looks, fit with a
group, pay and protected traits are refused, each with the words that gave offence and the reason.
Words of the trade that only look like them (confidence intervals, race conditions, union types)
are taken out of the text before it is read.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.domain.unfair_words import BEHAVIOUR, EMPTY, TABLE, Ground, Words

VAGUE: Final = "does not say what an answer would have to show; name what somebody does or explains"


@dataclass(frozen=True, slots=True)
class Concern:
    """Words that may not stand there, and why."""

    ground: Ground
    words: str
    reason: str

    @property
    def message(self) -> str:
        return f"'{self.words}': {self.reason}"


def concerns(text: str, *, behaviours: str = "") -> list[Concern]:
    """What is wrong with a text that people are judged or asked by.

    Fit may be named where behaviour follows, in the text itself or in `behaviours` beside it.
    """
    plain = _plain(text)
    described = bool(BEHAVIOUR.search(f"{plain} . {_plain(behaviours)}"))
    return [
        Concern(each.ground, words, each.reason)
        for each in TABLE
        if not (each.ground is Ground.FIT and described)
        for words in _offending(each, plain)
    ]


def vagueness(text: str) -> list[Concern]:
    """The concern that a criterion names nothing, if that is so."""
    said = re.findall(r"[\w+#]+", _plain(text))
    return [] if any(word not in EMPTY for word in said) else [Concern(Ground.VAGUE, text.strip(), VAGUE)]


def _offending(each: Words, plain: str) -> Iterator[str]:
    rest = each.harmless.sub(lambda found: "." * len(found[0]), plain)
    return iter(dict.fromkeys(found[0] for found in each.offence.finditer(rest)))


def _plain(text: str) -> str:
    """One form for what looks the same: case, quotes, dashes, blanks, invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(each for each in folded if unicodedata.category(each) != "Cf")
    quotes = re.sub(r"[\u2018\u2019\u02bc`]", "'", visible)
    dashes = re.sub(r"[\u2010-\u2015\u2212]", "-", quotes)
    return re.sub(r"[\s_]+", " ", dashes)
