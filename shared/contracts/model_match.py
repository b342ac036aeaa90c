"""What a model answers when a résumé is held against what a role asks for."""

from typing import Literal

from pydantic import Field

from shared.contracts.base import Contract


class JudgedRequirement(Contract):
    requirement_id: str
    shown: Literal["not_shown", "partly", "met"]
    evidence_id: str = Field(description="The item that shows it best, empty where none does")
    quote: str = Field(description="The exact words of that item that show it, empty where none do")


class Match(Contract):
    items: list[JudgedRequirement]
