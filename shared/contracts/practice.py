"""Practice interviews: nobody's business but one's own."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned

SampleRole = Literal["software-engineer", "marketing-manager", "customer-success"]
PracticeStatus = Literal["pending", "in_progress", "completed"]


class NewPractice(Body):
    sample_role_type: SampleRole = Field(examples=["software-engineer"])


class Practice(Versioned):
    id: UUID
    sample_role_type: SampleRole
    status: PracticeStatus
    mode: Literal["text", "voice"]
    language: str = Field(examples=["en-AU"])
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    end_reason: str | None
    feedback: dict[str, Any] | None = Field(
        description="strengths, improvements and next steps, once it is over"
    )


class PracticesQuery(ListQuery):
    status: PracticeStatus | None = None
