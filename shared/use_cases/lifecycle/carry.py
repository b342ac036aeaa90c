"""Hands interviews and invitations to the workflows that carry them.

What the engine cannot take now is told in the log, and found and repaired by the reconciler: nobody
who begins or ends an interview waits for it, and nobody is refused because of it.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.lifecycle import (
    CANCELLED,
    ENDED,
    INTERVIEW_LIFECYCLE,
    InterviewWanted,
    lifecycle_key,
)
from shared.contracts.lifecycle_steps import (
    INVITATION_WATCH,
    RESCHEDULED,
    InvitationWanted,
    invitation_key,
)
from shared.errors import TalentiError
from shared.ports.workflows import Workflows
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)

PATIENCE_SECONDS: Final = 2.0


class Carry:
    """Every call may be repeated."""

    def __init__(self, workflows: Workflows, patience: float = PATIENCE_SECONDS) -> None:
        self._workflows = workflows
        self._patience = patience

    async def begun(self, talk_id: UUID) -> None:
        """An interview or a practice interview runs: what gave it up, or lost it, takes it up again."""
        message = InterviewWanted(interview_id=talk_id).model_dump(mode="json")
        await self._try(
            self._workflows.restart(INTERVIEW_LIFECYCLE, lifecycle_key(talk_id), message), talk_id
        )

    async def ended(self, talk_id: UUID) -> None:
        await self._try(self._workflows.signal(lifecycle_key(talk_id), ENDED, None), talk_id)

    async def cancelled(self, talk_id: UUID) -> None:
        await self._try(self._workflows.signal(lifecycle_key(talk_id), CANCELLED, None), talk_id)

    async def invited(self, invitation_id: UUID, interview_id: UUID) -> None:
        message = InvitationWanted(invitation_id=invitation_id).model_dump(mode="json")
        key = invitation_key(interview_id)
        await self._try(self._workflows.start(INVITATION_WATCH, key, message), interview_id)

    async def rescheduled(self, interview_id: UUID) -> None:
        await self._try(self._workflows.signal(invitation_key(interview_id), RESCHEDULED, None), interview_id)

    async def _try(self, call: Awaitable[object], interview_id: UUID) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await call
        except (TalentiError, TimeoutError) as error:
            log.warning(Event.WORKFLOW_NOT_TOLD, {Attribute.INTERVIEW_ID: str(interview_id)}, error)
