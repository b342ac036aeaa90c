"""How an application meets its role, with what shows it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, example


class Shows(Contract):
    """Words of the CV. `start` and `end` count characters of the text that was read from it."""

    start: int
    end: int
    quote: str | None = Field(description="null where the person shows a part of their profile to nobody")


class MatchedRequirement(Contract):
    """One thing that the role asks for, and what shows it."""

    kind: Literal[
        "technical_skill",
        "soft_skill",
        "experience_years",
        "experience",
        "education",
        "qualification",
        "certification",
        "responsibility",
    ]
    requirement: str
    level: Literal["must", "nice"]
    status: Literal["met", "partly", "not_shown"]
    reasons: list[Shows] = Field(description="never empty unless it is not shown")
    months: int | None = Field(description="of employment in which it stands, overlaps counted once")


class HiddenText(Contract):
    """Something that the file says and does not show. No model reads it, and it counts for nothing."""

    kind: Literal[
        "invisible", "tiny", "same_colour", "off_page", "metadata", "comment", "deleted", "zero_width"
    ]
    code: str = Field(description="how it was noticed; a stable word, and more of them may come")
    page: int | None
    length: int
    text: str | None = Field(description="null where the person shows a part of their profile to nobody")


class ApplicationMatch(Contract):
    """The score is arithmetic over the statuses. It informs people; nothing is decided by it."""

    model_config = example(
        {
            "application_id": "7d0a7c1e-5d2b-4a53-9b1c-6b8e0f3f4a11",
            "snapshot_id": "3f0c6f3a-6d2e-4f0e-9a0b-0b8f0a4f2c11",
            "score": 87.5,
            "band": "strong",
            "is_whole": True,
            "items": [
                {
                    "kind": "technical_skill",
                    "requirement": "Python",
                    "level": "must",
                    "status": "met",
                    "reasons": [{"start": 210, "end": 216, "quote": "Python"}],
                    "months": 33,
                }
            ],
            "months_of_experience": 69,
            "as_of": "2026-11",
            "hidden_text": [],
            "warnings": [],
            "is_checked": True,
            "weights_version": "match-1",
            "model_version": None,
            "prompt_version": None,
            "parser_version": "resume-1",
        }
    )

    application_id: UUID
    snapshot_id: UUID
    score: float | None = Field(description="0 to 100; null where the role asks for nothing")
    band: Literal["strong", "good", "potential"] | None = Field(description="from 80, from 60, below")
    is_whole: bool = Field(description="false: the model was away, and only names were compared")
    items: list[MatchedRequirement]
    months_of_experience: int = Field(description="from the dates of employment, overlaps counted once")
    as_of: str = Field(description="the month up to which what lasts was counted")
    hidden_text: list[HiddenText]
    warnings: list[str] = Field(
        description="attempts in the CV to give orders to whoever reads it, in stable words; more may come"
    )
    is_checked: bool = Field(description="false: nobody could look for hidden text")
    weights_version: str
    model_version: str | None
    prompt_version: str | None
    parser_version: str
