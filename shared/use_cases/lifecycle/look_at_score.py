"""Asks how a run of scoring stands, for who has waited long for word of it."""

from uuid import UUID

from shared.contracts.lifecycle_steps import ScoreSeen
from shared.ports.lifecycle import Lifecycles


class LookAtScore:
    def __init__(self, lifecycles: Lifecycles) -> None:
        self._lifecycles = lifecycles

    async def __call__(self, run_id: UUID) -> ScoreSeen:
        return ScoreSeen.model_validate({"state": await self._lifecycles.state_of_run(run_id) or "gone"})
