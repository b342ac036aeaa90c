"""What can be done with scores, by people and by workflows."""

from dataclasses import dataclass
from typing import Self

from shared.ports.candidates import Candidates
from shared.ports.interviews import Interviews
from shared.ports.language_model import LanguageModel
from shared.ports.question_packs import QuestionPacks
from shared.ports.scores import Scores
from shared.ports.workflows import Workflows
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.scoring.ask_model import ConfirmPoints, RateDimension, WriteScoreText
from shared.use_cases.scoring.begin_score import BeginScore
from shared.use_cases.scoring.bundle_score import BundleScore
from shared.use_cases.scoring.finish_score import FailScore, FinishScore
from shared.use_cases.scoring.read_scores import ReadScores
from shared.use_cases.scoring.report_score import ReportScore
from shared.use_cases.scoring.request_score import RequestScore, ScoreOnRequest
from shared.use_cases.scoring.review_score import ReviewScore
from shared.use_cases.scoring.start_score import AnnounceScore, StartScore


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How runs are made."""

    model_version: str
    passes: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Where what is scored and reported comes from."""

    scores: Scores
    interviews: Interviews
    candidates: Candidates
    packs: QuestionPacks


@dataclass(frozen=True, slots=True)
class ScoringVerbs:
    authorise: Authorise
    request: RequestScore
    begin: BeginScore
    rate: RateDimension
    confirm: ConfirmPoints
    write: WriteScoreText
    finish: FinishScore
    fail: FailScore
    read: ReadScores
    review: ReviewScore
    report: ReportScore
    bundle: BundleScore

    @classmethod
    def over(
        cls,
        sources: Sources,
        model: LanguageModel,
        prompts: Prompts,
        authorise: Authorise,
        record_audit: RecordAudit,
        settings: RunSettings,
    ) -> Self:
        scores = sources.scores
        return cls(
            authorise,
            RequestScore(scores, prompts, settings.model_version),
            BeginScore(scores, sources.packs, settings.passes, settings.at_once),
            RateDimension(scores, model, prompts),
            ConfirmPoints(scores, model, prompts, sources.packs),
            WriteScoreText(scores, model, prompts),
            FinishScore(scores, sources.packs),
            FailScore(scores),
            ReadScores(scores, authorise),
            ReviewScore(scores, authorise),
            ReportScore(
                scores, sources.interviews, sources.candidates, sources.packs, authorise, record_audit
            ),
            BundleScore(scores, authorise, record_audit),
        )

    def on_request_over(self, workflows: Workflows) -> ScoreOnRequest:
        """Asking for a score, through the engine of one invocation."""
        return ScoreOnRequest(self.request, self.read, self.authorise, workflows)

    @staticmethod
    def start_over(workflows: Workflows) -> StartScore:
        return StartScore(workflows)

    @staticmethod
    def announce_over(workflows: Workflows) -> AnnounceScore:
        return AnnounceScore(workflows)
