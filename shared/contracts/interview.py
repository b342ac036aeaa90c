"""What the endpoints of an interview take and answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, Self
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import ALL_THERE, Body, Contract, Moment
from shared.contracts.lifecycle import FINAL_PHASES, Awaited, LifecyclePhase, LifecycleStatus
from shared.domain.call_records import RecordingStatus
from shared.domain.rate_limits import RateClass
from shared.errors import NotFoundError

if TYPE_CHECKING:  # a cold start needs contracts, and not what they are made of
    from shared.domain.interview.progress import Standing
    from shared.domain.interview.records import Final, FinishedTurn, Signal
    from shared.domain.turns import Answer

type InterviewPhase = Literal["introduction", "technical", "behavioural", "closing"]
type InterviewStatus = Literal[
    "invited", "scheduled", "pending", "in_progress", "completed", "cancelled", "expired"
]
type LanguageTag = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]
type Said = Annotated[str, StringConstraints(min_length=1, max_length=50_000, pattern=r"\S")]
type Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]
type TurnId = Annotated[str, StringConstraints(min_length=1, max_length=100)]

type EndReason = Literal[
    "finished",
    "time_up",
    "idle",
    "disconnected",
    "ended_by_candidate",
    "ended_by_organisation",
    "withdrawn",
    "fault",
]
type TranscriptStatus = Literal["initializing", "active", "completed"]
type SegmentOrigin = Literal["typed", "speech", "model", "plan"]
type RecordingContent = Literal["audio", "audioVideo"]
type RecordingChannel = Literal["mixed", "unmixed"]
type RecordingFormat = Literal["wav", "mp3", "mp4"]
type RunStatus = Literal["queued", "running", "completed", "insufficient_evidence", "failed"]
type CurrentRunStatus = Literal["completed", "insufficient_evidence"]
"""Only a run that came to an end can be the current one."""
type Risk = Literal["low", "medium", "high"]

TURN_LIMITS = (RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.CHAT_TURN)


class ProgressView(Contract):
    """How far the interview is. The server owns every figure."""

    questions_asked: int = Field(examples=[2])
    questions_total: int = Field(examples=[6])
    phase: InterviewPhase
    seconds_left: int = Field(examples=[742])
    finished: bool

    @classmethod
    def of(cls, standing: "Standing") -> Self:
        return cls(
            questions_asked=standing.questions_asked,
            questions_total=standing.questions_total,
            phase=standing.phase.value,
            seconds_left=standing.seconds_left,
            finished=standing.finished,
        )


# ---- start and end ----


class Start(Body):
    mode: Literal["text", "voice"] | None = None
    language: LanguageTag | None = Field(default=None, examples=["en-AU"])


class StartedView(Contract):
    status: Literal["in_progress"]
    opening_message: str
    progress: ProgressView
    resumed: bool = Field(description="It ran already: same clock, same place, nothing was said twice")
    started_at: datetime
    mode: Literal["text", "voice"]
    language: str
    last_message: str = Field(description="What the interviewer said last")
    open_turn_id: str | None = Field(
        description="A turn whose reply is not there yet: send it again under this id", examples=[None]
    )


class End(Body):
    reason: Reason | None = Field(
        default=None,
        description="For the people of the organisation to read",
        examples=["I have to leave for a train."],
    )


class EndedView(Contract):
    status: Literal["completed"]
    ended_at: datetime
    duration_seconds: int
    end_reason: EndReason


# ---- turns ----


class Chat(Body):
    interview_id: str = Field(
        description="Of an interview, or of a practice interview",
        examples=["7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44"],
    )
    message: Said
    turn_id: TurnId | None = Field(
        default=None, description="Your own name of this turn. Sent again, it gets the same reply."
    )

    def answer(self, caller_id: UUID) -> "Answer":
        from shared.domain.turns import Answer  # noqa: PLC0415 - see TYPE_CHECKING

        try:
            interview_id = UUID(self.interview_id)
        except ValueError:
            raise NotFoundError("Interview not found.") from None
        return Answer(interview_id, caller_id, self.turn_id or str(uuid4()), self.message, TURN_LIMITS)


class Turn(Contract):
    response: str
    turn_id: str
    degraded: bool = Field(description="The planned words were said, because the model could not word them")
    progress: ProgressView

    @classmethod
    def of(cls, turn: "FinishedTurn") -> Self:
        return cls(
            response=turn.response,
            turn_id=turn.turn_id,
            degraded=turn.degraded,
            progress=ProgressView.of(turn.standing),
        )


class Token(Contract):
    """The next words of a reply, in a stream."""

    content: str = Field(examples=["Tell me about "])


class Nothing(Contract):
    """What an event holds that says all by its name."""


# ---- reading ----


class TranscriptItem(Contract):
    id: UUID
    sequence: int
    turn_id: str | None
    speaker: Literal["interviewer", "candidate"]
    content: str
    origin: SegmentOrigin
    start_time_ms: int | None
    end_time_ms: int | None
    confidence: float | None = Field(description="How sure the recogniser was of the words; null when typed")
    created_at: datetime


class Transcript(Contract):
    items: list[TranscriptItem]


class RecordingItem(Contract):
    id: UUID
    status: RecordingStatus
    content: RecordingContent
    channel: RecordingChannel
    format: RecordingFormat
    duration_ms: int | None
    size_bytes: int | None
    started_at: datetime | None
    stopped_at: datetime | None
    deleted_at: datetime | None


class TranscriptSeal(Contract):
    """The receipt of a transcript: how many segments it has, and the hash that its chain ends with."""

    segments: int = Field(examples=[14])
    head_hash: str = Field(description="SHA-256 over the last segment and, through it, all before it")
    is_whole: bool = Field(description="The chain was verified, and nothing was changed")
    sealed_at: datetime


class InterviewFacts(Contract):
    """An interview itself: which, of whom it is, when it was and how it ended."""

    model_config = ALL_THERE

    id: UUID
    kind: Literal["live", "practice"]
    application_id: UUID | None
    status: InterviewStatus = Field(examples=["completed"])
    mode: Literal["text", "voice"]
    language: str
    scheduled_at: datetime | None = None
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    end_reason: EndReason | None
    transcript_status: TranscriptStatus | None = None
    transcript_seal: TranscriptSeal | None = Field(
        default=None, description="A moment after the end; what both sides can compare later"
    )
    recording_deleted_at: datetime | None = None


class InterviewView(InterviewFacts):
    """An interview as both sides see it."""

    progress: ProgressView | None


class OwnInterview(InterviewView):
    """What the candidate sees: never a score, the plan or a signal."""

    transcript: list[TranscriptItem]
    recordings: list[RecordingItem]


class CurrentScore(Contract):
    run_id: UUID
    run_number: int
    status: CurrentRunStatus
    overall_score: float | None
    needs_human_review: bool | None
    anti_cheat_risk_level: Risk | None
    completed_at: datetime | None


class SignalItem(Contract):
    type: Literal["tab_switch", "silence", "latency", "copy_paste"]
    occurred_at: datetime
    duration_ms: int | None
    received_at: datetime


class FindingItem(Contract):
    """Something to look at in the transcript. It moves nothing and scores nothing."""

    kind: str = Field(description="a stable word; more of them may come", examples=["instruction_attempt"])
    rule: str = Field(description="by which it was noticed; likewise")
    turn_id: str
    sequence: int


class CoveredCompetency(Contract):
    competency: str
    quote: str = Field(description="The candidate's own words that show it")
    turn_id: str
    sequence: int


class HeldInterview(InterviewView):
    """What members of the organisation see."""

    transcript: list[TranscriptItem]
    recordings: list[RecordingItem]
    score: CurrentScore | None
    anti_cheat_signals: list[SignalItem] | None = Field(description="For recruiters and admins")
    findings: list[FindingItem]
    competencies_covered: list[CoveredCompetency]
    degraded_turns: int
    tokens_used: int
    reason: str | None = Field(
        description="Why it was ended or cancelled, in the words of who did", examples=[None]
    )


class Carried(Contract):
    """Where the workflow stands that carries an interview to its score."""

    phase: LifecyclePhase
    waiting_for: Awaited | None = Field(description="who or what it waits for; null while it works")
    since: datetime = Field(description="when this phase or this wait began")

    @property
    def is_final(self) -> bool:
        return self.phase in FINAL_PHASES

    @classmethod
    def of(cls, status: LifecycleStatus, *, is_candidate: bool) -> Self:
        """What needs the attention of operators is done as far as a candidate is concerned."""
        is_hidden = is_candidate and status.phase == "needs_attention"
        return cls(
            phase="done" if is_hidden else status.phase, waiting_for=status.waiting_for, since=status.since
        )


class OwnProgress(Contract):
    """How far it is, as the candidate sees it."""

    status: InterviewStatus
    progress: ProgressView | None
    recording_status: RecordingStatus | None = Field(description="of the latest recording")
    lifecycle: Carried | None = Field(description="null before the start, and while nobody can be asked")


class ScoringView(Contract):
    """How far the run of scoring is."""

    run_number: int
    done: int
    total: int


class HeldProgress(OwnProgress):
    """For members of the organisation, with what was shown so far."""

    competencies_covered: list[CoveredCompetency]
    scoring: ScoringView | None


# ---- beside the talk ----


class SpokenWord(Body):
    """One word of a segment. Kept as a help for whoever checks a transcript; nothing is scored by it."""

    content: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    start_time_ms: int = Field(ge=0, le=2_147_483_647)
    end_time_ms: int = Field(ge=0, le=2_147_483_647)
    confidence: float | None = Field(default=None, ge=0, le=1)


class FinalSegment(Body):
    segment_key: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    content: Said
    start_time_ms: int = Field(ge=0, le=2_147_483_647)
    end_time_ms: int = Field(ge=0, le=2_147_483_647)
    confidence: float | None = Field(default=None, ge=0, le=1)
    words: list[SpokenWord] = Field(default=[], max_length=500)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end_time_ms < self.start_time_ms:
            raise ValueError("end_time_ms lies before start_time_ms")
        return self


class Finals(Body):
    turn_id: TurnId
    segments: list[FinalSegment] = Field(min_length=1, max_length=200)

    def finals(self) -> "list[Final]":
        from shared.domain.interview.records import Final, FinalWord  # noqa: PLC0415 - see TYPE_CHECKING

        return [
            Final(
                each.segment_key,
                each.content,
                each.start_time_ms,
                each.end_time_ms,
                each.confidence,
                tuple(
                    FinalWord(word.content, word.start_time_ms, word.end_time_ms, word.confidence)
                    for word in each.words
                ),
            )
            for each in self.segments
        ]


class HeardView(Contract):
    accepted: int
    repeated: int = Field(description="Known by their segment_key already")
    late: int = Field(description="Came after their turn was begun; the turn holds the words")


class Schedule(Body):
    scheduled_at: Moment


class Cancel(Body):
    reason: Reason = Field(description="For the people of the organisation to read")


class Consent(Body):
    kind: Literal["recording"]
    granted: bool
    text_version: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    locale: LanguageTag


class ConsentItem(Contract):
    id: UUID
    kind: Literal["recording"]
    granted: bool
    text_version: str
    text_hash: str
    locale: str
    given_at: datetime
    withdrawn_at: datetime | None


class ConsentWording(Contract):
    version: str = Field(examples=["2026-11-01"])
    locale: str
    text: str = Field(
        examples=["I agree that this interview is recorded, so that people can check what I said."]
    )
    hash: str


class Consents(Contract):
    items: list[ConsentItem]
    wording: ConsentWording = Field(description="What is agreed to, in the language of the interview")


class SentSignal(Body):
    type: Literal["tab_switch", "silence", "latency", "copy_paste"]
    timestamp: Moment
    duration_ms: int | None = Field(default=None, ge=0, le=86_400_000)


class SignalsSent(Body):
    signals: list[SentSignal] = Field(min_length=1, max_length=50)

    def noticed(self) -> "list[Signal]":
        from shared.domain.interview.records import Signal  # noqa: PLC0415 - see TYPE_CHECKING

        return [Signal(each.type, each.timestamp, each.duration_ms) for each in self.signals]


class SignalsView(Contract):
    accepted: int = Field(description="A silence of up to ten seconds is none, and is not kept")
