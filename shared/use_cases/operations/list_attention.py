"""Lists what waits for an operator, or was decided about."""

from shared.contracts.operations import AttentionEntry, AttentionQuery
from shared.domain.identity import Person
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.attention import Attention, AttentionFilter
from shared.use_cases.operations.admit_operator import AdmitOperator


class ListAttention:
    def __init__(self, attention: Attention, admit: AdmitOperator) -> None:
        self._attention = attention
        self._admit = admit

    async def __call__(self, caller: Person, query: AttentionQuery) -> Page[AttentionEntry]:
        await self._admit(caller, Permission.OPERATIONS_READ)
        wanted = AttentionFilter(query.subject, query.reason, query.is_open)
        return await self._attention.page(query.cut, wanted)
