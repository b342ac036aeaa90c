"""Has something tried again that waits for an operator.

A workflow that waits for it is told. What should be going on and is not, is started again under its own
key. Done twice, it is done once: what goes on by then is left alone.
"""

from uuid import UUID

from shared.contracts.lifecycle import RETRY
from shared.contracts.operations import AttentionEntry, RetryTaken
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.domain.reconciliation import Standing
from shared.errors import ConflictError, NotFoundError
from shared.ports.attention import Attention
from shared.ports.reconciliation import Reconciliation
from shared.ports.workflows import Workflows
from shared.use_cases.operations.admit_operator import AdmitOperator
from shared.use_cases.operations.families import FAMILIES
from shared.use_cases.operations.reconcile import Reconcile

NOTHING_LEFT = "Nothing is left to be started again: resolve it instead."


class Retry:
    def __init__(
        self, attention: Attention, records: Reconciliation, reconcile: Reconcile, admit: AdmitOperator
    ) -> None:
        self._attention = attention
        self._records = records
        self._reconcile = reconcile
        self._admit = admit

    async def __call__(self, caller: Person, attention_id: UUID, workflows: Workflows) -> RetryTaken:
        """Raises NotFoundError, and ConflictError where there is nothing to be tried."""
        await self._admit(caller, Permission.OPERATIONS_RETRY)
        entry = await self._attention.find(attention_id)
        if entry is None:
            raise NotFoundError("Entry not found.")
        if entry.resolution not in {None, "retried"}:
            raise ConflictError(f"The entry is resolved: {entry.resolution}.")
        told = await self._tell(entry, workflows)
        started = await self._start(entry, workflows)
        if not told and not started:
            raise ConflictError(NOTHING_LEFT)
        await self._records.forget_attempts(entry.instance_id)
        await self._attention.resolve(attention_id, "retried", caller.user_id)
        return RetryTaken(attention_id=attention_id, started=started, told=told)

    async def _tell(self, entry: AttentionEntry, workflows: Workflows) -> list[str]:
        """Let the workflow go on that waits; one that goes on anyway does not hear it."""
        found = await workflows.find(entry.instance_id)
        if found is None or found.state.is_over:
            return []
        await workflows.signal(entry.instance_id, RETRY, None)
        return [entry.instance_id]

    async def _start(self, entry: AttentionEntry, workflows: Workflows) -> list[str]:
        """What is wanted around the thing, of every family: a score that failed is its interview's to ask."""
        about = next(filter(None, (each.id_in(entry.instance_id) for each in FAMILIES)), None)
        if about is None:
            return []
        started: list[str] = []
        for family in FAMILIES:
            for gap in await self._reconcile.gaps_around(workflows, family, about):
                if gap.standing is Standing.WANTED:
                    await self._records.forget_attempts(gap.instance_id)
                    await workflows.restart(family.workflow, gap.instance_id, dict(gap.message))
                    started.append(gap.instance_id)
        return started
