"""The language model, and what is said to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.openai.faults import openai_fault
from shared.adapters.openai.language_model import Deployments, OpenAILanguageModel
from shared.prompts.library import Prompts

if TYPE_CHECKING:
    from shared.bootstrap import Services
    from shared.ports.language_model import LanguageModel


class Language:
    def __init__(self, services: Services) -> None:
        self._services = services

    def language_model(self) -> LanguageModel:
        settings = self._services.settings.language
        return OpenAILanguageModel(
            settings.endpoint,
            Deployments(settings.large_deployment, settings.small_deployment, settings.embedding_deployment),
            self._services.credentials.bearer(settings.key),
            self._services.guards.of("language_model", openai_fault),
        )

    def prompts(self) -> Prompts:
        return Prompts()
