from uuid import uuid4

import pytest

from shared.domain.audit import AuditEvent
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail

DENIED = AuditEvent("auth.access_denied", "interview", uuid4(), uuid4())


async def test_an_event_is_kept() -> None:
    trail = FakeAuditTrail()

    await RecordAudit(trail)(DENIED)

    assert trail.events == [DENIED]


async def test_a_loss_breaks_nothing_and_is_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    trail = FakeAuditTrail()
    trail.reachable = False

    await RecordAudit(trail)(DENIED)

    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "audit.lost" in caplog.text
    assert "auth.access_denied" in caplog.text
