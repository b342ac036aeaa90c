"""What can be done with profiles."""

from dataclasses import dataclass
from typing import Self

from shared.contracts.candidates import Education, Employment, Skill
from shared.ports.candidates import Candidates
from shared.use_cases.authorise import Authorise
from shared.use_cases.candidates.answer_diversity import AnswerDiversity
from shared.use_cases.candidates.change_profile import ChangeProfile
from shared.use_cases.candidates.confirm_profile import ConfirmProfile
from shared.use_cases.candidates.list_feedback import ListFeedback
from shared.use_cases.candidates.read_diversity import ReadDiversity
from shared.use_cases.candidates.read_profile import ReadProfile
from shared.use_cases.candidates.view_candidate import ViewCandidate
from shared.use_cases.candidates.withdraw_diversity import WithdrawDiversity
from shared.use_cases.own_rows.list_own import ListOwn


@dataclass(frozen=True, slots=True)
class CandidateVerbs:
    read_profile: ReadProfile
    change_profile: ChangeProfile
    confirm_profile: ConfirmProfile
    read_diversity: ReadDiversity
    answer_diversity: AnswerDiversity
    withdraw_diversity: WithdrawDiversity
    list_feedback: ListFeedback
    view: ViewCandidate

    @classmethod
    def over(
        cls,
        candidates: Candidates,
        skills: ListOwn[Skill],
        education: ListOwn[Education],
        employment: ListOwn[Employment],
        authorise: Authorise,
    ) -> Self:
        return cls(
            ReadProfile(candidates),
            ChangeProfile(candidates),
            ConfirmProfile(candidates),
            ReadDiversity(candidates),
            AnswerDiversity(candidates),
            WithdrawDiversity(candidates),
            ListFeedback(candidates),
            ViewCandidate(candidates, skills, education, employment, authorise),
        )
