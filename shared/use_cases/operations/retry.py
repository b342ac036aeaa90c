"""Has something tried again that waits for an operator.

A workflow that listens is told. One that has given up is started again under its own key, and so
is what else should be going on. Done twice, it is done once.
"""

from typing import Final
from uuid import UUID

from shared.contracts.lifecycle import RETRY, Parked
from shared.contracts.operations import AttentionEntry, RetryTaken
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.domain.reconciliation import Family, Standing
from shared.errors import ConflictError, NotFoundError, TalentiError
from shared.ports.attention import Attention
from shared.ports.reconciliation import Reconciliation
from shared.ports.workflows import Json, Workflows
from shared.use_cases.operations.admit_operator import AdmitOperator
from shared.use_cases.operations.families import AGAIN, FAMILIES
from shared.use_cases.operations.reconcile import Reconcile

NOTHING_LEFT: Final = "Nothing is left to be started again: resolve it instead."
STILL_AT_IT: Final = "Its workflow still goes on: have it tried again once that is over."

type Wanted = dict[str, tuple[str, Json]]
"""The workflow and its message, by the key."""


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
        if entry.resolution == "retried":
            return RetryTaken(attention_id=attention_id, started=[], told=[])
        if entry.resolution is not None:
            raise ConflictError(f"The entry is resolved: {entry.resolution}.")
        listening = await self._listening(entry, workflows)
        wanted = {} if listening else await self._wanted(entry, workflows)
        if not listening and not wanted:
            raise ConflictError(NOTHING_LEFT)
        # before it is tried: what fails again at once is put before operators anew
        await self._attention.resolve(attention_id, "retried", caller.user_id)
        try:
            await self._try_again(listening, wanted, workflows)
        except TalentiError:
            await self._attention.park(_parked(entry))
            raise
        return RetryTaken(attention_id=attention_id, started=list(wanted), told=listening)

    async def _listening(self, entry: AttentionEntry, workflows: Workflows) -> list[str]:
        """The workflow itself, where it waits to be told. One that does not has to be over first."""
        found = await workflows.find(entry.instance_id)
        if found is None or found.state.is_over:
            return []
        if not any(each.id_in(entry.instance_id) and each.hears_retry for each in FAMILIES):
            raise ConflictError(STILL_AT_IT)
        return [entry.instance_id]

    async def _wanted(self, entry: AttentionEntry, workflows: Workflows) -> Wanted:
        """The workflow itself, and what is wanted around the same thing.

        A score that failed is asked for anew by the lifecycle of its interview.
        """
        wanted: Wanted = {}
        for family, about in _concerned(entry.instance_id):
            for gap in await self._reconcile.gaps_around(workflows, family, about):
                if gap.standing is Standing.WANTED:
                    wanted[gap.instance_id] = (family.workflow, dict(gap.message))
            if family.name in AGAIN and family.id_in(entry.instance_id):
                again = AGAIN[family.name](about)
                wanted[entry.instance_id] = (family.workflow, again.model_dump(mode="json"))
        return wanted

    async def _try_again(self, listening: list[str], wanted: Wanted, workflows: Workflows) -> None:
        for instance_id in listening:
            await workflows.signal(instance_id, RETRY, None)
        for instance_id, (workflow, message) in wanted.items():
            await self._records.forget_attempts(instance_id)
            await workflows.restart(workflow, instance_id, message)


def _concerned(instance_id: str) -> list[tuple[Family, UUID]]:
    """Every family, with the id that this key is about."""
    about = next(filter(None, (each.id_in(instance_id) for each in FAMILIES)), None)
    return [(each, about) for each in FAMILIES] if about else []


def _parked(entry: AttentionEntry) -> Parked:
    return Parked(
        subject=entry.subject,
        subject_id=entry.subject_id,
        instance_id=entry.instance_id,
        reason=entry.reason,
    )
