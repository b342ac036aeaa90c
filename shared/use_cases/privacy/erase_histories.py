"""Has the engine forget every workflow that was about a person."""

from uuid import UUID

from shared.contracts.erasure_workflow import StoreErased
from shared.domain.erasure import ErasedStore
from shared.errors import ConflictError
from shared.ports.erasures import Erasures
from shared.ports.workflows import Workflows


class EraseHistories:
    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    async def __call__(self, request_id: UUID, workflows: Workflows) -> StoreErased:
        """Raises ConflictError while one is left; one that has begun again meanwhile is ended first."""
        known = await self._erasures.aim(request_id, ErasedStore.WORKFLOWS)
        found = [each for each in known if await workflows.find(each)]
        await self._erasures.aim(request_id, ErasedStore.WORKFLOWS, found)
        for key in found:
            await workflows.terminate(key)
            await workflows.purge(key)
        left = [each for each in known if await workflows.find(each)]
        count = await self._erasures.note(request_id, ErasedStore.WORKFLOWS, len(left))
        if left:
            raise ConflictError("Histories are left.")
        return StoreErased(count=count)
