"""The questions of roles, and the plans that are made of them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from shared.domain.interview.plan import Plan
from shared.domain.interview.questions import Asked, InterviewFacts, KeptQuestions, QuestionSet, RoleFacts


class RoleQuestions(Protocol):
    """All calls raise UnavailableError."""

    async def role(self, job_role_id: UUID) -> RoleFacts:
        """Raises NotFoundError."""

    async def interview(self, interview_id: UUID) -> InterviewFacts:
        """Raises NotFoundError."""

    async def current(self, role: RoleFacts) -> KeptQuestions | None:
        """What is settled for what the role says now."""

    async def settle(self, role: RoleFacts, questions: QuestionSet) -> KeptQuestions:
        """Keep these unless others stand already; gives those that stand.

        What a model worked on replaces what was only composed, as long as nobody was asked.
        """

    async def edit(
        self, role: RoleFacts, questions: QuestionSet, caller_id: UUID, expected_version: int | None
    ) -> KeptQuestions:
        """Keep a recruiter's. Raises ConflictError if somebody was faster, or a candidate was asked."""

    async def unstarted(self, job_role_id: UUID) -> Sequence[UUID]:
        """Interviews of the role that were not begun, the oldest first, at most 500."""

    async def save_plan(self, interview_id: UUID, plan: Plan) -> None:
        """Repeated, it has one effect. Raises NotFoundError, ConflictError (begun)."""

    async def asked(self, job_role_id: UUID) -> Sequence[Asked]:
        """The interviews of the role that were begun, the newest first, at most 500."""
