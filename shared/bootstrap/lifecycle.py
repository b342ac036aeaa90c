"""What carries interviews from start to score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.lifecycle import SupabaseCandidateLetters, SupabaseLifecycles
from shared.adapters.supabase.paced_mailer import PacedMailer
from shared.use_cases.lifecycle.carry import Carry
from shared.use_cases.lifecycle.note_sign import NoteSign
from shared.use_cases.lifecycle.verbs import LifecycleVerbs

if TYPE_CHECKING:
    from azure.durable_functions import DurableFunctionsClient

    from shared.bootstrap import Services


class Lifecycle:
    def __init__(self, services: Services) -> None:
        self._services = services

    def verbs(self) -> LifecycleVerbs:
        functions = RestFunctions(self._services.rest)
        return LifecycleVerbs.over(
            SupabaseLifecycles(functions),
            SupabaseCandidateLetters(functions),
            self._services.files,
            self._services.push,
            PacedMailer(self._services.mailer, functions),
            self._services.prompts,
            self._services.settings.addresses.frontend,
        )

    def note_sign(self) -> NoteSign:
        return NoteSign(SupabaseLifecycles(RestFunctions(self._services.rest)))

    def carry(self, client: DurableFunctionsClient) -> Carry:
        return Carry(self._services.workflows(client))
