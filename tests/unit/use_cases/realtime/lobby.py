"""A talk behind sockets in memory: browsers come in through the service's events and are sent frames."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from shared.adapters.memory.rate_limits import MemoryRateLimits
from shared.contracts.realtime import Negotiation
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.push import Audience, Closed, Frame, Heard, Knocked, Opened, Purpose, PushEvent, Socket
from shared.domain.secret import Secret
from shared.http.problem import describe
from shared.packs.library import PackLibrary
from shared.ports.push import Delivery, Kept, Reply
from shared.use_cases.authorise import Authorise
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.lifecycle.note_sign import NoteSign
from shared.use_cases.realtime.answer_event import AnswerEvent
from shared.use_cases.realtime.enter_talk import EnterTalk
from shared.use_cases.realtime.send_frame import SendFrame
from shared.use_cases.realtime.take_dictation import TakeDictation
from shared.use_cases.realtime.talk_over_socket import TalkOverSocket
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.interviews import FakeInterviews, Held
from tests.fakes.lifecycle import FakeLifecycles, WatchedTalk
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.push import FakePush
from tests.fakes.speech import FakeSpeech
from tests.unit.use_cases.interview.room import ROLE, Room

NOTHING = Delivery({}, b"", Secret(""))
PACKED = {"pack_id": "python-testing-debugging-performance"}


class FakeWebhook:
    """Gives the event that a test puts in; what it answers can be read again."""

    def __init__(self) -> None:
        self.event: PushEvent | None = None
        self.said: Frame | None = None
        self.note = ""  # what it was asked to keep, for all sockets alike

    def consent(self, origin: str, secret: Secret) -> Reply:
        return Reply(200, {"WebHook-Allowed-Origin": origin})

    def read(self, delivery: Delivery) -> PushEvent:
        assert self.event is not None
        return self.event

    def welcome(self, event: Knocked) -> Reply:
        return Reply(200)

    def answer(self, frame: Frame | None = None, keep: Kept | None = None) -> Reply:
        self.said = frame
        if keep is not None:
            self.note = keep.note
        return Reply(204 if frame is None else 200)


@dataclass
class Lobby:
    """The room of a talk, and the door to it."""

    room: Room = field(default_factory=Room)
    pause: float = 0.0

    def __post_init__(self) -> None:
        self.push = FakePush(self.room.clock)
        self.webhook = FakeWebhook()
        self.ownership = FakeOwnership(FakeMemberships())
        self.be("in_progress")
        authorise = Authorise(self.ownership, RecordAudit(FakeAuditTrail()))
        send = SendFrame(self.push)
        self.enter = EnterTalk(FindTalk(authorise), self.push)
        self.talk = TalkOverSocket(self.room.take_turn, send, describe, self.pause)
        self.lifecycles = FakeLifecycles(self.room.clock)
        self.watched = WatchedTalk(self.room.candidate_id, self.room.clock.now())
        self.lifecycles.talks[self.room.interview_id] = self.watched
        self.speech = FakeSpeech()
        self.limits = MemoryRateLimits(self.room.clock)
        self.interviews = FakeInterviews(self.room.clock)
        self.held = self.interviews.put(
            self.room.interview_id,
            Held("live", self.room.candidate_id, status="in_progress", plan=PACKED, role=ROLE),
        )
        dictate = TakeDictation(self.interviews, self.speech, PackLibrary(), self.limits, send)
        self.answer = AnswerEvent(
            self.webhook, self.enter, self.talk, dictate, send, describe, NoteSign(self.lifecycles)
        )

    @property
    def candidate(self) -> Person:
        return Person(self.room.candidate_id, "ada@example.com")

    def be(self, state: str, kind: Kind = Kind.INTERVIEW) -> None:
        """Of which kind the talk is, and in which state."""
        self.ownership.things.clear()
        organisation = uuid4() if kind is Kind.INTERVIEW else None
        self.ownership.put(kind, self.room.interview_id, Thing(self.room.candidate_id, organisation), state)

    def a_socket(self, user_id: UUID | None = None, purpose: Purpose = Purpose.CHAT) -> Socket:
        audience = Audience(self.room.interview_id, purpose)
        return Socket(f"s-{uuid4()}", user_id or self.room.candidate_id, audience)

    async def comes_in(self, purpose: Purpose = Purpose.CHAT) -> Socket:
        """As a browser does: it asks for an address, knocks, and is there."""
        wish = Negotiation(interview_id=str(self.room.interview_id), purpose=purpose)
        socket = self.push.connect((await self.enter(self.candidate, wish)).url)
        assert socket is not None
        assert (await self.tell(Knocked("k", socket, ()))).status == 200
        await self.tell(Opened("k", socket))
        assert self.push.frames[socket].pop()["type"] == "connected"
        return socket

    async def leaves(self, socket: Socket) -> None:
        del self.push.frames[socket]
        assert (await self.tell(Closed("k", socket))).status == 204

    async def tell(self, event: PushEvent) -> Reply:
        self.webhook.event = event
        return await self.answer(NOTHING)

    async def says(
        self, socket: Socket, content: str = "I built it.", turn_id: str = "t-1", **more: Any
    ) -> Frame | None:
        """What goes back at once; the reply follows."""
        return await self.sends(socket, {"content": content, "turn_id": turn_id, **more})

    async def sends(self, socket: Socket, data: Any, name: str = "message") -> Frame | None:
        reply = await self.tell(Heard("k", socket, name, data, self.webhook.note))
        assert reply.status in {200, 204}
        return self.webhook.said

    async def heard(self, socket: Socket, turns: int = 1) -> list[Frame]:
        """All that it was sent once so many turns have come to their end."""
        frames = self.push.frames[socket]
        await until(lambda: sum(each["type"] in {"done", "error"} for each in frames) >= turns)
        return frames


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not holds():  # noqa: ASYNC110 - the fakes tell nobody
            await asyncio.sleep(0)
