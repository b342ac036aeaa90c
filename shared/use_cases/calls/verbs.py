"""What can be done with calls, by people and by the service that carries them."""

from dataclasses import dataclass
from typing import Self

from shared.ports.call_events import CallEvents
from shared.ports.call_records import CallIdentities, CallRecords
from shared.ports.call_tokens import CallTokens
from shared.ports.calls import Calls
from shared.ports.clock import Clock
from shared.ports.handled_events import HandledEvents
from shared.ports.recording_records import RecordingRecords
from shared.use_cases.authorise import Authorise
from shared.use_cases.calls.command_call import CommandCall
from shared.use_cases.calls.follow_call import FollowCall
from shared.use_cases.calls.hear_call_events import Begin, HearCallEvents
from shared.use_cases.calls.issue_call_token import IssueCallToken
from shared.use_cases.calls.place_call import PlaceCall
from shared.use_cases.calls.talk_over_phone import TalkOverPhone


@dataclass(frozen=True, slots=True)
class CallKept:
    """What is kept of calls, for those who tell of them."""

    records: CallRecords
    identities: CallIdentities
    recordings: RecordingRecords
    handled: HandledEvents


@dataclass(frozen=True, slots=True)
class CallVerbs:
    token: IssueCallToken
    place: PlaceCall
    command: CommandCall
    follow: FollowCall
    _calls: Calls
    _events: CallEvents
    _handled: HandledEvents

    @classmethod
    def over(
        cls,
        authorise: Authorise,
        calls: Calls,
        tokens: CallTokens,
        events: CallEvents,
        kept: CallKept,
        clock: Clock,
    ) -> Self:
        follow = FollowCall(calls, kept.records, kept.recordings)
        return cls(
            IssueCallToken(authorise, tokens, kept.identities),
            PlaceCall(authorise, calls, kept.records, kept.identities, clock),
            CommandCall(authorise, calls, kept.records, clock),
            follow,
            calls,
            events,
            kept.handled,
        )

    def hear(self, begin: Begin, phone: TalkOverPhone) -> HearCallEvents:
        """`begin` is what a candidate's connected call begins; it needs the engine of one invocation."""
        return HearCallEvents(self._events, self._handled, self.follow, self._calls, begin, phone)
