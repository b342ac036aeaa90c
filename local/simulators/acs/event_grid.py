"""What Communication Services tells through Event Grid: reports that no callback carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from local.simulators.event_grid import publish

if TYPE_CHECKING:
    from local.simulators.world import World


def announce(world: World, kind: str, subject: str, data: dict[str, Any]) -> None:
    """Publish an event of the resource, which the grid delivers."""
    event = {
        "id": str(uuid4()),
        "subject": subject,
        "eventType": f"Microsoft.Communication.{kind}",
        "eventTime": now(),
        "data": data,
        "dataVersion": "1.0",
    }
    publish(world, [event], topic="communication")


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
