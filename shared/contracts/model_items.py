"""What a model answers about the points of one question: what was said of each, and the very words.

No shape has a place for a figure: which points count, and what they are worth, is code.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.model_rating import Citation


class PointSaid(Contract):
    id: str = Field(description="The id of the point, copied")
    quotes: list[Citation] = Field(description="The words that say it; empty if it was not said")
    taken_back: list[Citation] = Field(
        description="Later words that withdraw it; empty unless it was withdrawn"
    )
    said: Literal["asserted", "withdrawn", "not_said"]


class ItemPoints(Contract):
    """One question, read once: every point of it, in the order in which they are given."""

    points: list[PointSaid]
