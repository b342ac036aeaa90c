"""What can be done with what roles ask for."""

from dataclasses import dataclass

from shared.use_cases.resumes.extract_requirements import ExtractRequirements
from shared.use_cases.resumes.match_application import MatchApplication


@dataclass(frozen=True, slots=True)
class RequirementVerbs:
    extract: ExtractRequirements
    match: MatchApplication
