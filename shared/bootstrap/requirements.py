"""What roles ask for, and how applications meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.matches import SupabaseMatches
from shared.use_cases.resumes.extract_requirements import ExtractRequirements
from shared.use_cases.resumes.match_application import MatchApplication
from shared.use_cases.resumes.requirement_verbs import RequirementVerbs

if TYPE_CHECKING:
    from shared.bootstrap import Services


class RequirementParts:
    def __init__(self, services: Services) -> None:
        self._services = services

    def requirements(self) -> RequirementVerbs:
        services = self._services
        match = MatchApplication(
            SupabaseMatches(RestFunctions(services.rest)),
            services.uploads,
            services.language_model,
            services.prompts,
            services.clock,
            services.authorise,
        )
        return RequirementVerbs(ExtractRequirements(services.language_model, services.prompts), match)
