"""Workflows, and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.adapters.durable.workflows import DurableWorkflows, outliving
from shared.adapters.supabase.attention import SupabaseAttention
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.memberships import SupabaseMemberships
from shared.adapters.supabase.reconciliation import SupabaseReconciliation
from shared.errors import SettingError
from shared.use_cases.check_readiness import CheckReadiness
from shared.use_cases.operations.verbs import OperationVerbs
from shared.use_cases.self_check import AnswerSelfCheck, CheckWorkflows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from azure.durable_functions import DurableFunctionsClient

    from shared.bootstrap import Services
    from shared.domain.breaker import BreakerStats
    from shared.ports.health import Dependency
    from shared.ports.workflows import Workflows


@dataclass(frozen=True, slots=True)
class Check:
    """A dependency that is made when it is first asked, so that a wrong setting is one unhealthy line."""

    name: str
    ping: Callable[[], Awaitable[None]]


class Operations:
    def __init__(self, services: Services) -> None:
        self._services = services

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        return DurableWorkflows(client)

    def lasting_workflows(self, client: DurableFunctionsClient) -> AbstractAsyncContextManager[Workflows]:
        return outliving(client)

    def operations(self) -> OperationVerbs:
        functions = RestFunctions(self._services.rest)
        return OperationVerbs.over(
            SupabaseAttention(functions),
            SupabaseReconciliation(functions),
            SupabaseMemberships(self._services.rest),
            self._services.record_audit,
            self._services.clock,
        )

    def check_readiness(self) -> CheckReadiness:
        return CheckReadiness(self._dependencies(), self._services.clock, self.breakers)

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return CheckWorkflows(DurableWorkflows(client), self._services.clock)

    def answer_self_check(self, client: DurableFunctionsClient) -> AnswerSelfCheck:
        return AnswerSelfCheck(DurableWorkflows(client))

    def breakers(self) -> Mapping[str, BreakerStats]:
        try:
            return self._services.guards.stats()
        except SettingError:
            return {}  # the check of the settings tells it

    def _dependencies(self) -> list[Dependency]:
        services = self._services

        async def ping_settings() -> None:
            services.settings.check()

        async def ping_storage() -> None:
            await services.storage.ping()

        async def ping_database() -> None:
            await services.rest.ping_as_service()
            if services.direct:
                await services.direct.ping()

        return [
            Check("settings", ping_settings),
            Check("database", ping_database),
            Check("storage", ping_storage),
        ]
