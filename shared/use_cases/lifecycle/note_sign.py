"""Notes that a candidate is there, or is typing, so that nobody ends their talk for silence."""

import asyncio
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.errors import TalentiError
from shared.ports.lifecycle import Lifecycles
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


PATIENCE_SECONDS: Final = 2.0


class NoteSign:
    def __init__(self, lifecycles: Lifecycles, patience: float = PATIENCE_SECONDS) -> None:
        self._lifecycles = lifecycles
        self._patience = patience

    async def __call__(self, talk_id: UUID, caller_id: UUID, *, active: bool) -> None:
        """Active is who types, or has just come in. Of anybody but the candidate it is no sign.

        One that is lost costs nobody anything: the next comes soon.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._lifecycles.note_sign(talk_id, caller_id, active=active)
        except (TalentiError, TimeoutError) as error:
            log.warning(Event.SIGN_LOST, {Attribute.INTERVIEW_ID: str(talk_id)}, error)
