"""The AuditTrail port."""

from uuid import uuid4

import pytest

from shared.domain.audit import AuditEvent
from shared.errors import UnavailableError
from tests.fakes.audit import FakeAuditTrail


async def test_events_are_kept_in_order() -> None:
    trail = FakeAuditTrail()
    events = [AuditEvent("job_role.created", "job_role", uuid4(), uuid4()) for _ in range(3)]

    for event in events:
        await trail.write(event)

    assert trail.events == events


async def test_a_trail_that_is_away_says_so() -> None:
    trail = FakeAuditTrail()
    trail.reachable = False

    with pytest.raises(UnavailableError):
        await trail.write(AuditEvent("job_role.created", "job_role"))
