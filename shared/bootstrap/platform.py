"""What every request stands on: the database, who calls, and what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.azure.credentials import Credentials
from shared.adapters.clock.system import SystemClock
from shared.adapters.memory.rate_limits import MemoryRateLimits, RateLimitsWithFallback
from shared.adapters.policies.guard import Guards
from shared.adapters.policies.table import configured
from shared.adapters.supabase.audit import SupabaseAuditTrail
from shared.adapters.supabase.functions import DirectFunctions, RestFunctions
from shared.adapters.supabase.memberships import SupabaseMemberships
from shared.adapters.supabase.ownership import SupabaseOwnership
from shared.adapters.supabase.rate_limits import SupabaseRateLimits
from shared.adapters.supabase.repeats import SupabaseRepeats
from shared.adapters.supabase.rest import Rest
from shared.adapters.supabase.rows import Rows
from shared.adapters.supabase.tokens import KeySet, SupabaseTokens
from shared.use_cases.authorise import Authorise
from shared.use_cases.identify import Identify
from shared.use_cases.record_audit import RecordAudit

if TYPE_CHECKING:
    from shared.bootstrap import Services
    from shared.ports.clock import Clock
    from shared.ports.rate_limits import RateLimits


class Platform:
    def __init__(self, services: Services) -> None:
        self._services = services

    def clock(self) -> Clock:
        return SystemClock()

    def credentials(self) -> Credentials:
        return Credentials()

    def guards(self) -> Guards:
        settings = self._services.settings.policies
        table = configured(settings.attempts, settings.failures, settings.open_seconds, settings.probes)
        return Guards(self._services.clock, table)

    def rest(self) -> Rest:
        settings = self._services.settings.supabase
        return Rest(settings.url, settings.public_key, settings.service_key)

    def direct(self) -> DirectFunctions | None:
        url = self._services.settings.supabase.turns_url.reveal()
        return DirectFunctions(url) if url else None

    def rows(self) -> Rows:
        return Rows(self._services.rest)

    def tokens(self) -> SupabaseTokens:
        settings = self._services.settings.supabase
        keys = KeySet(self._services.rest.read_keys, self._services.clock)
        legacy_secret = settings.legacy_jwt_secret.reveal() or None
        return SupabaseTokens(keys, f"{settings.url}/auth/v1", legacy_secret, self._services.clock)

    def rate_limits(self) -> RateLimits:
        shared = SupabaseRateLimits(RestFunctions(self._services.rest))
        return RateLimitsWithFallback(shared, MemoryRateLimits(self._services.clock))

    def repeats(self) -> SupabaseRepeats:
        return SupabaseRepeats(RestFunctions(self._services.rest))

    def identify(self) -> Identify:
        return Identify(SupabaseMemberships(self._services.rest))

    def authorise(self) -> Authorise:
        return Authorise(SupabaseOwnership(RestFunctions(self._services.rest)), self._services.record_audit)

    def record_audit(self) -> RecordAudit:
        return RecordAudit(SupabaseAuditTrail(RestFunctions(self._services.rest)))
