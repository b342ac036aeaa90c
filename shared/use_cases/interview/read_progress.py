"""Tells how far an interview is: the talk by the database, what becomes of it by its workflow.

Without the workflow engine the database's part is told all the same.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final
from uuid import UUID

from shared.contracts.interview import (
    Carried,
    HeldProgress,
    OwnProgress,
    ScoringView,
)
from shared.contracts.lifecycle import LifecycleStatus, ScoringProgress, lifecycle_key, score_key
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.errors import UnavailableError
from shared.ports.interviews import Interviews
from shared.ports.workflows import Json, Workflow, Workflows
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.read_interview import progress_of

PATIENCE_SECONDS: Final = 2.0


class ReadProgress:
    def __init__(self, interviews: Interviews, find: FindTalk, patience: float = PATIENCE_SECONDS) -> None:
        self._interviews = interviews
        self._find = find
        self._patience = patience

    async def __call__(
        self, caller: Person, talk_id: UUID, workflows: Workflows
    ) -> OwnProgress | HeldProgress:
        """Raises NotFoundError and ForbiddenError."""
        await self._find(caller, Permission.INTERVIEW_READ, talk_id)
        return await self.look(caller, talk_id, workflows)

    async def look(self, caller: Person, talk_id: UUID, workflows: Workflows) -> OwnProgress | HeldProgress:
        """Look again, for who has been let in: one question to the database, which lets nobody else in."""
        view = await self._interviews.read(talk_id, caller.user_id, {"recordings"})
        status = await self._status(workflows, talk_id)
        recordings = view.recordings or ()
        shown = {
            "status": view.interview["status"],
            "progress": progress_of(view),
            "recording_status": recordings[-1]["status"] if recordings else None,
            "lifecycle": Carried.of(status, is_candidate=view.is_candidates) if status else None,
        }
        if view.is_candidates:
            return OwnProgress.model_validate(shown)
        scoring = await self._scoring(workflows, talk_id, status) if status else None
        covered = {"competencies_covered": view.progress.get("covered", []), "scoring": scoring}
        return HeldProgress.model_validate(shown | covered)

    async def _status(self, workflows: Workflows, talk_id: UUID) -> LifecycleStatus | None:
        told = await self._told(workflows.find(lifecycle_key(talk_id)))
        return _read(LifecycleStatus, told)

    async def _scoring(
        self, workflows: Workflows, talk_id: UUID, status: LifecycleStatus
    ) -> ScoringView | None:
        if status.run_number is None:
            return None
        told = await self._told(workflows.find(score_key(talk_id, status.run_number)))
        found = _read(ScoringProgress, told)
        return (
            ScoringView(run_number=status.run_number, done=found.done, total=found.total) if found else None
        )

    async def _told(self, asked: Awaitable[Workflow | None]) -> Json:
        """What a workflow last said of itself; nothing where nobody can be asked."""
        try:
            async with asyncio.timeout(self._patience):
                found = await asked
        except (UnavailableError, TimeoutError):
            return None
        return found.progress if found else None


def _read[Told: (LifecycleStatus, ScoringProgress)](kind: type[Told], told: Json) -> Told | None:
    """What was said; nothing where another version of ours said it in other words."""
    try:
        return kind.model_validate(told)
    except ValueError:
        return None
