"""Practice interviews: nobody's business but one's own."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body, Contract
from shared.contracts.interview import EndReason
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned

SampleRole = Literal["software-engineer", "marketing-manager", "customer-success"]
PracticeStatus = Literal["pending", "in_progress", "completed"]


class NewPractice(Body):
    sample_role_type: SampleRole = Field(examples=["software-engineer"])


class PracticeFeedback(Contract):
    """Words to take along. It holds no figure and no grade."""

    summary: str = Field(examples=["You told whole stories, and what came of them."])
    strengths: list[str] = Field(examples=[["You said what you did yourself."]])
    improvements: list[str] = Field(examples=[["Say what it cost."]])
    next_steps: list[str] = Field(examples=[["Prepare two examples, and tell them aloud."]])
    source: Literal["rules", "model"]


class Practice(Versioned):
    id: UUID
    sample_role_type: SampleRole
    status: PracticeStatus = Field(examples=["completed"])
    mode: Literal["text", "voice"]
    language: str = Field(examples=["en-AU"])
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    end_reason: EndReason | None
    feedback: PracticeFeedback | None = Field(description="once it is over")


class PracticesQuery(ListQuery):
    status: PracticeStatus | None = None
