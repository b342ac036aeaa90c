"""What Communication Services tells through Event Grid: reports that no callback carries."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    from local.simulators.world import World

TOPIC: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers"
    "/Microsoft.Communication/CommunicationServices/local"
)
WEBHOOK: Final = "/api/v1/webhooks/event-grid"
WAITS: Final = (0.2, 1.0, 5.0, 10.0)  # before a delivery is tried again
LATE_SECONDS: Final = 0.3


def event(kind: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "topic": TOPIC,
        "subject": subject,
        "data": data,
        "eventType": f"Microsoft.Communication.{kind}",
        "dataVersion": "1.0",
        "metadataVersion": "1",
        "eventTime": now(),
    }


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


async def announce(world: World, service: str, told: dict[str, Any]) -> None:
    """Deliver an event to the app's webhook as Event Grid does: at least once, with retry."""
    kind = str(told["eventType"]).rsplit(".", 1)[1]
    if world.faults.take(service, "lost", kind) is not None:
        return
    if (late := world.faults.take(service, "late", kind)) is not None:
        await asyncio.sleep(float(late.detail.get("seconds", LATE_SECONDS)))
    for _ in range(2 if world.faults.take(service, "twice", kind) is not None else 1):
        await _deliver(world, told)


async def _deliver(world: World, told: dict[str, Any]) -> None:
    import httpx  # noqa: PLC0415 - loaded by the first call out

    for attempt, wait in enumerate((*WAITS, None)):
        headers = {"aeg-event-type": "Notification", "aeg-delivery-count": str(attempt)}
        try:
            answer = await world.http.post(
                f"{world.options.functions_url}{WEBHOOK}", json=[told], headers=headers
            )
        except httpx.HTTPError:
            pass
        else:
            if answer.status_code < 500 and answer.status_code not in {404, 408, 429}:
                return
        if wait is not None:
            await asyncio.sleep(wait)
