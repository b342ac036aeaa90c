"""The messages of the workflow that writes questions for a role."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import ALL_THERE, Contract

WRITE_QUESTIONS = "write_questions"
SUGGEST_QUESTIONS = "suggest_questions"


class QuestionsWanted(Contract):
    job_role_id: UUID


class QuestionsWritten(Contract):
    """Which version stands afterwards; the questions themselves stay in the database."""

    version: int


class SuggestionQueued(Contract):
    """What a recruiter is told: look at the questions again in a moment."""

    model_config = ALL_THERE

    job_role_id: UUID
    status: Literal["queued"] = "queued"
