"""Notes what an operator decided about something that waited for them."""

from uuid import UUID

from shared.contracts.operations import AttentionEntry, AttentionResolved
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.attention import Attention
from shared.use_cases.operations.admit_operator import AdmitOperator


class ResolveAttention:
    def __init__(self, attention: Attention, admit: AdmitOperator) -> None:
        self._attention = attention
        self._admit = admit

    async def __call__(
        self, caller: Person, attention_id: UUID, decided: AttentionResolved
    ) -> AttentionEntry:
        await self._admit(caller, Permission.OPERATIONS_RETRY)
        return await self._attention.resolve(attention_id, decided.resolution, caller.user_id)
