"""A competency is shown by the candidate's own words, or it is not shown."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.interview.injection import Attempt
from shared.domain.interview.progress import Evidence
from shared.domain.interview.wording import normalised, words

FEWEST_WORDS: Final = 3
LONGEST_QUOTE: Final = 400


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model says that an answer shows."""

    competency: str
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, where it stands, and what in it was an attempt to give orders."""

    text: str
    turn_id: str
    sequence: int
    attempts: Sequence[Attempt] = ()


def verified(claims: Iterable[Claim], said: Said, known: Collection[str]) -> tuple[Evidence, ...]:
    """The claims whose quote stands word for word in the answer; each competency once."""
    answer = normalised(said.text)
    found: dict[str, Evidence] = {}
    for claim in claims:
        quote = normalised(claim.quote)
        if claim.competency in known and claim.competency not in found and _shows(quote, answer, said):
            evidence = Evidence(claim.competency, claim.quote.strip(), said.turn_id, said.sequence)
            found[claim.competency] = evidence
    return tuple(found.values())


def _shows(quote: str, answer: str, said: Said) -> bool:
    if len(quote) > LONGEST_QUOTE or len(words(quote)) < FEWEST_WORDS or quote not in answer:
        return False
    return not any(each.sentence and _overlap(quote, each.sentence) for each in said.attempts)


def _overlap(quote: str, sentence: str) -> bool:
    return quote in sentence or sentence in quote
