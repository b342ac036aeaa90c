"""What an interview is worth, and what proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.candidates import SupabaseCandidates
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.scores import SupabaseScores
from shared.use_cases.scoring.verbs import RunSettings, ScoringVerbs, Sources

if TYPE_CHECKING:
    from shared.bootstrap import Services


class Scoring:
    def __init__(self, services: Services) -> None:
        self._services = services

    def scoring(self) -> ScoringVerbs:
        settings = self._services.settings
        functions = RestFunctions(self._services.rest)
        return ScoringVerbs.over(
            Sources(
                SupabaseScores(functions),
                SupabaseInterviews(functions),
                SupabaseCandidates(self._services.rows, functions),
                self._services.packs,
            ),
            self._services.language_model,
            self._services.prompts,
            self._services.authorise,
            self._services.record_audit,
            RunSettings(
                model_version=settings.language.large_deployment,
                passes=settings.scoring.passes,
                at_once=settings.scoring.at_once,
            ),
        )
