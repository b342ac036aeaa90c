"""Handles what the call service tells our webhook: each event on its own, and each once."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared import telemetry
from shared.domain.call_records import CallNews, CallRecord, call_of
from shared.domain.calls import (
    CallConnected,
    CallDisconnected,
    CallEvent,
    CallNotConnected,
    CallState,
    ListeningFailed,
    NothingHeard,
    OtherCallEvent,
    ParticipantsChanged,
    RecordingChanged,
    RecordingNotStarted,
    SpeechFailed,
    SpeechFinished,
    WordsHeard,
)
from shared.errors import TalentiError
from shared.ports.call_events import CallEvents
from shared.ports.calls import Calls
from shared.ports.handled_events import HandledEvents
from shared.telemetry import Attribute, Event
from shared.use_cases.calls.follow_call import FollowCall
from shared.use_cases.calls.talk_over_phone import TALK, TalkOverPhone

log = telemetry.Log(__name__)

SOURCE = "acs"

type Begin = Callable[[CallRecord], Awaitable[None]]


class HearCallEvents:
    """An event is of this interview by its errand, by our row of the call, and by the address it came to."""

    def __init__(
        self,
        events: CallEvents,
        handled: HandledEvents,
        follow: FollowCall,
        calls: Calls,
        begin: Begin,
        phone: TalkOverPhone,
    ) -> None:
        self._events = events
        self._handled = handled
        self._follow = follow
        self._calls = calls
        self._begin = begin
        self._phone = phone

    async def __call__(self, authorization: str | None, body: bytes, interview_id: UUID) -> int:
        """How many were handled, now or before. Raises NotSignedInError, MalformedBodyError.

        An event that cannot be handled yet does not keep back the others of its batch; it is raised at
        the end, so that the service delivers them again.
        """
        events = await self._events.open(authorization, body)
        later: TalentiError | None = None
        with telemetry.bind({Attribute.INTERVIEW_ID: str(interview_id)}):
            for event in events:
                try:
                    await self._once(event, interview_id)
                except TalentiError as error:
                    if error.retryable:
                        later = error
                        continue
                    log.warning(Event.CALL_EVENT_REFUSED, {Attribute.EVENT_KIND: _kind(event)}, error)
                    await self._handled.note(SOURCE, event.id)
        if later is not None:
            raise later
        return len(events)

    async def _once(self, event: CallEvent, interview_id: UUID) -> None:
        if await self._handled.is_handled(SOURCE, event.id):
            return
        if event.errand is not None and event.errand.interview_id != interview_id:
            log.warning(Event.CALL_EVENT_FOREIGN, {Attribute.EVENT_KIND: _kind(event)})
        else:
            await self._handle(event, interview_id)
        # noted last: what an event does is harmless twice, and a process may die before it is done
        await self._handled.note(SOURCE, event.id)

    async def _handle(self, event: CallEvent, interview_id: UUID) -> None:
        found: object
        match event:
            case CallConnected():
                found = await self._connected(event, interview_id)
            case CallDisconnected() | CallNotConnected():
                found = await self._follow(_news(event, status=CallState.DISCONNECTED), interview_id)
            case ParticipantsChanged():
                there = _news(event, participants=len(event.participants), sequence=event.sequence)
                found = await self._follow(there, interview_id)
            case WordsHeard() | NothingHeard() | ListeningFailed() | SpeechFinished() | SpeechFailed() if (
                event.errand is not None and event.errand.step.startswith(TALK)
            ):
                found = await self._follow(_news(event), interview_id)
                if found is not None and not found.is_over:
                    await self._phone.go_on(found, event)
            case RecordingChanged():
                found = await self._follow.recording(event.recording_id, interview_id)
            case RecordingNotStarted():
                found = await self._follow.not_recorded(event.recording_id, interview_id)
            case _:
                log.info(Event.CALL_EVENT_NOTED, {Attribute.EVENT_KIND: _kind(event)})
                return
        if found is None:
            log.warning(Event.CALL_EVENT_FOREIGN, {Attribute.EVENT_KIND: _kind(event)})

    async def _connected(self, event: CallConnected, interview_id: UUID) -> CallRecord | None:
        record = await self._follow(_news(event, status=CallState.CONNECTED), interview_id)
        if record is None:
            return None
        if record.is_over and record.connection_id is not None:
            await self._calls.hang_up(record.connection_id)  # somebody hung up while it was answered
        elif not record.is_over:
            await self._begin(record)
            await self._phone.begin(record)
        return record


def _news(
    event: CallEvent,
    *,
    status: CallState | None = None,
    participants: int | None = None,
    sequence: int | None = None,
) -> CallNews:
    return CallNews(
        at=event.at,
        call_id=call_of(event.errand.step) if event.errand else None,
        connection_id=event.call_id,
        server_call_id=event.server_call_id or None,
        status=status,
        participants=participants,
        sequence=sequence,
    )


def _kind(event: CallEvent) -> str:
    return event.kind if isinstance(event, OtherCallEvent) else type(event).__name__
