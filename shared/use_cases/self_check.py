"""Proves that workflows work, end to end, at most once a minute."""

from datetime import UTC, datetime
from typing import Final

from shared import telemetry
from shared.contracts.health import WorkflowsReport
from shared.contracts.self_check import ANSWERED, SELF_CHECK, SelfCheckResult
from shared.ports.clock import Clock
from shared.ports.workflows import Workflow, Workflows, WorkflowState
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)

PERIOD_SECONDS: Final = 60
PATIENCE_SECONDS: Final = 4.0


class CheckWorkflows:
    """The key is the minute: callers of one minute share one run, on however many instances."""

    def __init__(
        self,
        workflows: Workflows,
        clock: Clock,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._workflows = workflows
        self._clock = clock
        self._patience = patience_seconds

    async def __call__(self) -> WorkflowsReport:
        instance_id = f"self-check-{int(self._clock.now().timestamp()) // PERIOD_SECONDS}"
        await self._workflows.start(SELF_CHECK, instance_id, None)
        report = _report(instance_id, await self._workflows.wait(instance_id, self._patience))
        if report.status == "unhealthy":
            log.failure(Event.SELF_CHECK_UNHEALTHY, {Attribute.INSTANCE_ID: instance_id})
        return report


def _report(instance_id: str, found: Workflow | None) -> WorkflowsReport:
    if found is None or not found.state.is_over:
        return WorkflowsReport(status="running", instance_id=instance_id)
    if found.state is not WorkflowState.COMPLETED:
        return WorkflowsReport(status="unhealthy", instance_id=instance_id)
    result = SelfCheckResult.model_validate(found.output)
    return WorkflowsReport(
        status="healthy" if result.is_right else "unhealthy",
        instance_id=instance_id,
        checked_at=result.ended_at.astimezone(UTC),
        duration_ms=_milliseconds(result.started_at, result.ended_at),
    )


def _milliseconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)


class AnswerSelfCheck:
    """Sends the event that the run waits for. Sent twice, the second finds nobody waiting."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    async def __call__(self, instance_id: str) -> None:
        await self._workflows.signal(instance_id, ANSWERED, None)
