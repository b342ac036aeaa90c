"""Telling integrators what happened."""

from datetime import UTC, datetime
from uuid import UUID

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.event_grid.announcements import EventGridAnnouncements
from shared.domain.announcements import Announcement
from shared.domain.secret import Secret
from tests.integration.faults.table import Operation, Place

ID = UUID("00000000-0000-4000-8000-000000000001")
DONE = Announcement(ID, "interview.completed", "interview", ID, datetime(2026, 1, 5, tzinfo=UTC), {})
NOT_READ = "the service says 200, and nobody reads what else it says"


async def _publish(place: Place) -> object:
    guarded = place.guard("events", azure_fault)
    topic = EventGridAnnouncements(
        f"{place.url}/api/events", place.url, Secret(place.keys.event_grid), Credentials(), guarded
    )
    try:
        return await topic.publish([DONE])
    finally:
        await topic.close()


OPERATIONS = [
    Operation(
        "announcements.publish",
        service="event_grid",
        path="/api/events",
        run=_publish,
        exempt={"malformed body": NOT_READ, "html": NOT_READ, "cut": NOT_READ},
    ),
]
