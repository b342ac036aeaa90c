"""After a deletion nothing of the person is found; the chains of what stays still verify."""

from typing import Any

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.integration.database.database import Database, refused
from tests.integration.database.story import Story, invited, person
from tests.integration.database.world import insert
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database


@pytest.fixture
def database(stack: SupabaseStack) -> Database:
    """Give each test a database in which nobody else has left traces."""
    return Database.made(stack, "talenti_privacy")


@pytest.fixture
def story(database: Database) -> Story:
    """Somebody who has done everything that leaves a trace."""
    told = invited(database)
    with database.connect() as connection:
        left: dict[str, dict[str, Any]] = {
            "files": {"purpose": "candidate_cv", "blob_path": f"resumes/{told.candidate}/cv.pdf"},
            "candidate_profiles": {
                "first_name": "Kimberley",
                "last_name": "Leeson",
                "phone": "0400 123 456",
                "email": "kim@example.org",
            },
            "candidate_skills": {"skill_name": "Python"},
            "education": {"institution": "University", "degree": "Bachelor"},
            "employment_history": {"company_name": "C", "job_title": "E", "start_date": "2020-01-01"},
            "candidate_dei": {"gender": "woman"},
            "parsed_profile_snapshots": {
                "parser_version": "1",
                "source_kind": "pdf",
                "data": {"name": "Kimberley Leeson"},
                "raw_text": "Kimberley Leeson, engineer",
            },
            "user_roles": {"role": "candidate"},
            "acs_identities": {"communication_user_id": f"8:{told.candidate}"},
            "practice_interviews": {"sample_role_type": "customer-success"},
            "data_exports": {},
            "data_deletion_requests": {"request_type": "full_deletion", "reason": "I am Kimberley"},
        }
        for table, values in left.items():
            insert(connection, table, {"user_id": told.candidate} | values)
        insert(
            connection,
            "shortlists",
            {
                "job_role_id": told.job_role,
                "created_by": told.recruiter,
                "items": [{"application_id": str(told.application)}, {"application_id": "someone else"}],
            },
        )
    told.start()
    consent = told.database.call(
        "record_consent",
        interview_id=told.interview,
        caller_id=told.candidate,
        granted=True,
        text_version="1",
        text_hash="a" * 64,
        locale="en-AU",
        ip_address="192.0.2.7",
    )
    with database.connect() as connection:
        insert(connection, "recordings", {"interview_id": told.interview, "consent_id": consent["id"]})
    told.database.call(
        "append_signals",
        interview_id=told.interview,
        caller_id=told.candidate,
        signals=[{"type": "silence", "occurred_at": "2026-01-01T10:00:00Z"}],
    )
    told.begin("one", "My name is Kimberley Leeson, and Leeson's kimberley is me.")
    told.commit("one", text="Thank you, Kimberley!", summary="Kimberley built it.", ends_with="finished")
    run = told.database.call("request_score_run", interview_id=told.interview)
    told.database.call(
        "save_score_run",
        run_id=run["id"],
        result={
            "status": "completed",
            "narrative_summary": "Kimberley did well.",
            "dimensions": [
                {
                    "dimension": "d",
                    "weight": 1,
                    "score": 70,
                    "evidence": "Kimberley said so",
                    "cited_quotes": [{"quote": "My name is Kimberley"}],
                    "evidence_status": "verified",
                    "evidence_confidence": 1,
                }
            ],
        },
    )
    return told


def traces(database: Database, *needles: object) -> dict[str, int]:
    """Search every column of every table for each of the words."""
    with database.connect() as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('public', 'private')"
        ).fetchall()
        found: dict[str, int] = {}
        for schema, table in tables:
            query = sql.SQL("select count(*) from {} as t where t::text ilike any (%s)").format(
                sql.Identifier(schema, table)
            )
            row = connection.execute(query, [[f"%{needle}%" for needle in needles]]).fetchone()
            if row and row[0]:
                found[table] = row[0]
    return found


def test_a_full_deletion_leaves_nothing_of_the_person(story: Story) -> None:
    database = story.database
    receipt = database.call("erase_person", user_id=story.candidate)
    assert receipt["transcript_segments"] == 3
    assert receipt["interviews"] == receipt["applications"] == receipt["candidate_profiles"] == 1
    assert receipt["consents_stripped"] == 1
    assert traces(database, "Kimberley", "Leeson", "0400 123", "192.0.2.7", story.interview) == {
        "audit_log": database.value(
            "select count(*) from public.audit_log where entity_id = %s or new_values::text like %s",
            [story.interview, f"%{story.interview}%"],
        ),
    }
    # the request itself stays until the sign-in user goes, which empties its user_id
    assert traces(database, story.candidate) == {"data_deletion_requests": 1}
    database.run("delete from auth.users where id = %s", [story.candidate])
    assert traces(database, story.candidate) == {}
    assert database.call("verify_audit_log", organisation_id=story.organisation)["valid"]
    items = database.value("select items from public.shortlists where job_role_id = %s", [story.job_role])
    assert items == [{"application_id": "someone else"}]


def test_a_deletion_is_repeatable(story: Story) -> None:
    story.database.call("erase_person", user_id=story.candidate)
    again = story.database.call("erase_person", user_id=story.candidate)
    assert {name for name, count in again.items() if count} == set()


def test_a_deletion_waits_for_the_files_of_recordings(story: Story) -> None:
    with story.database.connect() as connection:
        for status in ("stopped", "processing"):
            connection.execute(
                "update public.recordings set status = %s where interview_id = %s", [status, story.interview]
            )
        connection.execute(
            "update public.recordings set status = 'completed', blob_path = %s, sha256 = repeat('a', 64), "
            "processed_at = now() where interview_id = %s",
            [f"interview-recordings/{story.interview}/r.wav", story.interview],
        )
    blobs = story.database.call("blobs_of_person", user_id=story.candidate)
    assert {each["kind"] for each in blobs} == {"recording", "file"}
    with refused() as found:
        story.database.call("erase_person", user_id=story.candidate)
    assert found[0].state == "PT409"
    recording = next(each["id"] for each in blobs if each["kind"] == "recording")
    first = story.database.call("mark_recording_deleted", recording_id=recording)
    again = story.database.call("mark_recording_deleted", recording_id=recording)
    assert (first["changed"], again["changed"]) == (True, False)
    assert story.database.call("erase_person", user_id=story.candidate)["recordings"] == 1


def test_a_deletion_touches_nobody_else(story: Story) -> None:
    other = invited(story.database)
    other.start()
    story.database.call("erase_person", user_id=story.candidate)
    assert other.status() == "in_progress"
    assert len(other.segments()) == 1


def test_after_anonymising_names_are_nowhere_and_the_chain_verifies(story: Story) -> None:
    receipt = story.database.call("anonymize_person", user_id=story.candidate)
    assert receipt["transcript_segments_masked"] == 2
    left = traces(story.database, "Kimberley", "Leeson", "0400 123", "kim@example.org", "192.0.2.7")
    assert left == {}
    proof = story.database.call("verify_transcript", interview_id=story.interview)
    assert (proof["valid"], proof["masked"]) == (True, 2)
    assert story.segments()[1][2] == "My name is [removed], and [removed]'s [removed] is me."
    assert story.database.call("verify_audit_log", organisation_id=story.organisation)["valid"]
    assert story.database.rows("select from public.candidate_dei where user_id = %s", [story.candidate]) == []


@pytest.mark.parametrize(
    ("content", "masked"),
    [
        ({"Kim": ["Kim said", 5, {"x": "by kim."}]}, {"Kim": ["[removed] said", 5, {"x": "by [removed]."}]}),
        ({"a": "Kimberley"}, {"a": "Kimberley"}),
        ({"a": "call +61 (4) 00 or 1+61"}, {"a": "call [removed] or 1+61"}),
        ({}, {}),
    ],
)
def test_only_whole_words_in_texts_are_masked(database: Database, content: Any, masked: Any) -> None:
    words = ["Kim", "+61 (4) 00"]
    assert database.value("select private.mask_json(%s, %s)", [Jsonb(content), words]) == masked


def test_recordings_are_due_when_their_organisation_says(story: Story) -> None:
    database = story.database

    def due() -> list[Any]:
        return [
            recording_id
            for (recording_id,) in database.rows(
                "select id from private.recordings_due() where organisation_id = %s", [story.organisation]
            )
        ]

    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            "update public.recordings set status = 'completed', file_step = 'completed', blob_path = %s, "
            "sha256 = repeat('a', 64), processed_at = now() - interval '40 days' where interview_id = %s",
            [f"interview-recordings/{story.interview}.wav", story.interview],
        )
        connection.execute(
            "update public.interviews set started_at = now() - interval '41 days', "
            "ended_at = now() - interval '40 days' where id = %s",
            [story.interview],
        )
    assert due() == []
    database.run(
        "update public.organisations set recording_retention_days = 30 where id = %s", [story.organisation]
    )
    assert due() == [
        database.value("select id from public.recordings where interview_id = %s", [story.interview])
    ]


def test_only_admins_and_the_person_delete_a_recording(story: Story) -> None:
    recording = story.database.value(
        "select id from public.recordings where interview_id = %s", [story.interview]
    )
    for caller in (story.recruiter, person(story.database, "stranger")):
        with refused() as found:
            story.database.call("mark_recording_deleted", recording_id=recording, caller_id=caller)
        assert found[0].state == "PT403"
