"""What the health endpoints answer."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.contracts.base import ALL_THERE, Contract
from shared.domain.breaker import BreakerState


class Verdict(StrEnum):
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


class Healthy(Contract):
    model_config = ALL_THERE

    status: Literal["healthy"] = "healthy"


class Alive(Contract):
    model_config = ALL_THERE

    status: Literal["alive"] = "alive"


class BreakerReport(Contract):
    """How calls of this process to a service of the cloud go; it is left alone while `open`."""

    state: BreakerState
    failure_count: int = Field(ge=0, description="failures in a row")
    total_calls: int = Field(ge=0, description="since this process began")
    total_failures: int = Field(ge=0)
    failure_rate: float = Field(ge=0, le=1, description="the share of all calls that failed")


class Readiness(Contract):
    status: Literal["ready", "not_ready"]
    checks: dict[str, Verdict] = Field(
        description="each dependency that nothing goes without, by name", examples=[{"storage": "healthy"}]
    )
    degraded: list[str] = Field(
        description="services of the cloud that are away; interviews go on without them",
        examples=[["language_model"]],
    )
    breakers: dict[str, BreakerReport] = Field(
        description="each service of the cloud, by name",
        examples=[
            {
                "language_model": {
                    "state": "closed",
                    "failure_count": 0,
                    "total_calls": 120,
                    "total_failures": 1,
                    "failure_rate": 0.008,
                }
            }
        ],
    )


class WorkflowsReport(Contract):
    """What the latest self-check found: chain, fan-out, timer, and an event raced against a timer."""

    model_config = ALL_THERE

    status: Literal["healthy", "running", "unhealthy"]
    instance_id: str = Field(examples=["self-check-29333333"])
    checked_at: datetime | None = Field(default=None, description="when the run ended")
    duration_ms: int | None = Field(default=None, description="how long the run took", examples=[1240])


class Details(Contract):
    version: str = Field(examples=["0.1.0"])
    uptime_seconds: float = Field(ge=0)
    memory_mb: float = Field(ge=0, description="resident memory of this worker")
    workflows: WorkflowsReport
