"""The Announcements port, held against the fake and against Event Grid in its simulator."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.event_grid.announcements import EventGridAnnouncements, NoAnnouncements
from shared.adapters.policies.guard import Guards
from shared.adapters.policies.table import POLICIES
from shared.domain.announcements import Announcement, Receipt
from shared.domain.secret import Secret
from shared.errors import UnavailableError
from shared.ports.announcements import Announcements
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.identity import FakeIdentity
from tests.simulators import Simulators

SOURCE = "https://api.talenti.example.org"
WHEN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Newsroom:
    announcements: Announcements
    arrived: Callable[[], list[UUID]]
    fail_after: Callable[[int], None]  # so many announcements


@pytest.fixture(
    params=[
        "fake",
        pytest.param("key", marks=pytest.mark.azure),
        pytest.param("identity", marks=pytest.mark.azure),
    ]
)
async def newsroom(request: pytest.FixtureRequest) -> AsyncIterator[Newsroom]:
    if request.param == "fake":
        fake = FakeAnnouncements()

        def away(count: int) -> None:
            fake.calls_left = count

        yield Newsroom(fake, lambda: [each.id for each in fake.published], away)
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    has_key = request.param == "key"
    announcements = a_topic(
        simulators,
        Secret(simulators.keys.event_grid if has_key else ""),
        Credentials() if has_key else FakeIdentity("https://eventgrid.azure.net"),
    )

    def arrived() -> list[UUID]:
        entries = simulators.journal("event_grid", "/api/events")
        return [UUID(event["id"]) for each in entries if each["status"] == 200 for event in each["json"]]

    def fail(count: int) -> None:
        simulators.fault("event_grid", "status", status=503, skip=count, times=None)

    try:
        yield Newsroom(announcements, arrived, fail)
    finally:
        await announcements.close()


def a_topic(simulators: Simulators, key: Secret, credentials: Credentials) -> EventGridAnnouncements:
    quick = replace(POLICIES["events"], base_seconds=0.01, jitter_seconds=0.0)
    guarded = Guards(SystemClock(), {"events": quick}).of("events", azure_fault)
    return EventGridAnnouncements(f"{simulators.url}/api/events", SOURCE, key, credentials, guarded)


def an_announcement(**data: Any) -> Announcement:
    return Announcement(uuid4(), "interview.completed", "interview", uuid4(), WHEN, data, "r-1")


def large(size: int) -> Announcement:
    return an_announcement(padding="x" * size)


def ids(announcements: list[Announcement]) -> tuple[UUID, ...]:
    return tuple(each.id for each in announcements)


async def test_announcements_arrive_in_order(newsroom: Newsroom) -> None:
    told = [an_announcement(number=number) for number in range(5)]

    assert await newsroom.announcements.publish(told) == Receipt(ids(told))
    assert newsroom.arrived() == list(ids(told))


async def test_nothing_to_tell_is_told_to_nobody(newsroom: Newsroom) -> None:
    assert await newsroom.announcements.publish([]) == Receipt()
    assert newsroom.arrived() == []


async def test_what_is_published_again_has_the_same_id(newsroom: Newsroom) -> None:
    told = [an_announcement()]

    await newsroom.announcements.publish(told)
    await newsroom.announcements.publish(told)

    assert newsroom.arrived() == [told[0].id, told[0].id]


async def test_one_that_can_never_be_taken_does_not_hold_up_the_others(newsroom: Newsroom) -> None:
    told = [an_announcement(), large(1_100_000), an_announcement()]

    receipt = await newsroom.announcements.publish(told)

    assert receipt == Receipt((told[0].id, told[2].id), (told[1].id,))
    assert newsroom.arrived() == [told[0].id, told[2].id]


async def test_what_was_not_handed_over_is_left(newsroom: Newsroom) -> None:
    told = [large(400_000) for _ in range(3)]
    newsroom.fail_after(2 if isinstance(newsroom.announcements, FakeAnnouncements) else 1)

    receipt = await newsroom.announcements.publish(told)

    assert receipt == Receipt(ids(told[:2]), (), (told[2].id,))


async def test_a_service_that_is_away_says_so(newsroom: Newsroom) -> None:
    newsroom.fail_after(0)

    with pytest.raises(UnavailableError):
        await newsroom.announcements.publish([an_announcement()])


async def test_an_installation_without_a_topic_tells_nobody() -> None:
    told = [an_announcement(), large(2_000_000)]

    assert await NoAnnouncements().publish(told) == Receipt(ids(told))


@pytest.mark.azure
async def test_an_announcement_is_a_cloud_event(simulators: Simulators) -> None:
    announcement = an_announcement(status="completed")
    topic = a_topic(simulators, Secret(simulators.keys.event_grid), Credentials())
    await topic.publish([announcement])
    await topic.close()

    [event] = simulators.journal("event_grid", "/api/events")[0]["json"]
    assert event | {"traceparent": None} == {
        "specversion": "1.0",
        "id": str(announcement.id),
        "source": SOURCE,
        "type": "talenti.interview.completed",
        "subject": f"interview/{announcement.entity_id}",
        "time": "2026-01-05T09:00:00.000Z",
        "datacontenttype": "application/json",
        "data": {"status": "completed"},
        "correlationid": "r-1",
        "traceparent": None,
    }


@pytest.mark.azure
async def test_few_calls_are_made(simulators: Simulators) -> None:
    topic = a_topic(simulators, Secret(simulators.keys.event_grid), Credentials())
    await topic.publish([large(300_000) for _ in range(7)] + [large(10)])
    await topic.close()

    sizes = [each["size"] for each in simulators.journal("event_grid", "/api/events")]
    assert len(sizes) == 3
    assert max(sizes) <= 1_000_000


@pytest.mark.azure
async def test_a_batch_with_one_that_the_service_refuses_is_taken_apart(simulators: Simulators) -> None:
    told = [an_announcement(number=number) for number in range(4)]
    topic = a_topic(simulators, Secret(simulators.keys.event_grid), Credentials())
    simulators.fault("event_grid", "status", status=400)  # all four, then the second half, then its first
    simulators.fault("event_grid", "status", status=400, skip=1, times=2)

    receipt = await topic.publish(told)
    await topic.close()

    assert receipt == Receipt((told[0].id, told[1].id, told[3].id), (told[2].id,))
