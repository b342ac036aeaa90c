"""Questions of roles, through SQL functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.interview.plan import Plan, PlanItem
from shared.domain.interview.questions import (
    Asked,
    InterviewFacts,
    KeptQuestions,
    Origin,
    QuestionSet,
    RoleFacts,
    Sources,
)
from shared.errors import NotFoundError

type Row = Mapping[str, Any]


class SupabaseRoleQuestions:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def role(self, job_role_id: UUID) -> RoleFacts:
        found = await self._functions.call("role_brief", {"job_role_id": str(job_role_id)})
        if found is None:
            raise NotFoundError("Job role not found.")
        return _role(found)

    async def interview(self, interview_id: UUID) -> InterviewFacts:
        found = await self._functions.call("planning_brief", {"interview_id": str(interview_id)})
        if found is None:
            raise NotFoundError("Interview not found.")
        return InterviewFacts(_role(found["role"]), found["status"], tuple(found["skills"]))

    async def current(self, role: RoleFacts) -> KeptQuestions | None:
        found = await self._functions.call(
            "role_questions", {"job_role_id": str(role.job_role_id), "fingerprint": role.fingerprint}
        )
        return _kept(found) if found else None

    async def settle(self, role: RoleFacts, questions: QuestionSet) -> KeptQuestions:
        return await self._keep(role, questions, {})

    async def edit(
        self, role: RoleFacts, questions: QuestionSet, caller_id: UUID, expected_version: int | None
    ) -> KeptQuestions:
        return await self._keep(
            role, questions, {"caller_id": str(caller_id), "expected_version": expected_version}
        )

    async def unstarted(self, job_role_id: UUID) -> Sequence[UUID]:
        found = await self._functions.call("unstarted_interviews", {"job_role_id": str(job_role_id)})
        return tuple(UUID(each) for each in found)

    async def save_plan(self, interview_id: UUID, plan: Plan) -> None:
        arguments = {"interview_id": str(interview_id), "plan": plan.as_facts()}
        await self._functions.call("save_interview_plan", arguments)

    async def asked(self, job_role_id: UUID) -> Sequence[Asked]:
        found = await self._functions.call("role_parity", {"job_role_id": str(job_role_id)})
        return tuple(_asked(each) for each in found)

    async def _keep(self, role: RoleFacts, questions: QuestionSet, more: Row) -> KeptQuestions:
        sources = questions.sources
        facts = {
            "origin": questions.origin.value,
            "items": [each.as_facts() for each in questions.items],
            "content_hash": questions.content_hash,
            "pack_id": sources.pack_id,
            "pack_version": sources.pack_version,
            "model_version": sources.model_version,
            "prompt_version": sources.prompt_version,
        }
        arguments = {"job_role_id": str(role.job_role_id), "fingerprint": role.fingerprint}
        return _kept(
            await self._functions.call("keep_role_questions", {**arguments, "questions": facts, **more})
        )


def _role(found: Row) -> RoleFacts:
    return RoleFacts(
        UUID(found["job_role_id"]),
        found["title"],
        found["requirements"] or {},
        found["interview_structure"] or {},
    )


def _kept(found: Row) -> KeptQuestions:
    questions = QuestionSet(
        items=tuple(PlanItem.from_facts(each) for each in found["items"]),
        origin=Origin(found["origin"]),
        sources=Sources(
            found["pack_id"], found["pack_version"], found["model_version"], found["prompt_version"]
        ),
    )
    return KeptQuestions(
        found["version"], questions, bool(found["used"]), datetime.fromisoformat(found["created_at"])
    )


def _asked(found: Row) -> Asked:
    planned = {int(each["order"]): str(each["text"]) for each in found["questions"]}
    asked = found["asked"]
    if asked is None:  # only the count is known: that many were asked from the beginning
        asked = sorted(planned)[: found["questions_asked"]]
    return Asked(
        interview_id=UUID(found["interview_id"]),
        application_id=UUID(found["application_id"]),
        status=found["status"],
        end_reason=found["end_reason"],
        core=found["core"],
        planned=planned,
        asked=frozenset(asked),
    )
