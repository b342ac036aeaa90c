"""Letters around interviews in memory: owed once, taken up once, dropped when they hold no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.domain.invitation_vigil import LetterKind, WatchedInvitation
from shared.letters.around_interview import LetterFacts
from shared.ports.clock import Clock

PAUSE = timedelta(minutes=2)


@dataclass
class Addressee:
    """An interview with its invitation, and what letters tell of them."""

    interview_id: UUID
    invitation_id: UUID
    invited_at: datetime
    expires_at: datetime
    status: str = "invited"
    scheduled_at: datetime | None = None
    ended_at: datetime | None = None
    candidate_email: str = "kim@example.org"
    language: str = "en-AU"


@dataclass
class _Letter:
    interview_id: UUID
    kind: LetterKind
    about: datetime
    due_at: datetime
    status: str = "owed"
    attempts: int = 0


class FakeCandidateLetters:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.interviews: dict[UUID, Addressee] = {}
        self.letters: dict[UUID, _Letter] = {}

    def put(self, addressee: Addressee) -> Addressee:
        self.interviews[addressee.interview_id] = addressee
        return addressee

    async def owe(self, interview_id: UUID, kind: LetterKind, about: datetime) -> UUID | None:
        if interview_id not in self.interviews:
            return None
        for letter_id, letter in self.letters.items():
            if (letter.interview_id, letter.kind, letter.about) == (interview_id, kind, about):
                return letter_id
        letter_id = uuid4()
        self.letters[letter_id] = _Letter(interview_id, kind, about, self._clock.now())
        return letter_id

    async def owe_thanks(self, interview_id: UUID) -> UUID | None:
        held = self.interviews.get(interview_id)
        if held is None or held.status != "completed":
            return None
        assert held.ended_at
        return await self.owe(interview_id, LetterKind.THANKS, held.ended_at)

    async def take_up(self, letter_id: UUID | None = None) -> LetterFacts | None:
        for each, letter in sorted(self.letters.items(), key=lambda item: item[1].due_at):
            if letter_id not in {None, each} or letter.status != "owed":
                continue
            if letter.due_at > self._clock.now():
                continue
            if not self._holds(letter):
                letter.status = "dropped"
                continue
            letter.due_at = self._clock.now() + PAUSE * 2**letter.attempts
            letter.attempts += 1
            return self._facts(each, letter)
        return None

    async def tell(self, letter_id: UUID, *, sent: bool) -> bool:
        letter = self.letters[letter_id]
        if letter.status != "owed":
            return False
        letter.status = "sent" if sent else "refused"
        return True

    async def watch(self, invitation_id: UUID) -> WatchedInvitation | None:
        held = self._of(invitation_id)
        if held is None or held.status not in {"invited", "scheduled"}:
            return None
        return WatchedInvitation(
            held.interview_id, self._clock.now(), held.invited_at, held.expires_at, held.scheduled_at
        )

    async def expire(self, invitation_id: UUID) -> bool:
        held = self._of(invitation_id)
        if held is None or held.status not in {"invited", "scheduled"} or held.expires_at > self._clock.now():
            return False
        held.status = "expired"
        return True

    def _of(self, invitation_id: UUID) -> Addressee | None:
        return next((each for each in self.interviews.values() if each.invitation_id == invitation_id), None)

    def _holds(self, letter: _Letter) -> bool:
        held = self.interviews[letter.interview_id]
        if letter.kind is LetterKind.THANKS:
            return held.status == "completed"
        if held.status not in {"invited", "scheduled"} or held.expires_at <= self._clock.now():
            return False
        if letter.kind is LetterKind.EXPIRING:
            return held.expires_at == letter.about
        chosen = held.scheduled_at == letter.about
        return chosen and (letter.kind is LetterKind.NO_SHOW or letter.about > self._clock.now())

    def _facts(self, letter_id: UUID, letter: _Letter) -> LetterFacts:
        held = self.interviews[letter.interview_id]
        return LetterFacts(
            letter_id=letter_id,
            kind=letter.kind,
            candidate_email=held.candidate_email,
            first_name="Kim",
            language=held.language,
            role_title="Backend engineer",
            organisation_name="Acme",
            time_zone="Australia/Sydney",
            scheduled_at=held.scheduled_at,
            expires_at=held.expires_at,
            minutes=15,
        )
