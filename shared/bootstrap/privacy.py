"""What people ask of us about their data, and what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.own_rows import SupabaseOwnRows
from shared.contracts.privacy import DeletionRequest
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.use_cases.own_rows.verbs import OwnVerbs

if TYPE_CHECKING:
    from shared.bootstrap import Services


class Privacy:
    def __init__(self, services: Services) -> None:
        self._services = services

    def deletion_requests(self) -> OwnVerbs[DeletionRequest]:
        rows = SupabaseOwnRows(self._services.rows, "data_deletion_requests", DeletionRequest)
        return OwnVerbs.over(
            rows, self._services.authorise, Kind.DELETION_REQUEST, Permission.PRIVACY_REQUEST
        )
