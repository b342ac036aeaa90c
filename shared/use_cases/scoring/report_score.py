"""The report on an interview: what people need to decide, every claim beside the words that prove it."""

import asyncio
from typing import Final
from uuid import UUID

from shared.contracts.candidates import SeenCandidate
from shared.contracts.scores import ReportedRole, ScoreReport
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.candidates import Candidates
from shared.ports.interviews import Interviews
from shared.ports.question_packs import QuestionPacks
from shared.ports.scores import Scores
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.scoring.answered_choices import answered_choices
from shared.use_cases.scoring.read_scores import reviews_of, runs_of

PARTS: Final = ("transcript", "signals", "plan")
VIEWED: Final = "report.viewed"
EXPORTED: Final = "report.exported"


class ReportScore:
    """Reading it leaves a trace: it is the most that can be seen of a person at once."""

    def __init__(
        self,
        scores: Scores,
        interviews: Interviews,
        candidates: Candidates,
        packs: QuestionPacks,
        authorise: Authorise,
        record_audit: RecordAudit,
    ) -> None:
        self._scores = scores
        self._interviews = interviews
        self._candidates = candidates
        self._packs = packs
        self._authorise = authorise
        self._record_audit = record_audit

    async def __call__(
        self, caller: Person, interview_id: UUID, *, to_take_away: bool = False
    ) -> ScoreReport:
        found = await self._authorise(caller, Permission.SCORE_READ, Kind.INTERVIEW, interview_id)
        scores, talk = await asyncio.gather(
            self._scores.read(interview_id, caller.user_id),
            self._interviews.read(interview_id, caller.user_id, PARTS),
        )
        candidate = await self._seen(caller, UUID(scores["candidate_id"]))
        runs = runs_of(scores)
        report = ScoreReport.model_validate(
            {
                "interview": talk.interview,
                "candidate": candidate,
                "role": ReportedRole.model_validate(scores["role"]),
                "score": next((each for each in runs if each.is_current), None),
                "transcript": talk.transcript or [],
                "signals": talk.signals,
                "choices": answered_choices(talk.plan, talk.progress, self._packs),
                "reviews": reviews_of(scores),
                "runs": runs,
            }
        )
        organisation_id = found.thing.organisation_id
        action = EXPORTED if to_take_away else VIEWED
        await self._record_audit(
            AuditEvent(action, "interview", interview_id, caller.user_id, organisation_id)
        )
        return report

    async def _seen(self, caller: Person, candidate_id: UUID) -> SeenCandidate | None:
        return await self._candidates.seen(caller, candidate_id)
