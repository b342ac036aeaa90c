"""Questions of roles in memory, with the rules of the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from shared.domain.interview.plan import Plan
from shared.domain.interview.questions import (
    Asked,
    InterviewFacts,
    KeptQuestions,
    Origin,
    QuestionSet,
    RoleFacts,
)
from shared.errors import ConflictError, NotFoundError

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass
class FakeInterview:
    role_id: UUID
    skills: tuple[str, ...] = ()
    status: str = "invited"
    end_reason: str | None = None
    plan: Plan | None = None
    asked: frozenset[int] = frozenset()


@dataclass
class FakeRoleQuestions:
    roles: dict[UUID, RoleFacts] = field(default_factory=dict)
    interviews: dict[UUID, FakeInterview] = field(default_factory=dict)
    kept: dict[UUID, list[tuple[str, KeptQuestions]]] = field(default_factory=dict)

    async def role(self, job_role_id: UUID) -> RoleFacts:
        if job_role_id not in self.roles:
            raise NotFoundError("Job role not found.")
        return self.roles[job_role_id]

    async def interview(self, interview_id: UUID) -> InterviewFacts:
        found = self._interview(interview_id)
        return InterviewFacts(self.roles[found.role_id], found.status, found.skills)

    async def current(self, role: RoleFacts) -> KeptQuestions | None:
        if not (versions := self.kept.get(role.job_role_id)):
            return None
        fingerprint, kept = versions[-1]
        return replace(kept, used=self._used(role, kept)) if fingerprint == role.fingerprint else None

    async def settle(self, role: RoleFacts, questions: QuestionSet) -> KeptQuestions:
        standing = await self.current(role)
        may_replace = standing is not None and (
            not standing.used
            and standing.questions.origin is Origin.COMPOSED
            and questions.origin is Origin.MODEL
        )
        return standing if standing and not may_replace else self._keep(role, questions)

    async def edit(
        self, role: RoleFacts, questions: QuestionSet, caller_id: UUID, expected_version: int | None
    ) -> KeptQuestions:
        versions = self.kept.get(role.job_role_id, [])
        if expected_version is not None and expected_version != len(versions):
            raise ConflictError("Somebody changed the questions first.")
        standing = await self.current(role)
        if standing and standing.questions.content_hash == questions.content_hash:
            return standing
        if standing and standing.used:
            raise ConflictError("The questions stand once a candidate was asked them.")
        return self._keep(role, questions)

    async def unstarted(self, job_role_id: UUID) -> Sequence[UUID]:
        return [
            key
            for key, each in self.interviews.items()
            if each.role_id == job_role_id and each.status in {"invited", "scheduled"}
        ]

    async def save_plan(self, interview_id: UUID, plan: Plan) -> None:
        found = self._interview(interview_id)
        if found.status not in {"invited", "scheduled"}:
            raise ConflictError("The plan stands once the interview has started.")
        found.plan = plan

    async def asked(self, job_role_id: UUID) -> Sequence[Asked]:
        begun = [
            (key, each) for key, each in self.interviews.items() if each.role_id == job_role_id and each.asked
        ]
        return [
            Asked(
                interview_id=key,
                application_id=key,
                status=each.status,
                end_reason=each.end_reason,
                core=_core(each.plan),
                planned={item.order: item.text for item in each.plan.items},
                asked=each.asked,
            )
            for key, each in reversed(begun)
            if each.plan
        ]

    def _interview(self, interview_id: UUID) -> FakeInterview:
        if interview_id not in self.interviews:
            raise NotFoundError("Interview not found.")
        return self.interviews[interview_id]

    def _used(self, role: RoleFacts, kept: KeptQuestions) -> bool:
        core = _core(Plan(items=kept.questions.items))
        return any(
            each.role_id == role.job_role_id and each.asked and each.plan and _core(each.plan) == core
            for each in self.interviews.values()
        )

    def _keep(self, role: RoleFacts, questions: QuestionSet) -> KeptQuestions:
        versions = self.kept.setdefault(role.job_role_id, [])
        kept = KeptQuestions(len(versions) + 1, questions, used=False, created_at=NOW)
        versions.append((role.fingerprint, kept))
        return kept


def _core(plan: Plan) -> str:
    return "\n".join(f"{item.order} {item.text}" for item in plan.items)
