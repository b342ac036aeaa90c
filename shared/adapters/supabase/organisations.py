"""Organisations: read and changed as the caller, made by an SQL function."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.organisations import NewOrganisation, Organisation, OrganisationCard, OrganisationStats
from shared.domain.identity import Person
from shared.domain.organisation import VALUES_FRAMEWORK
from shared.domain.versions import Versions

TABLE = "organisations"


class SupabaseOrganisations:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def create(self, caller: Person, wanted: NewOrganisation) -> Organisation:
        made = await self._functions.call(
            "create_organisation",
            {
                "caller_id": str(caller.user_id),
                **wanted.model_dump(mode="json"),
                "values_framework": dict(VALUES_FRAMEWORK),
            },
        )
        return Organisation.model_validate(made)

    async def read(self, caller: Person, organisation_id: UUID) -> Organisation:
        return await self._rows.one(caller, TABLE, Organisation, {"id": organisation_id})

    async def card(self, caller: Person, organisation_id: UUID) -> OrganisationCard:
        return await self._rows.one(caller, "organisation_cards", OrganisationCard, {"id": organisation_id})

    async def change(
        self, caller: Person, organisation_id: UUID, changes: Mapping[str, Any], versions: Versions
    ) -> Organisation:
        wanted = {"id": organisation_id}
        return await self._rows.change(caller, TABLE, Organisation, wanted, changes, versions)

    async def stats(self, caller: Person, organisation_id: UUID) -> OrganisationStats:
        found = await self._functions.call(
            "organisation_stats",
            {"organisation_id": str(organisation_id), "caller_id": str(caller.user_id)},
        )
        return OrganisationStats.model_validate(found)
