"""Has the recordings of an organisation looked through now, and not only at night."""

from typing import Final

from shared.contracts.privacy import NewRetentionRun, RetentionRun
from shared.domain.identity import Person
from shared.domain.paging import Cut
from shared.domain.permissions import Permission
from shared.errors import ConflictError
from shared.ports.retention import Retention
from shared.use_cases.choose_organisation import ChooseOrganisation

OPEN: Final = "(requested,running)"


class RequestRun:
    def __init__(self, retention: Retention, choose: ChooseOrganisation) -> None:
        self._retention = retention
        self._choose = choose

    async def __call__(self, caller: Person, wish: NewRetentionRun) -> RetentionRun:
        """It begins within minutes. One that is open is given back."""
        organisation_id = await self._choose(caller, Permission.RETENTION_CHANGE, wish.organisation_id)
        try:
            return await self._retention.add(caller, organisation_id)
        except ConflictError:
            wanted = {"organisation_id": organisation_id, "status.in": OPEN}
            found = await self._retention.page(caller, Cut(1), wanted)
            if not found.rows:  # it ended in this moment
                return await self._retention.add(caller, organisation_id)
            return found.rows[0]
