"""Ends a request, and tells whoever asked; or says why it could not be ended for now."""

from uuid import UUID

from shared import telemetry
from shared.errors import TalentiError
from shared.ports.erasures import Erasures
from shared.telemetry import Attribute, Event
from shared.use_cases.privacy.send_deletion_letter import SendDeletionLetter

log = telemetry.Log(__name__)


class FinishErasure:
    def __init__(self, erasures: Erasures, send: SendDeletionLetter) -> None:
        self._erasures = erasures
        self._send = send

    async def __call__(self, request_id: UUID) -> bool:
        """Whether it ended now. Raises ConflictError while a store is not proven empty.

        The letter is owed from here on, so that one that does not go now goes by its timer.
        """
        ended = await self._erasures.complete(request_id)
        if ended:
            log.info(Event.DELETION_COMPLETED, {Attribute.SUBJECT_ID: str(request_id)})
        try:
            await self._send.all_due()
        except TalentiError as error:
            log.warning(Event.LETTER_DEFERRED, {Attribute.SUBJECT_ID: str(request_id)}, error)
        return ended


class FailErasure:
    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    async def __call__(self, request_id: UUID, reason: str) -> None:
        if await self._erasures.fail(request_id, reason):
            log.failure(
                Event.DELETION_FAILED,
                {Attribute.SUBJECT_ID: str(request_id), Attribute.REASON: reason},
            )
