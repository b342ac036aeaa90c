"""Deletes the rows of a person, or masks what names them; counted in the same transaction."""

from uuid import UUID

from shared.contracts.erasure_workflow import StoreErased
from shared.errors import ConflictError
from shared.ports.erasures import Erasures


class EraseRows:
    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    async def __call__(self, request_id: UUID) -> StoreErased:
        """Raises ConflictError while rows are left."""
        count, is_empty = await self._erasures.erase_rows(request_id) or (0, True)
        if not is_empty:
            raise ConflictError("Rows are left.")
        return StoreErased(count=count)
