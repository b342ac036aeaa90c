"""What a model answers when it is asked for the questions of a role."""

from pydantic import Field

from shared.contracts.base import Contract


class SuggestedQuestion(Contract):
    order: int = Field(description="The order of the slot that it fills")
    text: str = Field(description="The question, word for word as it is asked")
    competency: str = Field(description="The competency of the slot")
    follow_up_hint: str = Field(description="What may be asked for if the answer leaves it out")


class InterviewPlan(Contract):
    items: list[SuggestedQuestion]
