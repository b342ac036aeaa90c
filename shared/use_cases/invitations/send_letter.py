"""Sends a letter that an invitation owes, with a token that nobody has seen before.

The token is made here and stored nowhere. What is not told to have been sent is owed again after a
pause, with another token: a letter may go out twice, and then only the later one opens anything.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from shared import telemetry
from shared.domain.invitation import InvitationStatus, hash_of, new_token
from shared.errors import InvalidInputError, RateLimitedError, TalentiError, UnavailableError
from shared.letters.invitation import invitation_letter
from shared.ports.invitation_letters import InvitationLetters
from shared.ports.mailer import Mailer
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class Sending(StrEnum):
    NOTHING_DUE = "nothing_due"
    SENT = "sent"
    REFUSED = "refused"  # no letter can go to that address
    FAILED = "failed"
    NOT_NOW = "not_now"  # nor would the next one go


class SendLetter:
    def __init__(
        self,
        letters: InvitationLetters,
        mailer: Mailer,
        frontend: str,
        make_token: Callable[[], str] = new_token,
        patience_seconds: float = 5.0,
    ) -> None:
        self._letters = letters
        self._mailer = mailer
        self._frontend = frontend.rstrip("/")
        self._make_token = make_token
        self._patience = patience_seconds

    async def soon(self, invitation_id: UUID) -> None:
        """Try now, while somebody waits; what cannot go now stays owed."""
        try:
            async with asyncio.timeout(self._patience):
                await self(invitation_id)
        except (TalentiError, TimeoutError) as error:
            log.warning(Event.LETTER_DEFERRED, {Attribute.INVITATION_ID: str(invitation_id)}, error)

    async def __call__(self, invitation_id: UUID | None = None) -> Sending:
        """Of this invitation, or the one that has waited longest. A letter that does not go is not lost."""
        token = self._make_token()
        taken = await self._letters.take_up(hash_of(token), invitation_id)
        if taken is None:
            return Sending.NOTHING_DUE
        facts, key = taken
        letter = invitation_letter(facts, f"{self._frontend}/invite/{token}", key)
        try:
            await self._mailer.send(letter)
        except InvalidInputError:
            await self._letters.tell(facts.invitation_id, InvitationStatus.BOUNCED, key)
            return Sending.REFUSED
        except TalentiError as error:
            log.warning(Event.LETTER_DEFERRED, {Attribute.INVITATION_ID: str(facts.invitation_id)}, error)
            not_now = isinstance(error, RateLimitedError | UnavailableError)
            return Sending.NOT_NOW if not_now else Sending.FAILED
        await self._letters.tell(facts.invitation_id, InvitationStatus.SENT, key)
        return Sending.SENT
