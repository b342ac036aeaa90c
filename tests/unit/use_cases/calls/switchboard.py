"""Calls of one interview in memory: who commands them, what the provider tells, what is kept."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.calls import CallView, CallWish
from shared.contracts.recordings import RecordingWish
from shared.domain.call_records import CallRecord, RecordingRecord, call_of
from shared.domain.calls import CallConnected, CallDisconnected, CallEvent, Phone, Result
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.turns import Segment
from shared.errors import TalentiError
from shared.use_cases.authorise import Authorise
from shared.use_cases.calls.talk_over_phone import TalkOverPhone
from shared.use_cases.calls.verbs import CallKept, CallVerbs
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.unpark import Unpark
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.recordings.commands import RecordingCommands
from shared.use_cases.recordings.discard_recording import Operators, RecordingStore
from tests.fakes.attention import FakeAttention
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.call_events import FakeCallEvents
from tests.fakes.call_records import (
    FakeCallIdentities,
    FakeCallRecords,
    FakeInterviewBook,
    FakeRecordingRecords,
    KnownInterview,
)
from tests.fakes.call_tokens import FakeCallTokens
from tests.fakes.calls import FakeCalls, Line
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles
from tests.fakes.handled_events import FakeHandledEvents
from tests.fakes.interviews import FakeInterviews, Held
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.recording_desk import FakeRecordingDesk
from tests.unit.use_cases.interview.room import Room

NUMBER = "+61255500111"
OPENING = "I am an AI, and people decide. Tell me about yourself."
ORGANISATION = uuid4()


def person() -> Person:
    return Person(uuid4(), "kim@example.org")


@dataclass
class Switchboard:
    candidate: Person = field(default_factory=person)
    recruiter: Person = field(default_factory=person)
    admin: Person = field(default_factory=person)
    viewer: Person = field(default_factory=person)
    stranger: Person = field(default_factory=person)
    interview_id: UUID = field(default_factory=uuid4)
    begun: list[CallRecord] = field(default_factory=list)
    refusal: TalentiError | None = None  # of a beginning

    def __post_init__(self) -> None:
        self.clock = FakeClock(datetime.now(UTC))
        self.calls = FakeCalls()
        self.tokens = FakeCallTokens(self.clock)
        self.events = FakeCallEvents()
        self.handled = FakeHandledEvents()
        self.book = FakeInterviewBook()
        self.records = FakeCallRecords(self.book)
        self.identities = FakeCallIdentities()
        self.recordings = FakeRecordingRecords(self.book, self.records, self.clock)
        self.files = FakeFiles(self.clock)
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        for somebody, role in (
            (self.viewer, AppRole.ORG_VIEWER),
            (self.recruiter, AppRole.ORG_RECRUITER),
            (self.admin, AppRole.ORG_ADMIN),
        ):
            self.memberships.rows[somebody.user_id].append(Membership(ORGANISATION, role))
        self.interview = self.knows(self.interview_id, "in_progress", consent="granted")
        authorise = Authorise(self.ownership, RecordAudit(FakeAuditTrail()))
        kept = CallKept(self.records, self.identities, self.recordings, self.handled)
        self.verbs = CallVerbs.over(authorise, self.calls, self.tokens, self.events, kept, self.clock)
        self.desk = FakeRecordingDesk(self.clock)
        self.attention = FakeAttention()
        self.commands = RecordingCommands.over(
            authorise,
            self.calls,
            self.recordings,
            RecordingStore(self.desk, self.files),
            Operators(Park(self.attention), Unpark(self.attention)),
            self.clock,
        )
        self.room = Room(
            clock=self.clock, interview_id=self.interview_id, candidate_id=self.candidate.user_id
        )
        self.interviews = FakeInterviews(self.clock)
        self.held = self.interviews.put(
            self.interview_id, Held("live", self.candidate.user_id, status="in_progress")
        )
        self.held.segments = [Segment(1, "interviewer", OPENING, None)]
        self.phone = TalkOverPhone(self.calls, self.interviews, self.room.take_turn)
        self.hear = self.verbs.hear(self._begin, self.phone)

    def knows(self, interview_id: UUID, status: str, consent: str | None = None) -> KnownInterview:
        """An interview of the candidate, in this state."""
        people = {self.recruiter.user_id, self.admin.user_id}
        found = KnownInterview(self.candidate.user_id, people, status, consent)
        self.book.known[interview_id] = found
        self.ownership.put(Kind.INTERVIEW, interview_id, Thing(self.candidate.user_id, ORGANISATION), status)
        return found

    def be(self, status: str) -> None:
        self.interview.status = status
        thing = Thing(self.candidate.user_id, ORGANISATION)
        self.ownership.put(Kind.INTERVIEW, self.interview_id, thing, status)

    async def ring(self, phone: str | None = NUMBER) -> CallView:
        wish = CallWish(interview_id=str(self.interview_id), phone=phone)
        return self.own(await self.verbs.place(self.recruiter, wish))

    def own(self, view: CallView) -> CallView:
        """Let whose it is be known, as the database knows it."""
        self.ownership.put(Kind.CALL, view.id, Thing(self.candidate.user_id, ORGANISATION))
        return view

    async def connected(self) -> CallView:
        """A call that the candidate has taken, as we were told."""
        view = await self.ring()
        assert view.call_connection_id
        self.calls.connect(view.call_connection_id, Phone(NUMBER))
        await self.told(self.connects(view))
        return view

    async def recorded(self, somebody: Person | None = None) -> RecordingRecord:
        view = await self.connected()
        started = await self.commands.control.start(somebody or self.recruiter, self.wish(view))
        self.ownership.put(Kind.RECORDING, started.recording_id, Thing(self.candidate.user_id, ORGANISATION))
        return self.recordings.kept[started.recording_id]

    def wish(self, view: CallView, interview_id: UUID | None = None) -> RecordingWish:
        assert view.server_call_id
        return RecordingWish(
            interview_id=str(interview_id or self.interview_id), server_call_id=view.server_call_id
        )

    def line(self, view: CallView) -> Line:
        return self.calls.lines[view.call_connection_id or ""]

    def connects(self, view: CallView, event_id: str = "") -> CallConnected:
        return CallConnected(**self.common(view, event_id))

    def ends(self, view: CallView, event_id: str = "") -> CallDisconnected:
        return CallDisconnected(**self.common(view, event_id), result=Result(200, 0))

    def common(self, view: CallView, event_id: str = "") -> dict[str, Any]:
        line = self.calls.lines.get(view.call_connection_id or "")
        return {
            "id": event_id or str(uuid4()),
            "at": self.clock.now(),
            "call_id": view.call_connection_id,
            "server_call_id": view.server_call_id,
            "errand": line.errand if line else None,
        }

    async def told(self, *events: CallEvent, interview_id: UUID | None = None) -> int:
        """As the provider tells them, in one delivery."""
        return await self.hear(*self.events.deliver(*events), interview_id or self.interview_id)

    async def _begin(self, record: CallRecord) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.begun.append(record)


def errand_names(line: Line) -> UUID | None:
    return call_of(line.errand.step)
