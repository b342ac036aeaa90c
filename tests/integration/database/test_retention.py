"""Recordings go when their time is over: each once, by any number of runs, told as it was."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.integration.database.database import Database, become, call
from tests.integration.database.story import Story, invited
from tests.integration.database.world import insert
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database

HASH = "a" * 64


@pytest.fixture(scope="module")
def database(stack: SupabaseStack) -> Database:
    return Database.made(stack, "talenti_retention")


@pytest.fixture(autouse=True)
def nothing_owed(database: Database) -> None:
    """What others left is no part of a test."""
    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from public.recordings")
        connection.execute("delete from public.retention_runs")


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


def kept(story: Story, days: int, status: str = "completed") -> UUID:
    """A recording of an interview that was over so many days ago."""
    recording_id, ago = uuid4(), timedelta(days=days)
    done = {"blob_path": f"interview-recordings/{recording_id}.wav", "sha256": HASH, "file_step": "completed"}
    with story.database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            "update public.interviews set started_at = now() - %s - interval '1 hour', "
            "ended_at = now() - %s where id = %s",
            [ago, ago, story.interview],
        )
        insert(
            connection,
            "recordings",
            {
                "id": recording_id,
                "interview_id": story.interview,
                "consent_id": uuid4(),
                "provider_recording_id": str(recording_id),
                "status": status,
            }
            | (done if status == "completed" else {}),
        )
        connection.execute(
            "update public.recordings set processed_at = now() - %s, stopped_at = now() - %s, "
            "updated_at = now() - %s where id = %s",
            [ago, ago, ago, recording_id],
        )
    return recording_id


def keep_for(story: Story, days: int | None) -> None:
    story.database.run(
        "update public.organisations set recording_retention_days = %s where id = %s",
        [days, story.organisation],
    )


def begin(database: Database, *, is_daily: bool = True, **options: Any) -> int:
    return int(database.call("begin_retention", is_daily=is_daily, **options))


def owed(database: Database) -> list[str]:
    return [str(each["id"]) for each in database.call("owed_recordings")]


def runs(story: Story) -> list[tuple[Any, ...]]:
    return story.database.rows(
        "select status, counts from public.retention_runs where organisation_id = %s order by created_at",
        [story.organisation],
    )


def counts(requested: int, deleted: int, failed: int) -> dict[str, int]:
    return {"requested": requested, "deleted": deleted, "failed": failed}


def audited(story: Story) -> list[Any]:
    return [
        value
        for (value,) in story.database.rows(
            "select new_values from public.audit_log "
            "where organisation_id = %s and action = 'retention.purged'",
            [story.organisation],
        )
    ]


@pytest.mark.parametrize(
    ("policy", "age", "is_due"),
    [(None, 61, True), (None, 59, False), (7, 8, True), (7, 6, False), (365, 364, False), (365, 366, True)],
    ids=["default over", "default kept", "week over", "week kept", "year kept", "year over"],
)
def test_an_organisation_says_how_long_recordings_stay(
    story: Story, policy: int | None, age: int, is_due: bool
) -> None:
    keep_for(story, policy)
    recording = kept(story, age)

    assert begin(story.database) == int(is_due)
    assert owed(story.database) == ([str(recording)] if is_due else [])


@pytest.mark.parametrize("status", ["active", "paused", "stopped", "processing", "completed", "failed"])
def test_whatever_has_become_of_a_recording_it_goes(story: Story, status: str) -> None:
    recording = kept(story, 61, status)

    assert begin(story.database) == 1
    assert owed(story.database) == [str(recording)]


def test_a_run_tells_what_went_and_is_audited_once(story: Story) -> None:
    recording = kept(story, 61)
    begin(story.database)
    assert story.database.call("finish_retention") == []
    assert runs(story) == [("running", counts(1, 0, 0))]

    story.database.call("mark_recording_deleted", recording_id=recording)
    (ended,) = story.database.call("finish_retention")

    assert ended["organisation_id"] == str(story.organisation)
    assert runs(story) == [("completed", counts(1, 1, 0))]
    assert story.database.call("finish_retention") == []
    assert audited(story) == [counts(1, 1, 0)]
    assert begin(story.database) == 0
    assert len(runs(story)) == 1


def test_what_failed_is_told_and_counted_again_when_it_went_after_all(story: Story) -> None:
    recording = kept(story, 61)
    begin(story.database)
    for _ in range(2):
        assert story.database.call("defer_recording_discard", recording_id=recording)
    story.database.call("finish_retention")
    assert runs(story) == [("failed", counts(1, 0, 1))]
    assert owed(story.database) == [str(recording)]

    story.database.call("mark_recording_deleted", recording_id=recording)
    story.database.call("finish_retention")

    assert runs(story) == [("completed", counts(1, 1, 0))]
    assert audited(story) == [counts(1, 0, 1)]


def test_a_run_takes_parts_and_is_over_when_nothing_is_left(story: Story) -> None:
    recordings = [kept(story, 61) for _ in range(3)]

    assert begin(story.database, is_daily=False, max_recordings=2) == 0
    assert begin(story.database, max_recordings=2) == 2
    for recording in owed(story.database):
        story.database.call("mark_recording_deleted", recording_id=recording)
    assert story.database.call("finish_retention") == []  # one is left
    assert begin(story.database, is_daily=False, max_recordings=2) == 1
    for recording in owed(story.database):
        story.database.call("mark_recording_deleted", recording_id=recording)
    story.database.call("finish_retention")

    assert runs(story) == [("completed", counts(len(recordings), 3, 0))]


def test_two_at_a_time_take_each_recording_once(story: Story) -> None:
    for _ in range(6):
        kept(story, 61)

    taken = story.database.race("begin_retention", [{"is_daily": True, "max_recordings": 4}] * 2)

    assert sum(taken) in {4, 6}  # the second may have found the first at it
    begin(story.database)
    assert runs(story) == [("running", counts(6, 0, 0))]
    assert len(owed(story.database)) == 6


def test_one_that_is_killed_in_the_middle_leaves_all_to_the_next(story: Story) -> None:
    recording = kept(story, 61)
    killed = story.database.connect()
    call(killed, "begin_retention", is_daily=True)
    assert begin(story.database) == 0  # somebody is at it
    killed.close()

    assert begin(story.database) == 1
    assert runs(story) == [("running", counts(1, 0, 0))]
    assert owed(story.database) == [str(recording)]


def test_one_that_is_locked_is_left_to_the_next(story: Story) -> None:
    busy, free = kept(story, 62), kept(story, 61)
    with story.database.connect() as other:
        other.execute("select from public.recordings where id = %s for update", [busy])

        assert begin(story.database) == 1
        assert owed(story.database) == [str(free)]
        other.rollback()
    assert begin(story.database, is_daily=False) == 1


def test_a_run_by_hand_looks_through_its_own_organisation_only(database: Database) -> None:
    mine, other = invited(database), invited(database)
    recording = kept(mine, 61)
    kept(other, 61)
    ask(mine)

    assert begin(database, is_daily=False) == 1
    assert owed(database) == [str(recording)]
    assert runs(other) == []


def test_a_run_by_hand_finds_nothing_and_says_so(story: Story) -> None:
    ask(story)
    assert runs(story) == [("requested", counts(0, 0, 0))]

    begin(story.database, is_daily=False)
    story.database.call("finish_retention")

    assert runs(story) == [("completed", counts(0, 0, 0))]


def test_an_organisation_has_one_open_run(story: Story) -> None:
    ask(story)

    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(story)
    kept(story, 61)
    assert begin(story.database) == 1
    assert runs(story) == [("running", counts(1, 0, 0))]


def test_what_failed_stands_behind_the_others(story: Story) -> None:
    first, second = kept(story, 62), kept(story, 61)
    begin(story.database)
    assert set(owed(story.database)) == {str(first), str(second)}

    story.database.call("defer_recording_discard", recording_id=owed(story.database)[0])

    failed = story.database.value("select id from public.recordings where discard_failures > 0")
    assert owed(story.database)[-1] == str(failed)


def test_one_that_somebody_else_wants_gone_is_theirs(story: Story) -> None:
    recording = kept(story, 61)
    story.database.call(
        "want_recording_discarded", recording_id=recording, caller_id=story.admin, reason="Asked for."
    )

    assert begin(story.database) == 0
    assert runs(story) == []


def test_rows_that_have_served_go_in_parts(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            "insert into private.workflow_repairs "
            "select 'run-' || n, 1, now() - interval '31 days' from generate_series(1, 5) as n"
        )
        connection.execute(
            "insert into public.processed_events (source, event_id, created_at) "
            "select 'grid', n::text, now() - make_interval(days => n) from generate_series(29, 32) as n"
        )
        connection.execute(
            "insert into public.domain_events "
            "(event_type, aggregate_type, aggregate_id, created_at, published_at) "
            "values ('recording.deleted', 'recording', gen_random_uuid(), now() - interval '91 days', null), "
            "('recording.deleted', 'recording', gen_random_uuid(), now() - interval '80 days', null), "
            "('recording.deleted', 'recording', gen_random_uuid(), now(), now() - interval '31 days'), "
            "('recording.deleted', 'recording', gen_random_uuid(), now(), now())"
        )
    parts = [database.call("purge_expired", max_rows=3) for _ in range(3)]

    assert [each["workflow_repairs"] for each in parts] == [3, 2, 0]
    assert [each["processed_events"] for each in parts] == [3, 0, 0]  # the one of 29 days stays
    assert [each["domain_events"] for each in parts] == [2, 0, 0]


def ask(story: Story) -> None:
    """As an admin does, whose rights end at the own organisation."""
    with story.database.connect() as connection:
        become(connection, "authenticated", story.admin)
        connection.execute(
            "insert into public.retention_runs (organisation_id, action) values (%s, 'cleanup_recordings')",
            [story.organisation],
        )
