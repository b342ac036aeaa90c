"""Ends what is going on about a person, wherever it stands: nothing of it is wanted any more."""

from uuid import UUID

from shared.contracts.erasure_workflow import WorkHalted
from shared.domain.erasure import ErasedStore
from shared.ports.calls import Calls
from shared.ports.erasures import Erasures
from shared.ports.workflows import Workflows


class HaltWork:
    def __init__(self, erasures: Erasures, calls: Calls) -> None:
        self._erasures = erasures
        self._calls = calls

    async def __call__(self, request_id: UUID, workflows: Workflows) -> WorkHalted:
        """How many workflows went on; asked again until none does: a run ends when its engine gets to it."""
        ended = 0
        for key in await self._erasures.aim(request_id, ErasedStore.WORKFLOWS):
            found = await workflows.find(key)
            if found is not None and not found.state.is_over:
                await workflows.terminate(key)
                ended += 1
        # after the workflows, of which one may have placed a call
        for line in (await self._erasures.read(request_id)).lines:
            await self._calls.hang_up(line)
        return WorkHalted(ended=ended)
