"""Handing something to operators, and taking it back."""

import json
import logging
from uuid import uuid4

import pytest

from shared import telemetry
from shared.contracts.lifecycle import Parked, Unparked
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.unpark import Unpark
from tests.fakes.attention import FakeAttention

INTERVIEW = uuid4()
PARKED = Parked(
    subject="interview",
    subject_id=INTERVIEW,
    instance_id=f"interview-{INTERVIEW}",
    reason="scoring_failed",
)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    telemetry.configure(level="INFO", for_humans=False)
    caplog.set_level(logging.INFO, logger="talenti")
    return caplog


async def test_what_is_parked_twice_is_told_once(lines: pytest.LogCaptureFixture) -> None:
    attention = FakeAttention()

    for _ in range(2):
        await Park(attention)(PARKED)

    (line,) = [json.loads(each) for each in lines.messages]
    assert (line["event"], line["level"]) == ("workflows.parked", "ERROR")
    assert (line["talenti.subject_id"], line["talenti.reason"]) == (str(INTERVIEW), "scoring_failed")
    assert len(attention.entries) == 1


async def test_what_was_never_parked_is_not_told_when_it_goes_on(lines: pytest.LogCaptureFixture) -> None:
    attention = FakeAttention()
    unpark, went_on = Unpark(attention), Unparked(subject="interview", subject_id=INTERVIEW)

    assert not await unpark(went_on)
    await Park(attention)(PARKED)
    assert await unpark(went_on)
    assert not await unpark(went_on)

    assert [json.loads(each)["event"] for each in lines.messages] == [
        "workflows.parked",
        "workflows.unparked",
    ]
