"""What can be done with the questions of a role, by people and by workflows."""

from dataclasses import dataclass
from typing import Self

from shared.ports.language_model import LanguageModel
from shared.ports.question_packs import QuestionPacks
from shared.ports.role_questions import RoleQuestions
from shared.ports.workflows import Workflows
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.identify import Identify
from shared.use_cases.planning.edit_questions import EditQuestions
from shared.use_cases.planning.list_packs import ListPacks
from shared.use_cases.planning.plan_anew import PlanAnew
from shared.use_cases.planning.plan_interview import PlanInterview
from shared.use_cases.planning.read_questions import ReadQuestions
from shared.use_cases.planning.report_parity import ReportParity
from shared.use_cases.planning.request_suggestions import RequestSuggestions
from shared.use_cases.planning.settle_questions import SettleQuestions
from shared.use_cases.planning.suggest_questions import SuggestQuestions


@dataclass(frozen=True, slots=True)
class PlanningVerbs:
    questions: RoleQuestions
    authorise: Authorise
    list_packs: ListPacks
    read: ReadQuestions
    edit: EditQuestions
    plan_interview: PlanInterview
    suggest: SuggestQuestions
    parity: ReportParity

    @classmethod
    def over(
        cls,
        questions: RoleQuestions,
        packs: QuestionPacks,
        model: LanguageModel,
        prompts: Prompts,
        authorise: Authorise,
        identify: Identify,
    ) -> Self:
        settle = SettleQuestions(questions, packs)
        plan = PlanInterview(questions, settle)
        plan_anew = PlanAnew(questions, plan)
        return cls(
            questions,
            authorise,
            ListPacks(packs, identify),
            ReadQuestions(questions, settle, authorise),
            EditQuestions(questions, settle, plan_anew, authorise),
            plan,
            SuggestQuestions(questions, settle, plan_anew, model, prompts),
            ReportParity(questions, authorise),
        )

    def requests_over(self, workflows: Workflows) -> RequestSuggestions:
        """Asking for suggestions, through the engine of one invocation."""
        return RequestSuggestions(self.questions, workflows, self.authorise)
