"""What a model answers about a finished interview: one rating, or sentences that prove themselves.

No shape has a place for an overall score: a model reads, code counts.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.base import Contract

type RatedLevel = Literal["1", "2", "3", "4", "5", "insufficient_evidence"]


class Citation(Contract):
    segment_id: str = Field(description="The id of the segment that holds the words")
    quote: str = Field(description="The words, copied exactly from that segment")


class Rating(Contract):
    """One dimension, read once."""

    citations: list[Citation] = Field(description="What the level rests on, the most telling first")
    rationale: str = Field(
        description="In one or two sentences, which words of the level are met and which not"
    )
    level: RatedLevel = Field(description="insufficient_evidence if nothing was said that could be judged")


class Sentence(Contract):
    text: str = Field(description="One sentence")
    quotes: list[Citation] = Field(description="The words that show it; without them it is left out")


class ScoreSummary(Contract):
    """For those who decide."""

    sentences: list[Sentence]


class CandidateFeedback(Contract):
    """For the person who answered."""

    strengths: list[Sentence] = Field(description="What was told well")
    improvements: list[Sentence] = Field(
        description="What an answer left out, with the words it falls short in"
    )


class Doubt(Contract):
    kind: Literal["generic_wording", "contradiction", "no_concrete_example"]
    quotes: list[Citation] = Field(description="The words that give rise to it")


class IntegrityOpinion(Contract):
    """Whether the answers seem to be the candidate's own: an aid for people, and no part of any score."""

    risk: Literal["low", "medium", "high"]
    doubts: list[Doubt] = Field(description="Empty where there is none")
