"""What a model answers in a talk. The text comes first, so that it can be said while it is written."""

from typing import Literal

from pydantic import Field

from shared.contracts.base import Contract

type ProposedAction = Literal["probe", "advance", "clarify", "close"]
type Concern = Literal["instruction_attempt", "off_topic", "distress"]


class ShownCompetency(Contract):
    competency: str = Field(description="One of the open competencies")
    quote: str = Field(description="The candidate's exact words that show it")


class InterviewTurn(Contract):
    text: str = Field(description="What is said to the candidate")
    action: ProposedAction = Field(description="What the text does")
    competencies: list[ShownCompetency]
    concerns: list[Concern]


class PracticeFeedback(Contract):
    """What a candidate can take away from a practice interview. It holds no figure and no grade."""

    summary: str
    strengths: list[str]
    improvements: list[str]
    next_steps: list[str]
