"""Rings the candidate of an interview, by phone or in the browser."""

from uuid import UUID, uuid4

from shared.contracts.calls import CallView, CallWish, interview_of
from shared.domain.call_records import CallNews, CallRecord, step_of
from shared.domain.calls import AppUser, CallState, Errand, Party, Phone
from shared.domain.identity import Person
from shared.domain.ownership import Found, Kind
from shared.domain.permissions import Permission
from shared.errors import ConflictError, TalentiError, WrongStateError
from shared.ports.call_records import CallIdentities, CallRecords
from shared.ports.calls import Calls
from shared.ports.clock import Clock
from shared.use_cases.authorise import Authorise
from shared.use_cases.calls.shown_call import participants_of, shown

ALIVE = frozenset({"invited", "scheduled", "in_progress"})


class PlaceCall:
    def __init__(
        self,
        authorise: Authorise,
        calls: Calls,
        records: CallRecords,
        identities: CallIdentities,
        clock: Clock,
    ) -> None:
        self._authorise = authorise
        self._calls = calls
        self._records = records
        self._identities = identities
        self._clock = clock

    async def __call__(self, caller: Person, wish: CallWish) -> CallView:
        """Raises WrongStateError once the interview is over, ConflictError while it has a call."""
        interview_id = interview_of(wish.interview_id)
        found = await self._authorise(caller, Permission.CALL_PLACE, Kind.INTERVIEW, interview_id)
        if found.state not in ALIVE:
            raise WrongStateError("The interview is over.")
        party = Phone(wish.phone) if wish.phone else await self._browser(found)
        record = await self._records.open(uuid4(), interview_id, caller.user_id)
        return shown(await self._ring(record, party))

    async def read(self, caller: Person, call_id: UUID) -> CallView:
        await self._authorise(caller, Permission.CALL_READ, Kind.CALL, call_id)
        record = await self._records.read(call_id)
        return shown(record, await participants_of(self._calls, record))

    async def _browser(self, found: Found) -> Party:
        owner_id = found.thing.owner_id
        identity = await self._identities.of(owner_id) if owner_id else None
        if identity is None:
            raise ConflictError("The candidate's browser has not asked for a call token yet.")
        return AppUser(identity)

    async def _ring(self, record: CallRecord, party: Party) -> CallRecord:
        """Our row stands before the call does: its events find it by the errand."""
        try:
            placed = await self._calls.place(
                record.id, party, Errand(record.interview_id, step_of(record.id))
            )
        except TalentiError:
            await self._records.tell(self._never_was(record))
            raise
        noted = await self._records.note(record.id, placed)
        if noted.is_over:  # somebody hung up in this moment
            await self._calls.hang_up(placed.id)
        return noted

    def _never_was(self, record: CallRecord) -> CallNews:
        return CallNews(at=self._clock.now(), call_id=record.id, status=CallState.DISCONNECTED)
