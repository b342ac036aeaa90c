"""Scores as the organisation sees them: what came out, what proves it, and what people said to it."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import ALL_THERE, Body, Contract, example
from shared.contracts.candidates import SeenCandidate
from shared.contracts.interview import InterviewFacts, Risk, RunStatus, SignalItem, TranscriptItem

type Band = Literal["exceptional", "strong", "good", "adequate", "developing", "weak"]
type Decision = Literal["proceed", "caution", "reject"]
type WrittenReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]


REVIEW: Final = {
    "id": "b0a0ad7c-5b5c-4d4c-8f57-0a4b4a6f9c11",
    "run_id": "3d75c891-bdea-4fe9-9f14-1ba4b9dd3537",
    "run_number": 1,
    "reviewer_id": "6e0c5a0e-52e8-4c39-9a3e-0e6cf1d7a222",
    "kind": "override",
    "decision": "proceed",
    "reason": "The task was solved in the second answer, under another name.",
    "created_at": "2026-11-21T10:30:00Z",
}
QUOTE: Final = "found a missing index, added it on a copy and measured again"
SEGMENT: Final = "5b1d0c9a-0a55-4c7f-9a3e-0e6cf1d7a333"
RUN: Final = {
    "run_id": "3d75c891-bdea-4fe9-9f14-1ba4b9dd3537",
    "run_number": 1,
    "interview_id": "9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111",
    "status": "completed",
    "is_current": True,
    "overall_score": 85.0,
    "band": "strong",
    "score_low": 72.3,
    "score_high": 93.3,
    "spread": 1,
    "agreement": 0.667,
    "assessed_weight": 1.0,
    "dimensions": [
        {
            "dimension": "problem_solving",
            "label": "Problem solving",
            "score": 85.0,
            "band": "strong",
            "weight": 1.0,
            "level": 4.0,
            "levels": [3, 4, 4],
            "spread": 1,
            "agreement": 0.667,
            "score_low": 72.3,
            "score_high": 93.3,
            "evidence": "Steps of their own and what came of them; what was decided against is missing.",
            "cited_quotes": [
                {
                    "quote": QUOTE,
                    "segment_id": SEGMENT,
                    "sequence": 4,
                    "start": 48,
                    "end": 108,
                    "start_time_ms": None,
                    "end_time_ms": None,
                }
            ],
            "evidence_status": "verified",
            "evidence_confidence": 1.0,
            "quotes_cited": 6,
            "quotes_dropped": 0,
            "doubts": [],
        }
    ],
    "items": [
        {
            "order": 4,
            "item_ref": "python-testing-debugging-performance/O6",
            "kind": "open",
            "question": "Where do Python programs usually lose time or memory?",
            "level": 2,
            "earned": 0.5,
            "levels": [2, 2, 2],
            "unscored": None,
            "stages": [
                {
                    "id": "answer",
                    "earned": 0.5,
                    "points": [
                        {
                            "id": "measure",
                            "text": "Measures before anything is changed.",
                            "said": "asserted",
                            "votes": 3,
                            "quotes": [
                                {
                                    "quote": QUOTE,
                                    "segment_id": SEGMENT,
                                    "sequence": 4,
                                    "start": 48,
                                    "end": 108,
                                    "start_time_ms": None,
                                    "end_time_ms": None,
                                }
                            ],
                            "taken_back": [],
                            "weight": "must",
                        }
                    ],
                }
            ],
            "mistakes": [],
            "quotes_cited": 3,
            "quotes_dropped": 0,
        }
    ],
    "narrative_summary": "The candidate found the cause of slow requests and measured the repair.",
    "summary_sentences": [
        {
            "text": "The candidate found the cause of slow requests and measured the repair.",
            "quotes": [{"segment_id": SEGMENT, "start": 48, "end": 108, "quote": QUOTE}],
        }
    ],
    "candidate_feedback": "You said in order what you did, and how you knew that it worked.",
    "feedback_sentences": [
        {
            "text": "You said in order what you did, and how you knew that it worked.",
            "quotes": [{"segment_id": SEGMENT, "start": 48, "end": 108, "quote": QUOTE}],
        }
    ],
    "anti_cheat_risk_level": "low",
    "anti_cheat_notes": None,
    "needs_human_review": False,
    "review_reasons": [],
    "findings": [],
    "quotes_cited": 6,
    "quotes_dropped": 0,
    "model_version": "gpt-4o",
    "prompt_version": "rating-1 item_points-1 score_summary-1 candidate_feedback-1 integrity_opinion-1",
    "rubric_version": 2,
    "rules_version": "rules-1",
    "mapping_version": "levels-1",
    "code_version": "0.1.0",
    "transcript_hash": "0f" * 32,
    "passes_hash": "07" * 32,
    "error_code": None,
    "requested_by": None,
    "created_at": "2026-11-21T10:20:00Z",
    "completed_at": "2026-11-21T10:20:04Z",
    "human_override": None,
}


class ScoreWish(Body):
    force: bool = Field(default=False, description="a new run, also where nothing has changed since the last")


class CitedQuote(Contract):
    """Words that stand in the transcript, read again by code: characters from `start` up to `end`."""

    model_config = ALL_THERE

    quote: str
    segment_id: UUID
    start: int
    end: int
    sequence: int | None = None
    start_time_ms: int | None = Field(default=None, description="in the recording, where it was spoken")
    end_time_ms: int | None = None


class ScoredDimension(Contract):
    dimension: str = Field(examples=["problem_solving"])
    label: str = Field(examples=["Problem solving"])
    score: float | None = Field(description="null is not zero: it was not shown, or not clearly enough")
    band: Band | None
    weight: float
    level: float | None = Field(description="the median of the passes that count, 1 to 5", examples=[3])
    levels: list[int] = Field(description="of each pass that counts", examples=[[3, 3, 4]])
    spread: int | None = Field(description="levels between the lowest and the highest pass")
    agreement: float | None = Field(description="the share of passes at the median or beside it")
    score_low: float | None = Field(description="between which the score may well lie")
    score_high: float | None
    evidence: str | None = Field(description="why, in the words of the pass that gave the level")
    cited_quotes: list[CitedQuote]
    evidence_status: Literal["verified", "partial", "unsupported"]
    evidence_confidence: float = Field(description="verified quotes of cited ones")
    quotes_cited: int | None
    quotes_dropped: int | None = Field(description="cited, and not found in what the candidate said")
    doubts: list[str] = Field(
        description="why a person has to look, in stable words; more of them may come",
        examples=[["disagreement"]],
    )


class PointShown(Contract):
    """Something an answer should hold, or something that speaks against it."""

    id: str = Field(examples=["measure"])
    text: str = Field(examples=["Measures before anything is changed."])
    said: Literal["asserted", "withdrawn", "not_said"]
    votes: int = Field(description="the readings by which it stands")
    quotes: list[CitedQuote]
    taken_back: list[CitedQuote] = Field(description="where it was withdrawn later")


class KeyPointShown(PointShown):
    weight: Literal["must", "should", "bonus"]


class MistakeShown(PointShown):
    cap: int | None = Field(description="of a red flag: the highest level while it stands")


class ScoredStage(Contract):
    id: str
    earned: float | None = Field(description="the share of what this stage could earn")
    points: list[KeyPointShown]


class ScoredItem(Contract):
    """A question whose points are known, stage by stage. It is part of no dimension and of no total."""

    order: int = Field(description="in the plan")
    item_ref: str = Field(examples=["python-testing-debugging-performance/O6"])
    kind: Literal["open", "scenario"]
    question: str
    level: int | None = Field(description="1 to 5; null is not the lowest")
    earned: float | None = Field(description="the share of what all points could earn")
    levels: list[int] = Field(description="of each reading", examples=[[3, 3, 4]])
    unscored: Literal["not_answered", "too_few_readings", "disagreement", "unsure_words"] | None = Field(
        description="why there is no level"
    )
    stages: list[ScoredStage] = Field(description="in their order; an open question has one")
    mistakes: list[MistakeShown] = Field(description="mistakes or red flags; only what is asserted counts")
    quotes_cited: int
    quotes_dropped: int


class ReviewReason(Contract):
    doubt: str = Field(description="a stable word; more of them may come", examples=["low_coverage"])
    dimension: str | None


class Finding(Contract):
    """Something said that gives orders to a machine. It is no evidence, and changed nothing."""

    rule: str = Field(description="by which it was found; a stable word, and more of them may come")
    segment_id: UUID
    sequence: int
    start: int
    end: int


class ShownBy(Contract):
    segment_id: UUID
    start: int
    end: int
    quote: str


class ProvedSentence(Contract):
    text: str
    quotes: list[ShownBy]


class ScoreReview(Contract):
    """What a person says beside a result, never over it."""

    model_config = example(REVIEW)

    id: UUID
    run_id: UUID
    run_number: int
    reviewer_id: UUID
    kind: Literal["note", "override"]
    decision: Decision | None
    reason: str
    created_at: datetime


class ScoreRunView(Contract):
    """One run. What it found is never edited; what people decided instead stands in `human_override`."""

    model_config = example(RUN)

    run_id: UUID
    run_number: int
    interview_id: UUID
    status: RunStatus
    is_current: bool
    overall_score: float | None
    band: Band | None
    score_low: float | None = Field(description="between which the overall score may well lie")
    score_high: float | None
    spread: int | None = Field(description="the largest of the dimensions, in levels")
    agreement: float | None = Field(description="of the dimensions, by their weight")
    assessed_weight: float | None = Field(description="how much of the rubric could be scored")
    dimensions: list[ScoredDimension]
    items: list[ScoredItem] = Field(description="questions of packs, beside the dimensions")
    narrative_summary: str | None
    summary_sentences: list[ProvedSentence]
    candidate_feedback: str | None
    feedback_sentences: list[ProvedSentence]
    anti_cheat_risk_level: Risk | None = Field(description="an aid for people; it changes no score")
    anti_cheat_notes: str | None
    needs_human_review: bool
    review_reasons: list[ReviewReason]
    findings: list[Finding]
    quotes_cited: int | None
    quotes_dropped: int | None
    model_version: str | None
    prompt_version: str | None
    rubric_version: int | None
    rules_version: str | None
    mapping_version: str | None
    code_version: str | None
    transcript_hash: str | None
    passes_hash: str | None
    error_code: str | None = Field(description="why it failed; a stable word, and more of them may come")
    requested_by: UUID | None = Field(description="null is the system")
    created_at: datetime
    completed_at: datetime | None
    human_override: ScoreReview | None = Field(description="the latest, of whichever run")


class ScoreRuns(Contract):
    items: list[ScoreRunView] = Field(description="newest first")


class ScoreUnderWay(Contract):
    """The run goes on; ask for it again at `status_url`."""

    model_config = example(
        {
            "run_id": "3d75c891-bdea-4fe9-9f14-1ba4b9dd3537",
            "run_number": 2,
            "status": "running",
            "status_url": (
                "/api/v1/interview/9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111/runs/"
                "3d75c891-bdea-4fe9-9f14-1ba4b9dd3537"
            ),
        }
    )

    run_id: UUID
    run_number: int
    status: Literal["queued", "running"]
    status_url: str = Field(
        examples=["/api/v1/interview/9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111/runs/1"], pattern="^/api/v1/"
    )


class NewReview(Body):
    model_config = example(
        {
            "kind": "override",
            "decision": "proceed",
            "reason": "The task was solved in the second answer, under another name.",
        }
    )

    kind: Literal["note", "override"]
    reason: WrittenReason
    decision: Decision | None = Field(default=None, description="of an override, and of nothing else")

    @model_validator(mode="after")
    def _decides_if_it_overrides(self) -> Self:
        if (self.kind == "override") != (self.decision is not None):
            raise ValueError("an override has a decision, and a note has none")
        return self


class ReportedRole(Contract):
    id: UUID
    title: str
    department: str | None
    description: str | None


class AnsweredChoice(Contract):
    """A question with options, scored by its key. It is part of no dimension."""

    order: int
    question: str
    chosen: str | None
    correct: bool | None = Field(description="null where nothing was chosen: neither right nor wrong")


class ScoreReport(Contract):
    """What people need to decide, on one page: every claim beside the words that prove it."""

    interview: InterviewFacts
    candidate: SeenCandidate | None = Field(description="as they let it see; null for one who shows nothing")
    role: ReportedRole
    score: ScoreRunView | None = Field(description="the current run; null before there is one")
    transcript: list[TranscriptItem]
    signals: list[SignalItem] | None = Field(description="for recruiters and admins")
    choices: list[AnsweredChoice] = Field(description="those that were asked")
    reviews: list[ScoreReview] = Field(description="newest first, of all runs")
    runs: list[ScoreRunView] = Field(description="earlier ones too, newest first")
