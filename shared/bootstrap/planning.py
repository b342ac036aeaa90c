"""What is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.role_questions import SupabaseRoleQuestions
from shared.packs.library import PackLibrary
from shared.use_cases.planning.verbs import PlanningVerbs

if TYPE_CHECKING:
    from shared.bootstrap import Services


class Planning:
    def __init__(self, services: Services) -> None:
        self._services = services

    def packs(self) -> PackLibrary:
        return PackLibrary()

    def planning(self) -> PlanningVerbs:
        return PlanningVerbs.over(
            SupabaseRoleQuestions(RestFunctions(self._services.rest)),
            self._services.packs,
            self._services.language_model,
            self._services.prompts,
            self._services.authorise,
            self._services.identify,
        )
