"""Calls as we keep them."""

from typing import Protocol
from uuid import UUID

from shared.domain.call_records import CallNews, CallRecord
from shared.domain.calls import Call


class CallRecords(Protocol):
    """Raises UnavailableError."""

    async def open(self, call_id: UUID, interview_id: UUID, caller_id: UUID) -> CallRecord:
        """A call that is about to be placed; the same id again is the same call.

        Raises NotFoundError, ForbiddenError, WrongStateError (the interview is over), ConflictError
        (another call is under way; `interview_locked` where the interview may not begin).
        """

    async def note(self, call_id: UUID, placed: Call) -> CallRecord:
        """What the provider calls it. It may be over by now. Raises NotFoundError."""

    async def read(self, call_id: UUID) -> CallRecord:
        """Raises NotFoundError."""

    async def tell(self, news: CallNews, interview_id: UUID | None = None) -> CallRecord | None:
        """Take news of a call in: late, twice and in any order they lead to the same state.

        None for a call that is not ours, or not of this interview.
        """


class CallIdentities(Protocol):
    """The identity with which each person joins calls. Raises UnavailableError."""

    async def of(self, user_id: UUID) -> str | None: ...

    async def keep(self, user_id: UUID, identity: str, instead_of: str | None = None) -> str:
        """Keep the first one, or put it in the place of one that is gone; gives the one that is kept."""
