"""Where interviews are scored in process: runs in memory, a model of choice, the real steps in order."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.lifecycle import ScoringDone, ScoringWanted
from shared.contracts.rubric import default_rubric
from shared.contracts.scoring_workflow import (
    FinishWanted,
    PassWanted,
    PointsWanted,
    StepTaken,
    TextWanted,
)
from shared.domain.score_runs import RunInputs, ScoreRun
from shared.domain.scoring.records import Segment
from shared.packs.library import PackLibrary
from shared.ports.language_model import LanguageModel
from shared.ports.question_packs import QuestionPacks
from shared.prompts.library import Prompts
from shared.use_cases.scoring.ask_model import ConfirmPoints, RateDimension, WriteScoreText
from shared.use_cases.scoring.begin_score import BeginScore
from shared.use_cases.scoring.finish_score import FinishScore
from tests.fakes.scores import FakeScores, HeldTalk
from tests.unit.domain.scoring.sealed import INTERVIEW, linked, segment_id

PASSES = 3
AT_ONCE = 24
PACKS = PackLibrary()


def spoken(exchanges: Sequence[tuple[str, str]], interview_id: UUID = INTERVIEW) -> tuple[Segment, ...]:
    """Questions and their answers, sealed as the database seals them."""
    said = [
        (speaker, text)
        for question, answer in exchanges
        for speaker, text in (("interviewer", question), ("candidate", answer))
    ]
    segments: list[Segment] = []
    for sequence, (speaker, text) in enumerate(said, 1):
        segments.append(
            linked(
                Segment(
                    id=segment_id(sequence),
                    sequence=sequence,
                    speaker=speaker,
                    content=text,
                    origin="typed" if speaker == "candidate" else "plan",
                    content_hash="",
                    previous_hash=segments[-1].row_hash if segments else "0" * 64,
                    row_hash="",
                    interview_id=interview_id,
                    turn_id=f"turn-{(sequence + 1) // 2}",
                    content_salt=f"salt-{sequence}",
                )
            )
        )
    return tuple(segments)


@dataclass
class Room:
    """One interview that was held, and what is needed to score it."""

    model: LanguageModel
    segments: tuple[Segment, ...]
    rubric: Mapping[str, Any] = field(default_factory=default_rubric)
    passes: int = PASSES
    scores: FakeScores = field(default_factory=FakeScores)
    prompts: Prompts = field(default_factory=Prompts)
    person: Mapping[str, Any] = field(default_factory=dict)
    signals: Mapping[str, int] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)
    packs: QuestionPacks = PACKS

    def __post_init__(self) -> None:
        self.talk = self.scores.put(
            INTERVIEW,
            HeldTalk(
                self.segments,
                person=self.person,
                signals=self.signals,
                plan=self.plan,
                progress=self.progress,
            ),
        )
        self.begin = BeginScore(self.scores, self.packs, self.passes, AT_ONCE)
        self.rate = RateDimension(self.scores, self.model, self.prompts)
        self.confirm = ConfirmPoints(self.scores, self.model, self.prompts, self.packs)
        self.write = WriteScoreText(self.scores, self.model, self.prompts)
        self.finish = FinishScore(self.scores, self.packs)

    async def request(self, run_id: UUID | None = None) -> ScoringWanted:
        """A new run; under this id, on which the order of the evidence depends."""
        inputs = RunInputs("gpt-4o", "1", 1, self.rubric)
        run = await self.scores.request(INTERVIEW, inputs, force=True)
        if run_id is not None:
            held = self.scores.runs.pop(run.id)
            held.run = ScoreRun(run_id, INTERVIEW, run.run_number, "queued", "gpt-4o", "1", 1, self.rubric)
            self.scores.runs[run_id] = held
            run = held.run
        return ScoringWanted(interview_id=INTERVIEW, run_id=run.id, run_number=run.run_number)

    async def score(self, number: int = 0) -> dict[str, Any]:
        """Play one whole run in its steps, all calls at once; gives what was saved."""
        wanted = await self.request(uuid5(INTERVIEW, f"run-{number}"))
        done = await self.play(wanted)
        return self.scores.runs[wanted.run_id].result | {"done": done.status}

    async def play(self, wanted: ScoringWanted, *, is_last: bool = True) -> ScoringDone:
        steps = await self.begin(wanted)
        calls = [
            self.rate(PassWanted(run_id=wanted.run_id, dimension=dimension, number=number, is_last=is_last))
            for dimension in steps.dimensions
            for number in range(1, steps.passes + 1)
        ]
        points = [
            self.confirm(PointsWanted(run_id=wanted.run_id, order=order, number=number, is_last=is_last))
            for order in steps.items
            for number in range(1, steps.passes + 1)
        ]
        texts = [
            self.write(TextWanted(run_id=wanted.run_id, kind=kind, is_last=is_last)) for kind in steps.texts
        ]
        taken: list[StepTaken] = await asyncio.gather(*calls, *points, *texts)
        assert len(taken) == len(calls) + len(points) + len(texts)
        return await self.finish(FinishWanted(run_id=wanted.run_id, passes=steps.passes))
