"""What recruiters do on a call: answer, say, invite, remove, mute, hang up."""

from collections.abc import Awaitable
from uuid import UUID, uuid4, uuid5

from shared.contracts.calls import AnswerWish, CallView, ParticipantWish, PlayWish
from shared.domain.call_records import CallNews, CallRecord, participant_id, step_of
from shared.domain.calls import (
    AppUser,
    CallState,
    Errand,
    Party,
    Phone,
    SoundFile,
    SpokenText,
    is_phone_number,
)
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.speech import USUAL_LANGUAGE, VOICES
from shared.errors import ConflictError, NotFoundError
from shared.ports.call_records import CallRecords
from shared.ports.calls import Calls
from shared.ports.clock import Clock
from shared.use_cases.authorise import Authorise
from shared.use_cases.calls.shown_call import participants_of, shown


class CommandCall:
    def __init__(self, authorise: Authorise, calls: Calls, records: CallRecords, clock: Clock) -> None:
        self._authorise = authorise
        self._calls = calls
        self._records = records
        self._clock = clock

    async def answer(self, caller: Person, call_id: UUID, wish: AnswerWish) -> CallView:
        """Take the candidate's own call in the place of the one that still rings."""
        record = await self._mine(caller, call_id)
        if record.status is not CallState.CONNECTING:
            raise ConflictError("The call is not ringing any more.", code="invalid_transition")
        key = uuid5(record.id, wish.incoming_call_context)
        taken = await self._calls.answer(key, wish.incoming_call_context, _errand(record))
        noted = await self._records.note(record.id, taken)
        ringing = record.connection_id
        if ringing is not None and ringing != taken.id:
            await self._calls.hang_up(ringing)
        return await self._shown(noted)

    async def hang_up(self, caller: Person, call_id: UUID) -> CallView:
        """For everyone. One that has ended is as it was wanted."""
        record = await self._mine(caller, call_id)
        if record.is_over:
            return shown(record)
        if record.connection_id is not None:
            await self._calls.hang_up(record.connection_id)
        return shown(await self._ended(record))

    async def play(self, caller: Person, call_id: UUID, wish: PlayWish) -> CallView:
        """Let all on the call hear a text or a file; it begins when what is being said is over."""
        record = await self._mine(caller, call_id)
        voice = VOICES.get(wish.language, VOICES[USUAL_LANGUAGE])
        speech = SpokenText(wish.text, wish.language, voice) if wish.text else SoundFile(wish.file or "")
        await self._on(record, self._calls.say(_line(record), speech, _errand(record)))
        return await self._shown(record)

    async def invite(self, caller: Person, call_id: UUID, wish: ParticipantWish) -> CallView:
        record = await self._mine(caller, call_id)
        target: Party = Phone(wish.target) if is_phone_number(wish.target) else AppUser(wish.target)
        await self._on(record, self._calls.add(uuid4(), _line(record), target, _errand(record)))
        return await self._shown(record)

    async def remove(self, caller: Person, call_id: UUID, person_id: UUID) -> None:
        """Raises NotFoundError for who is not on the call."""
        record = await self._mine(caller, call_id)
        party = await self._party(record, person_id)
        await self._on(record, self._calls.remove(_line(record), party, _errand(record)))

    async def mute(self, caller: Person, call_id: UUID, person_id: UUID) -> CallView:
        record = await self._mine(caller, call_id)
        party = await self._party(record, person_id)
        await self._on(record, self._calls.mute(_line(record), party))
        return await self._shown(record)

    async def _mine(self, caller: Person, call_id: UUID) -> CallRecord:
        await self._authorise(caller, Permission.CALL_CONTROL, Kind.CALL, call_id)
        return await self._records.read(call_id)

    async def _party(self, record: CallRecord, person_id: UUID) -> Party:
        for each in await participants_of(self._calls, record):
            if participant_id(record.id, each.party) == person_id:
                return each.party
        raise NotFoundError("Participant not found.")

    async def _on(self, record: CallRecord, command: Awaitable[None]) -> None:
        """Do it; a call of ours that the provider does not know has ended without our hearing of it."""
        try:
            await command
        except NotFoundError:
            await self._ended(record)
            raise ConflictError("The call is over.") from None

    async def _ended(self, record: CallRecord) -> CallRecord:
        news = CallNews(
            at=self._clock.now(),
            call_id=record.id,
            connection_id=record.connection_id,
            status=CallState.DISCONNECTED,
        )
        return await self._records.tell(news) or record

    async def _shown(self, record: CallRecord) -> CallView:
        return shown(record, await participants_of(self._calls, record))


def _errand(record: CallRecord) -> Errand:
    return Errand(record.interview_id, step_of(record.id))


def _line(record: CallRecord) -> str:
    """The provider's id of a call on which something can be done."""
    if record.is_over:
        raise ConflictError("The call is over.")
    if record.connection_id is None:
        raise ConflictError("The call is not connected yet.")
    return record.connection_id
