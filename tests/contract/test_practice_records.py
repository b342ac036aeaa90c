"""The PracticeRecords port: one suite for the fake and for the functions over REST."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.domain.turns import Segment
from shared.errors import NotFoundError
from shared.ports.practice_records import PracticeRecords
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.interviews import FakeInterviews, Held
from tests.supabase_stack import SupabaseStack


@dataclass(frozen=True)
class Shelf:
    records: PracticeRecords
    talk_id: UUID


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "fake":
        fake, talk_id = FakeInterviews(FakeClock()), uuid4()
        held = fake.put(talk_id, Held("practice", uuid4(), status="completed", plan={"items": [{}]}))
        held.segments.append(Segment(1, "interviewer", "Welcome."))
        yield Shelf(fake, talk_id)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    candidate_id = database.a_person(stack)
    talk_id = database.a_talk(stack, candidate_id)
    database.finish(stack, talk_id)
    async with database.functions_of(stack, "rest") as functions:
        yield Shelf(SupabaseInterviews(functions), talk_id)


async def test_a_record_holds_what_was_asked_and_said(shelf: Shelf) -> None:
    record = await shelf.records.record(shelf.talk_id)

    assert (record.status, record.feedback) == ("completed", None)
    assert [each.content for each in record.segments] == ["Welcome."]
    assert len(record.plan["items"]) == 1


async def test_feedback_by_rule_gives_way_to_a_models_and_never_back(shelf: Shelf) -> None:
    kept = [
        await shelf.records.keep_feedback(shelf.talk_id, {"source": source, "strengths": [str(number)]})
        for number, source in enumerate(["rules", "rules", "model", "rules", "model"])
    ]

    assert kept == [True, False, True, False, False]
    record = await shelf.records.record(shelf.talk_id)
    assert record.feedback
    assert record.feedback["strengths"] == ["2"]


async def test_what_is_no_practice_has_no_record(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError):
        await shelf.records.record(uuid4())
