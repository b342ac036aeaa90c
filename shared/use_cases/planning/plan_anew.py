"""Lets the interviews of a role that nobody began follow a change of its questions."""

import asyncio
from typing import Final
from uuid import UUID

from shared.errors import ConflictError, NotFoundError
from shared.ports.role_questions import RoleQuestions
from shared.use_cases.planning.plan_interview import PlanInterview

AT_ONCE: Final = 8


class PlanAnew:
    """Idempotent. One that begins just now keeps what it began with."""

    def __init__(self, questions: RoleQuestions, plan_interview: PlanInterview) -> None:
        self._questions = questions
        self._plan_interview = plan_interview

    async def __call__(self, job_role_id: UUID) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def plan(interview_id: UUID) -> None:
            async with gate:
                try:
                    await self._plan_interview(interview_id)
                except (ConflictError, NotFoundError):
                    return

        waiting = await self._questions.unstarted(job_role_id)
        await asyncio.gather(*(plan(each) for each in waiting))
