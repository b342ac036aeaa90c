"""Turns in memory, under the same protocol: leases, repeats, take-overs."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.domain.turns import Answer, AnsweredTurn, CommittedTurn, Facts, OpenTurn, Reply, Segment
from shared.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, WrongStateError
from shared.ports.clock import Clock

LEASE = timedelta(seconds=30)
LIMIT_SECONDS = 900


@dataclass
class _Turn:
    attempt: int
    lease_expires_at: float
    committed: CommittedTurn | None = None
    abandoned: bool = False


@dataclass
class Talk:
    candidate_id: UUID
    plan: Facts = field(default_factory=lambda: {"items": [{"order": 1, "text": "Tell me about yourself."}]})
    role: Facts | None = None
    language: str = "en-AU"
    status: str = "in_progress"
    progress: Facts = field(default_factory=dict)
    summary: str | None = None
    segments: list[Segment] = field(default_factory=list)
    turns: dict[str, _Turn] = field(default_factory=dict)
    started_at: float = 0.0


class FakeTurns:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.talks: dict[UUID, Talk] = {}
        self.calls = 0  # each one round trip

    def start(self, interview_id: UUID, candidate_id: UUID, **facts: Any) -> Talk:
        talk = self.talks[interview_id] = Talk(candidate_id, started_at=self._clock.monotonic(), **facts)
        _say(talk, "interviewer", "Welcome.", None)
        return talk

    def forget(self, interview_id: UUID, turn_id: str) -> None:
        """As a crash does with what was begun and not committed."""
        talk = self.talks[interview_id]
        del talk.turns[turn_id]
        talk.segments = [each for each in talk.segments if each.turn_id != turn_id]

    async def begin(self, answer: Answer) -> OpenTurn | AnsweredTurn:
        self.calls += 1
        if not 1 <= len(answer.message) <= 50_000 or not 1 <= len(answer.turn_id) <= 100:
            raise InvalidInputError("The request failed validation.")
        talk = self._own(answer)
        turn = talk.turns.get(answer.turn_id)
        if turn and turn.committed:
            return self._answered(answer, talk, turn.committed)
        if talk.status != "in_progress":
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")
        if turn and turn.abandoned:
            raise ConflictError("The interview has gone on without this turn.")
        return self._take(answer, talk, turn)

    async def commit(self, turn: OpenTurn, reply: Reply) -> CommittedTurn:
        self.calls += 1
        talk = self.talks[turn.interview_id]
        known = talk.turns.get(turn.turn_id)
        if known is None:
            raise NotFoundError("Turn not found.")
        if known.committed:
            return known.committed
        if known.abandoned:
            raise ConflictError("The interview has gone on without this turn.")
        if known.attempt != turn.attempt:
            raise ConflictError("Another turn of this interview is open.", code="turn_in_progress")
        _say(talk, "interviewer", reply.text, turn.turn_id)
        talk.progress = {**talk.progress, **reply.progress}
        talk.summary = reply.summary or talk.summary
        talk.status = "completed" if reply.ends_with else talk.status
        stored = CommittedTurn(
            turn.turn_id,
            kept=True,
            repeated=False,
            reply=reply.text,
            degraded=reply.degraded,
            finished=talk.status != "in_progress",
            status=talk.status,
            progress=talk.progress,
            seconds_left=self._seconds_left(talk),
        )
        known.committed = stored
        return stored

    def _own(self, answer: Answer) -> Talk:
        talk = self.talks.get(answer.interview_id)
        if talk is None:
            raise NotFoundError("Interview not found.")
        if talk.candidate_id != answer.caller_id:
            raise ForbiddenError("This interview is not yours.")
        return talk

    def _take(self, answer: Answer, talk: Talk, turn: _Turn | None) -> OpenTurn:
        now = self._clock.monotonic()
        open_turns = [each for each in talk.turns.values() if not each.committed and not each.abandoned]
        if any(each.lease_expires_at > now for each in open_turns):
            raise ConflictError("Another turn of this interview is open.", code="turn_in_progress")
        if turn is None:
            for each in open_turns:
                each.abandoned = True
            turn = talk.turns[answer.turn_id] = _Turn(0, 0.0)
            _say(talk, "candidate", answer.message, answer.turn_id)
        turn.attempt += 1
        turn.lease_expires_at = now + LEASE.total_seconds()
        return OpenTurn(
            interview_id=answer.interview_id,
            turn_id=answer.turn_id,
            attempt=turn.attempt,
            taken_over=turn.attempt > 1 or bool(open_turns),
            lease_expires_at=self._clock.now() + LEASE,
            language=talk.language,
            plan=talk.plan,
            progress=talk.progress,
            role=talk.role,
            candidate={},
            summary=talk.summary,
            segments=tuple(talk.segments[-12:]),
            seconds_left=self._seconds_left(talk),
        )

    def _answered(self, answer: Answer, talk: Talk, stored: CommittedTurn) -> AnsweredTurn:
        return AnsweredTurn(
            answer.interview_id,
            answer.turn_id,
            reply=stored.reply or "",
            degraded=stored.degraded,
            finished=stored.finished,
            progress=stored.progress,
            seconds_left=self._seconds_left(talk),
        )

    def _seconds_left(self, talk: Talk) -> int:
        given_back = int(talk.progress.get("given_back_seconds", 0))
        return max(0, LIMIT_SECONDS + given_back - int(self._clock.monotonic() - talk.started_at))


def _say(talk: Talk, speaker: str, content: str, turn_id: str | None) -> None:
    talk.segments.append(Segment(len(talk.segments) + 1, speaker, content, turn_id))
