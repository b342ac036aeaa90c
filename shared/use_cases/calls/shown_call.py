"""A call as those see it who may know of it: nobody's number, and nobody's identity."""

from typing import Literal

from shared.contracts.calls import CallView, ParticipantView
from shared.domain.call_records import CallRecord, participant_id
from shared.domain.calls import AppUser, CallState, Participant, Party, Phone
from shared.errors import ConflictError, NotFoundError
from shared.ports.calls import Calls


async def participants_of(calls: Calls, record: CallRecord) -> tuple[Participant, ...]:
    """Who is on it: nobody, while it is not connected."""
    if record.connection_id is None or record.status is not CallState.CONNECTED:
        return ()
    try:
        return await calls.participants(record.connection_id)
    except (NotFoundError, ConflictError):
        return ()  # it has ended, and we are not told yet


def shown(record: CallRecord, participants: tuple[Participant, ...] = ()) -> CallView:
    return CallView.model_validate(
        {
            "id": record.id,
            "interview_id": record.interview_id,
            "call_connection_id": record.connection_id,
            "server_call_id": record.server_call_id,
            "status": record.status.value,
            "participants": [
                ParticipantView(
                    id=participant_id(record.id, each.party),
                    kind=_kind(each.party),
                    muted=each.muted,
                    on_hold=each.on_hold,
                )
                for each in participants
            ],
        }
    )


def _kind(party: Party) -> Literal["phone", "app", "other"]:
    if isinstance(party, Phone):
        return "phone"
    return "app" if isinstance(party, AppUser) else "other"
