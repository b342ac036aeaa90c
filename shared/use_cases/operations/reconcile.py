"""Compares the database with the workflows, both ways, and puts right what differs.

One comparison at a time, part by part of the ids, with bounds on what one run does. Every repair is
idempotent: a run is started again only where none goes on, a farewell that was heard changes nothing,
and what is over cannot be ended. What one run could not do, the next one does.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import UUID, uuid4

from shared import telemetry
from shared.contracts.lifecycle import Parked
from shared.contracts.operations import ReconciliationReport, RepairDone
from shared.domain.reconciliation import Family, Gap, Repair, Run, Slice, Step, parts, repair
from shared.errors import TalentiError
from shared.ports.clock import Clock
from shared.ports.reconciliation import Reconciliation
from shared.ports.workflows import Workflow, Workflows
from shared.telemetry import Attribute, Event
from shared.use_cases.operations.families import FAMILIES
from shared.use_cases.operations.park import Park

log = telemetry.Log(__name__)

MOST_REPAIRS: Final = 200
TURN_SECONDS: Final = 240  # less than from one timer to the next
LONGEST_SECONDS: Final = 180.0  # what is begun in the turn also ends in it


class Reconcile:
    def __init__(
        self,
        records: Reconciliation,
        park: Park,
        clock: Clock,
        families: Sequence[Family] = FAMILIES,
    ) -> None:
        self._records = records
        self._park = park
        self._clock = clock
        self._families = families

    async def __call__(self, workflows: Workflows) -> ReconciliationReport:
        holder = uuid4()
        if not await self._records.begin(holder, TURN_SECONDS):
            return ReconciliationReport(ran=False, is_complete=False, repairs=[], refused=0)
        try:
            return await self._compare(workflows)
        finally:
            await self._records.end(holder)

    async def _compare(self, workflows: Workflows) -> ReconciliationReport:
        done: list[RepairDone] = []
        refused = 0
        until = self._clock.monotonic() + LONGEST_SECONDS
        async for family, gap in self._gaps(workflows):
            if len(done) + refused >= MOST_REPAIRS or self._clock.monotonic() >= until:
                return ReconciliationReport(ran=True, is_complete=False, repairs=done, refused=refused)
            with telemetry.bind(_facts(family, gap)):
                try:
                    step = await self._step(workflows, family, gap)
                    if step is not None:
                        await self._take(workflows, family, gap, step)
                        done.append(_done(family, gap, step))
                except TalentiError as error:
                    refused += 1
                    log.warning(Event.REPAIR_REFUSED, error=error)
        return ReconciliationReport(ran=True, is_complete=True, repairs=done, refused=refused)

    async def _gaps(self, workflows: Workflows) -> AsyncIterator[tuple[Family, Gap]]:
        for family in self._families:
            live = await _live(workflows, family, family.prefix)
            for part in parts(len(live)):
                keys = [key for key, about in live.items() if part.has(about)]
                for gap in await self._records.gaps(family.name, part, keys):
                    yield family, gap

    async def gaps_around(self, workflows: Workflows, family: Family, about: UUID) -> Sequence[Gap]:
        """The differences of one family that are about this id."""
        live = await _live(workflows, family, f"{family.prefix}{about}")
        return await self._records.gaps(family.name, Slice.around(about), list(live))

    async def _step(self, workflows: Workflows, family: Family, gap: Gap) -> Step | None:
        found = await workflows.find(gap.instance_id)
        return repair(family, gap, _run(found) if found else None, self._clock.now())

    async def _take(self, workflows: Workflows, family: Family, gap: Gap, step: Step) -> None:
        if step.repair in {Repair.START, Repair.SIGNAL}:
            await self._records.count_attempt(gap.instance_id)
        match step.repair:
            case Repair.START:
                await workflows.restart(family.workflow, gap.instance_id, dict(gap.message))
            case Repair.SIGNAL:
                await workflows.signal(gap.instance_id, step.word, None)
            case Repair.TERMINATE:
                await workflows.terminate(gap.instance_id)
            case Repair.PARK:
                await self._park(_parked(gap, step.word))
        telemetry.count_repair(family.name, step.repair)
        log.warning(Event.WORKFLOW_REPAIRED, {Attribute.REPAIR: step.repair.value})


async def _live(workflows: Workflows, family: Family, prefix: str) -> dict[str, UUID]:
    """The keys of the family's runs that go on, with what they are about."""
    keys = [each.instance_id for each in await workflows.live(prefix)]
    about = {key: family.id_in(key) for key in keys}
    return {key: found for key, found in about.items() if found}


def _run(found: Workflow) -> Run:
    progress = found.progress if isinstance(found.progress, dict) else {}
    phase = progress.get("phase")
    return Run(not found.state.is_over, phase if isinstance(phase, str) else None, found.started_at)


def _parked(gap: Gap, reason: str) -> Parked:
    return Parked.model_validate(
        {
            "subject": gap.subject,
            "subject_id": gap.subject_id,
            "instance_id": gap.instance_id,
            "reason": reason,
        }
    )


def _done(family: Family, gap: Gap, step: Step) -> RepairDone:
    return RepairDone(
        family=family.name,
        repair=step.repair.value,
        subject=gap.subject,
        subject_id=gap.subject_id,
        instance_id=gap.instance_id,
    )


def _facts(family: Family, gap: Gap) -> dict[str, telemetry.Value]:
    return {
        Attribute.FAMILY: family.name,
        Attribute.SUBJECT: gap.subject,
        Attribute.SUBJECT_ID: str(gap.subject_id),
        Attribute.INSTANCE_ID: gap.instance_id,
    }
