"""Tells people that their deletion is done. The address is forgotten with the letter."""

from shared import telemetry
from shared.errors import InvalidInputError, RateLimitedError, TalentiError, UnavailableError
from shared.letters.deletion import deletion_letter
from shared.ports.erasures import Erasures
from shared.ports.mailer import Mailer
from shared.telemetry import Attribute, Event
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from shared.use_cases.invitations.send_letter import Sending

log = telemetry.Log(__name__)


class SendDeletionLetter:
    def __init__(self, erasures: Erasures, mailer: Mailer) -> None:
        self._erasures = erasures
        self._mailer = mailer

    async def __call__(self) -> Sending:
        """The one that has waited longest. One that does not go stays owed."""
        facts = await self._erasures.take_up_letter()
        if facts is None:
            return Sending.NOTHING_DUE
        try:
            await self._mailer.send(deletion_letter(facts))
        except InvalidInputError:
            await self._erasures.settle_letter(facts.letter_id)
            return Sending.REFUSED
        except TalentiError as error:
            log.warning(Event.LETTER_DEFERRED, {Attribute.LETTER_ID: str(facts.letter_id)}, error)
            not_now = isinstance(error, RateLimitedError | UnavailableError)
            return Sending.NOT_NOW if not_now else Sending.FAILED
        await self._erasures.settle_letter(facts.letter_id)
        return Sending.SENT

    async def all_due(self) -> int:
        """Until none is left or the provider wants a pause; how many went."""
        return await SendDueLetters(self)()
