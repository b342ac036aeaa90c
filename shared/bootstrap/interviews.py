"""The interview itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.turns import SupabaseTurns
from shared.http.problem import describe
from shared.use_cases.interview.coach import Coach
from shared.use_cases.interview.take_turn import TakeTurn
from shared.use_cases.interview.verbs import InterviewVerbs
from shared.use_cases.realtime.verbs import Ears, RealtimeVerbs

if TYPE_CHECKING:
    from uuid import UUID

    from shared.bootstrap import Services
    from shared.ports.turns import TurnStore


class Interviews:
    def __init__(self, services: Services) -> None:
        self._services = services

    def turns(self) -> TurnStore:
        return SupabaseTurns(self._services.direct or RestFunctions(self._services.rest))

    def coach(self) -> Coach:
        return Coach(
            SupabaseInterviews(RestFunctions(self._services.rest)),
            self._services.language_model,
            self._services.prompts,
        )

    def take_turn(self) -> TakeTurn:
        return TakeTurn(
            self._services.turns,
            self._services.language_model,
            self._services.prompts,
            self._services.clock,
            practice_ended=self._services.coach,
        )

    def interviews(self) -> InterviewVerbs:
        return InterviewVerbs.over(
            SupabaseInterviews(RestFunctions(self._services.rest)),
            self._services.authorise,
            self._services.prompts,
            self._services.planning.plan_interview,
            self._services.coach,
            self._consent_refused,
            self._services.clock,
        )

    async def _consent_refused(self, interview_id: UUID) -> None:
        # calls and storage are made by the first refusal, and not by the first interview
        await self._services.recording_commands.discard.after_refusal(interview_id)

    def realtime(self) -> RealtimeVerbs:
        return RealtimeVerbs.over(
            self._services.push,
            self._services.push_webhook,
            self._services.authorise,
            self._services.take_turn,
            Ears(
                SupabaseInterviews(RestFunctions(self._services.rest)),
                self._services.speech,
                self._services.packs,
                self._services.rate_limits,
            ),
            describe,
            self._services.note_sign,
        )
