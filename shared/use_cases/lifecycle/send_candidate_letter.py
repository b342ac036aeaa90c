"""Sends letters around an interview. Whoever reads the address is this step, and nobody before it."""

from uuid import UUID

from shared import telemetry
from shared.errors import InvalidInputError, RateLimitedError, TalentiError, UnavailableError
from shared.letters.around_interview import candidate_letter
from shared.ports.candidate_letters import CandidateLetters
from shared.ports.mailer import Mailer
from shared.telemetry import Attribute, Event
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from shared.use_cases.invitations.send_letter import Sending

log = telemetry.Log(__name__)


class SendCandidateLetter:
    def __init__(self, letters: CandidateLetters, mailer: Mailer, frontend: str) -> None:
        self._letters = letters
        self._mailer = mailer
        self._frontend = frontend

    async def __call__(self, letter_id: UUID | None = None) -> Sending:
        """This letter, or the one that has waited longest. One that does not go stays owed."""
        facts = await self._letters.take_up(letter_id)
        if facts is None:
            return Sending.NOTHING_DUE
        try:
            await self._mailer.send(candidate_letter(facts, self._frontend))
        except InvalidInputError:
            await self._letters.tell(facts.letter_id, sent=False)
            return Sending.REFUSED
        except TalentiError as error:
            log.warning(Event.LETTER_DEFERRED, {Attribute.LETTER_ID: str(facts.letter_id)}, error)
            not_now = isinstance(error, RateLimitedError | UnavailableError)
            return Sending.NOT_NOW if not_now else Sending.FAILED
        await self._letters.tell(facts.letter_id, sent=True)
        return Sending.SENT

    async def all_due(self) -> int:
        """Until none is left or the provider wants a pause; how many went."""
        return await SendDueLetters(self)()
