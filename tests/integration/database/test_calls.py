"""Calls and recordings in the database: when they were, what is owed, and what the log says of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database
from tests.integration.database.story import Story, invited

pytestmark = pytest.mark.database

HASH = "a" * 64
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def running(database: Database) -> Story:
    story = invited(database)
    story.start()
    return story


def call(story: Story) -> UUID:
    call_id = uuid4()
    story.database.call("open_call", call_id=call_id, interview_id=story.interview, caller_id=story.recruiter)
    return call_id


def tell(story: Story, call_id: UUID, **told: Any) -> Any:
    news = {"at": NOON.isoformat(), "call_id": str(call_id), "call_connection_id": f"c-{call_id}"} | told
    return story.database.call("tell_call", told=news, interview_id=story.interview)


def consent(story: Story, *, granted: bool = True) -> None:
    story.database.call(
        "record_consent",
        interview_id=story.interview,
        caller_id=story.candidate,
        granted=granted,
        text_version="1",
        text_hash=HASH,
        locale="en-AU",
    )


def record(story: Story, *, begun: bool = True) -> UUID:
    recording_id = uuid4()
    story.database.call(
        "open_recording",
        recording_id=recording_id,
        interview_id=story.interview,
        caller_id=story.candidate,
        server_call_id=f"s-{recording_id}",
    )
    if begun:
        story.database.call(
            "note_recording",
            recording_id=recording_id,
            provider_recording_id=f"r-{recording_id}",
            caller_id=story.candidate,
        )
    return recording_id


def times(story: Story, call_id: UUID) -> tuple[Any, ...]:
    (row,) = story.database.rows(
        "select status, connected_at, ended_at from public.calls where id = %s", [call_id]
    )
    return row


def audited(story: Story, thing: UUID) -> list[str]:
    rows = story.database.rows(
        "select action from public.audit_log where entity_id = %s order by sequence", [thing]
    )
    return [action for (action,) in rows]


def test_a_call_knows_when_it_was_taken_in_whichever_order_that_is_told(running: Story) -> None:
    call_id, later = call(running), NOON + timedelta(minutes=5)

    tell(running, call_id, status="disconnected", at=later.isoformat())
    tell(running, call_id, status="connected")

    assert times(running, call_id) == ("disconnected", NOON, later)


def test_a_call_that_nobody_took_was_never_connected(running: Story) -> None:
    call_id = call(running)

    tell(running, call_id, status="disconnected")

    assert times(running, call_id) == ("disconnected", None, NOON)


def test_what_happens_on_a_call_is_a_sign_of_the_candidate_and_never_of_the_future(running: Story) -> None:
    call_id, seen = call(running), "select last_seen_at from public.interviews where id = %s"
    before = running.database.value(seen, [running.interview])

    tell(running, call_id, status="connected")
    assert running.database.value(seen, [running.interview]) == before
    tell(running, call_id, status="disconnected", at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    after = running.database.value(seen, [running.interview])

    assert before < after <= datetime.now(UTC) + timedelta(seconds=5)
    assert running.status() == "in_progress"


def test_a_call_that_never_came_to_be_is_in_nobodys_way_for_long(running: Story) -> None:
    forgotten = call(running)
    with running.database.connect() as connection:
        connection.execute(
            "update public.calls set created_at = now() - interval '3 minutes' where id = %s", [forgotten]
        )

    call(running)

    assert times(running, forgotten)[0] == "disconnected"


def test_a_recording_is_told_in_the_log_once_for_each_thing_done(running: Story) -> None:
    consent(running)
    recording_id = record(running)

    for status in ("paused", "active", "stopped", "stopped", "paused"):
        running.database.call("move_recording", recording_id=recording_id, to_status=status)
    for _ in range(2):
        running.database.call("mark_recording_deleted", recording_id=recording_id)

    assert audited(running, recording_id) == ["recording.started", "recording.stopped", "recording.deleted"]


def test_one_that_never_began_is_owed_its_end_after_a_while(running: Story) -> None:
    consent(running)
    recording_id = record(running, begun=False)
    assert running.database.call("owed_recordings", interview_id=running.interview) == []
    with running.database.connect() as connection:
        connection.execute(
            "update public.recordings set created_at = now() - interval '11 minutes' where id = %s",
            [recording_id],
        )

    (owed,) = running.database.call("owed_recordings", interview_id=running.interview)

    assert owed["id"] == str(recording_id)
    assert running.database.call("drop_recording", recording_id=recording_id)


def test_a_refusal_owes_the_end_of_what_was_recorded_and_of_nothing_later(running: Story) -> None:
    consent(running)
    first = record(running)
    consent(running, granted=False)
    running.database.call("move_recording", recording_id=first, to_status="stopped")
    consent(running)
    record(running)

    owed = running.database.call("owed_recordings", interview_id=running.interview)

    assert [(each["id"], each["discard_wanted"]) for each in owed] == [(str(first), True)]


def test_words_are_kept_beside_their_final(running: Story) -> None:
    words = [{"content": "I", "start_time_ms": 0, "end_time_ms": 90, "confidence": 0.9}]
    piece = {"segment_key": "a", "content": "I built it.", "start_time_ms": 0, "end_time_ms": 900}

    for _ in range(2):
        running.database.call(
            "append_segments",
            interview_id=running.interview,
            caller_id=running.candidate,
            turn_id="t-1",
            segments=[piece | {"words": words}],
        )

    kept = running.database.rows("select words from public.speech_finals")
    assert kept == [(words,)]
