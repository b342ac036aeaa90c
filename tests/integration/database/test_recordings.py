"""Files of recordings and what was heard in them: how they come, whom they belong to, how they go."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database, refused
from tests.integration.database.story import Story, invited
from tests.integration.database.world import insert
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database

HASH = "a" * 64
PATH = "interview-recordings/20260105/Call/Folder"


@pytest.fixture(scope="module")
def database(stack: SupabaseStack) -> Database:
    return Database.made(stack, "talenti_recordings")


@pytest.fixture
def story(database: Database) -> Story:
    """Somebody who has been recorded; the file is not there yet."""
    told = invited(database)
    told.start()
    consent = database.call(
        "record_consent",
        interview_id=told.interview,
        caller_id=told.candidate,
        granted=True,
        text_version="1",
        text_hash=HASH,
        locale="en-AU",
    )
    with database.connect() as connection:
        insert(
            connection,
            "candidate_profiles",
            {"user_id": told.candidate, "first_name": "Kimberley", "last_name": "Leeson"},
        )
        insert(
            connection,
            "recordings",
            {
                "interview_id": told.interview,
                "consent_id": consent["id"],
                "provider_recording_id": str(told.interview),
            },
        )
    told.begin("one", "My name is Kimberley Leeson.")
    told.commit("one", text="Thank you, Kimberley!", ends_with="finished")
    return told


def recording_of(story: Story) -> UUID:
    found: UUID = story.database.value(
        "select id from public.recordings where interview_id = %s", [story.interview]
    )
    return found


def announced(story: Story, number: int = 0) -> Any:
    chunk = {
        "document_id": f"{number}-a",
        "index": number,
        "content_path": f"{PATH}/{number}-audio.wav",
        "metadata_path": f"{PATH}/{number}.json",
    }
    return story.database.call(
        "announce_recording", provider_recording_id=str(story.interview), chunks=[chunk]
    )


def kept(story: Story) -> UUID:
    recording_id = recording_of(story)
    announced(story)
    for expected, to in (
        ("pending", "downloading"),
        ("downloading", "processing"),
        ("processing", "uploading"),
    ):
        story.database.call(
            "step_recording_file", recording_id=recording_id, expected_step=expected, to_step=to
        )
    done = story.database.call(
        "complete_recording",
        recording_id=recording_id,
        result={
            "blob_path": f"interview-recordings/{story.interview}/{recording_id}.wav",
            "size_bytes": 10,
            "duration_ms": 1000,
            "sha256": HASH,
            "chunks": [],
        },
    )
    assert done["changed"]
    return recording_id


def heard(story: Story) -> UUID:
    recording_id = kept(story)
    words = [["My", 0, 90], ["name", 100, 90], ["is", 200, 90], ["Kimberley", 300, 90], ["Leeson", 400, 90]]
    phrase = {"text": "My name is Kimberley Leeson", "begins_ms": 0, "lasts_ms": 500, "words": words}
    assert story.database.call(
        "save_recording_transcript",
        recording_id=recording_id,
        result={
            "language": "en-AU",
            "duration_ms": 1000,
            "phrases": [phrase],
            "segments": [],
            "discrepancy": 0.1,
        },
    )
    return recording_id


def phrases(story: Story) -> Any:
    rows = story.database.rows(
        "select phrases from public.recording_transcripts where interview_id = %s", [story.interview]
    )
    return rows[0][0] if rows else None


def settle(story: Story, recording_id: UUID) -> None:
    chunks = story.database.rows(
        "select id from public.recording_chunks where recording_id = %s", [recording_id]
    )
    story.database.call(
        "settle_recording_chunks", recording_id=recording_id, chunk_ids=[each[0] for each in chunks]
    )


def test_a_completed_recording_is_linked_told_and_due_to_be_heard(story: Story) -> None:
    recording_id = kept(story)

    url = story.database.value("select recording_url from public.interviews where id = %s", [story.interview])
    assert url == f"/api/v1/recordings/{recording_id}/download"
    told = story.database.rows(
        "select action from public.audit_log where entity_id = %s order by sequence", [recording_id]
    )
    assert ("recording.completed",) in told
    assert (
        story.database.call("read_recording_work", recording_id=recording_id)["transcript_status"] == "queued"
    )


def test_eight_that_announce_at_once_keep_one_piece(story: Story) -> None:
    chunk = {"document_id": "0-a", "index": 0, "content_path": f"{PATH}/0-audio.wav"}
    asked = {"provider_recording_id": str(story.interview), "chunks": [chunk]}

    answers = story.database.race("announce_recording", [asked] * 8)

    assert sorted(each["fresh"] for each in answers) == [0] * 7 + [1]


def test_eight_that_step_at_once_take_it_once(story: Story) -> None:
    asked = {
        "recording_id": str(recording_of(story)),
        "expected_step": "pending",
        "to_step": "downloading",
    }

    answers = story.database.race("step_recording_file", [asked] * 8)

    assert sum(each["changed"] for each in answers) == 1


def test_a_failure_says_why_and_is_no_completion(story: Story) -> None:
    recording_id = recording_of(story)
    for reason in ("recording_truncated", "recording_empty"):
        story.database.call("fail_recording", recording_id=recording_id, reason=reason)

    row = story.database.rows(
        "select status, file_step, error from public.recordings where id = %s", [recording_id]
    )
    assert row == [("failed", "failed", "recording_truncated")]
    with refused() as found:
        story.database.call("fail_recording", recording_id=recording_id, reason="What Kim said.")
    assert found[0].state == "PT422"


def test_what_was_heard_goes_with_its_recording(story: Story) -> None:
    recording_id = heard(story)
    assert phrases(story)

    story.database.call("mark_recording_deleted", recording_id=recording_id)

    assert phrases(story) is None


def test_names_are_masked_in_what_was_heard_too(story: Story) -> None:
    heard(story)

    receipt = story.database.call("anonymize_person", user_id=story.candidate)

    assert receipt["recording_transcripts_masked"] == 1
    assert receipt["transcript_segments_masked"] == 2
    (phrase,) = phrases(story)
    assert phrase["text"] == "My name is [removed]"
    assert [word[0] for word in phrase["words"]] == ["My", "name", "is", "[removed]", "[removed]"]


def test_nobody_is_erased_before_the_pieces_are_gone(story: Story) -> None:
    recording_id = heard(story)
    blobs = story.database.call("blobs_of_person", user_id=story.candidate)
    assert sorted((each["kind"], each["blob_path"].rsplit("/", 1)[1]) for each in blobs) == [
        ("recording", f"{recording_id}.wav"),
        ("recording_chunk", "0-audio.wav"),
        ("recording_chunk", "0.json"),
    ]
    story.database.call("mark_recording_deleted", recording_id=recording_id)
    with refused() as found:
        story.database.call("erase_person", user_id=story.candidate)
    assert found[0].state == "PT409"

    settle(story, recording_id)
    assert story.database.call("blobs_of_person", user_id=story.candidate) == []
    story.database.call("erase_person", user_id=story.candidate)

    for table in ("recording_chunks", "recording_transcripts"):
        assert (
            story.database.value(
                f"select count(*) from public.{table} where recording_id = %s", [recording_id]
            )
            == 0
        )


def test_a_copy_that_nobody_told_of_is_named_too(story: Story) -> None:
    recording_id = recording_of(story)
    story.database.call("fail_recording", recording_id=recording_id, reason="recording_not_kept")

    (blob,) = story.database.call("blobs_of_person", user_id=story.candidate)

    assert (blob["kind"], blob["id"]) == ("recording_copy", str(recording_id))


def test_a_withdrawal_while_it_is_on_its_way_keeps_it_from_completion(story: Story) -> None:
    recording_id = recording_of(story)
    story.database.call(
        "want_recording_discarded", recording_id=recording_id, caller_id=story.candidate, reason="Please."
    )

    with refused() as found:
        story.database.call(
            "complete_recording", recording_id=recording_id, result={"blob_path": "x", "sha256": HASH}
        )

    assert (found[0].state, found[0].code) == ("PT410", "recording_deleted")


def test_a_handled_event_is_known_by_source_and_id(database: Database) -> None:
    event = {"source": "event_grid", "event_id": uuid4().hex}

    assert not database.call("event_is_handled", **event)
    database.call("record_event_once", **event)

    assert database.call("event_is_handled", **event)
    assert not database.call("event_is_handled", source="acs", event_id=event["event_id"])


def test_pieces_of_a_failed_recording_are_kept_no_longer_than_a_recording(story: Story) -> None:
    recording_id = recording_of(story)
    announced(story)
    story.database.call("fail_recording", recording_id=recording_id, reason="recording_truncated")

    def due() -> Any:
        return story.database.rows(
            "select id from private.recordings_due() where organisation_id = %s", [story.organisation]
        )

    assert due() == []
    with story.database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            "update public.recordings set stopped_at = now() - interval '61 days' where id = %s",
            [recording_id],
        )
        connection.execute(
            "update public.interviews set started_at = now() - interval '62 days', "
            "ended_at = now() - interval '61 days' where id = %s",
            [story.interview],
        )
    assert due() == [(recording_id,)]

    story.database.call("mark_recording_deleted", recording_id=recording_id)

    def gaps() -> Any:
        return story.database.value(
            "select public.recordings_gaps(%s, %s, '{}')", [recording_id, recording_id]
        )

    (gap,) = gaps()
    assert (gap["standing"], gap["state"]) == ("wanted", "deleted")
    settle(story, recording_id)
    assert gaps() == []
