"""Hands out everything a run was made of, in one file that a stranger can work through again."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.score_runs import Material
from shared.domain.scoring.bundle import Run, bundle_of
from shared.domain.scoring.records import Versions
from shared.errors import ConflictError, NotFoundError
from shared.ports.scores import Scores
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit

EXPORTED: Final = "report.exported"


class BundleScore:
    """For recruiters: it holds the raw answers of the model and the whole transcript with its chain."""

    def __init__(self, scores: Scores, authorise: Authorise, record_audit: RecordAudit) -> None:
        self._scores = scores
        self._authorise = authorise
        self._record_audit = record_audit

    async def __call__(self, caller: Person, interview_id: UUID, run_id: UUID) -> bytes:
        """Raises NotFoundError, and ConflictError while the run goes on or if it failed."""
        found = await self._authorise(caller, Permission.SCORE_RUN, Kind.INTERVIEW, interview_id)
        row = next(iter((await self._scores.read(interview_id, caller.user_id, run_id))["runs"]), None)
        if row is None:
            raise NotFoundError("Score run not found.")
        if row["status"] not in {"completed", "insufficient_evidence"}:
            raise ConflictError("The run has no result to be proved.")
        if row["rules_version"] is None or row["passes_wanted"] is None:
            raise ConflictError("What this run was made of was not kept.")
        material = await self._scores.material(run_id)
        if any(each.masked for each in material.segments):
            raise ConflictError("Words of the interview were removed since; the run can no longer be proved.")
        bundle = bundle_of(run_of(material, row["passes_wanted"], versions_of(row)))
        organisation_id = found.thing.organisation_id
        await self._record_audit(AuditEvent(EXPORTED, "score", run_id, caller.user_id, organisation_id))
        return bundle


def run_of(material: Material, wanted_passes: int, versions: Versions) -> Run:
    """The run as its bundle holds it: masked where it was masked for the model."""
    return Run(
        interview_id=material.run.interview_id,
        run_id=material.run.id,
        run_number=material.run.run_number,
        segments=material.segments,
        head=material.head,
        masks=material.run.masks,
        rubric=material.run.dimensions,
        passes=tuple(given for each in material.passes if (given := each.given)),
        items=material.run.items,
        item_passes=tuple(read for each in material.item_passes if (read := each.given)),
        wanted_passes=wanted_passes,
        versions=versions,
    )


def versions_of(row: Mapping[str, Any]) -> Versions:
    return Versions(
        rules=row["rules_version"],
        mapping=row["mapping_version"],
        prompt=row["prompt_version"],
        model=row["model_version"],
        rubric=row["rubric_version"],
        code=row["code_version"],
    )
