"""What people ask of us about their data, and what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.adapters.supabase.erasures import SupabaseErasures
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.own_rows import SupabaseOwnRows
from shared.adapters.supabase.paced_mailer import PacedMailer
from shared.adapters.supabase.recording_desk import SupabaseRecordingDesk
from shared.adapters.supabase.retention import SupabaseRetention
from shared.contracts.privacy import DeletionRequest, GivenConsent
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.own_rows.list_own import ListOwn
from shared.use_cases.own_rows.verbs import OwnVerbs
from shared.use_cases.privacy.erase_files import EraseFiles
from shared.use_cases.privacy.verbs import ErasureVerbs
from shared.use_cases.retention.verbs import RetentionVerbs

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

    def own_consents(self) -> ListOwn[GivenConsent]:
        return ListOwn(SupabaseOwnRows(self._services.rows, "consents", GivenConsent))

    def retention(self) -> RetentionVerbs:
        services = self._services
        return RetentionVerbs.over(
            SupabaseRetention(services.rows, RestFunctions(services.rest)),
            ChooseOrganisation(services.authorise, services.identify),
            services.recording_commands.discard,
            services.clock,
        )

    def erasure(self) -> ErasureVerbs:
        services = self._services
        functions = RestFunctions(services.rest)
        erasures = SupabaseErasures(functions)
        desk = SupabaseRecordingDesk(functions)
        return ErasureVerbs.over(
            erasures,
            EraseFiles(erasures, services.files, desk, services.recording_commands.discard.settle),
            services.calls,
            services.call_tokens,
            SupabaseAccounts(services.rest),
            PacedMailer(services.mailer, functions),
        )
