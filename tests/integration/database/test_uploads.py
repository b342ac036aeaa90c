"""CVs at the same moment: one upload wins, one snapshot is kept, and a person is never overruled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database
from tests.integration.database.world import add_user

pytestmark = pytest.mark.database

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
READ = {"parser_version": "1", "source_kind": "pdf", "data": {}, "confidence": 0.9, "raw_text": "Kim"}
JOB = {"company_name": "Acme", "job_title": "Engineer", "start_date": "2020-03-01", "is_current": True}
OFFER: dict[str, Any] = {
    "fields": {"first_name": "Kim", "last_name": "Lee", "phone": "1"},
    "skills": [{"skill_name": name, "skill_type": "hard"} for name in ("Python", "PYTHON ", "Go")],
    "employment": [JOB, JOB, JOB, JOB],
    "education": [{"institution": "UNSW", "degree": "BSc"}] * 3,
}


@pytest.fixture
def person(database: Database) -> UUID:
    user_id = uuid4()
    with database.connect() as connection:
        add_user(connection, user_id, f"{user_id}@example.org")
    return user_id


def arrival(person: UUID, minutes: int = 0, file_id: UUID | None = None) -> dict[str, object]:
    file_id = file_id or uuid4()
    return {
        "file_id": file_id,
        "person_id": person,
        "blob_path": f"resumes/{person}/{file_id}.pdf",
        "original_name": "cv.pdf",
        "content_type": "application/pdf",
        "size_bytes": 7,
        "sha256": "0" * 64,
        "uploaded_at": NOON + timedelta(minutes=minutes),
    }


def read(database: Database, person: UUID) -> UUID:
    """A file that was read, by its snapshot."""
    taken = database.call("take_in_cv", **arrival(person))
    database.call("settle_file", file_id=taken["file_id"], status="reading")
    return UUID(database.call("keep_snapshot", file_id=taken["file_id"], **READ))


def test_of_uploads_that_arrive_at_once_the_latest_is_the_cv(database: Database, person: UUID) -> None:
    calls = [arrival(person, minutes) for minutes in range(8)]

    database.race("take_in_cv", calls)

    assert database.call("current_cv", person_id=person)["file_id"] == str(calls[-1]["file_id"])
    standing = "select status, count(*) from public.files where user_id = %s group by 1 order by 1"
    assert database.rows(standing, [person]) == [("received", 1), ("superseded", 7)]


def test_one_file_told_at_once_is_taken_in_once(database: Database, person: UUID) -> None:
    same = arrival(person)

    told = database.race("take_in_cv", [same] * 5)

    assert all(each == told[0] for each in told)
    uploaded = "select count(*) from public.domain_events where aggregate_id = %s"
    assert database.value(uploaded, [person]) == 1


def test_one_file_read_at_once_has_one_snapshot_and_is_offered_once(database: Database, person: UUID) -> None:
    taken = database.call("take_in_cv", **arrival(person))
    database.call("settle_file", file_id=taken["file_id"], status="reading")

    snapshots = database.race("keep_snapshot", [{"file_id": taken["file_id"], **READ}] * 5)
    offered = database.race("prefill_profile", [{"snapshot_id": snapshots[0], **OFFER}] * 5)

    assert len(set(snapshots)) == 1
    assert {each["status"] for each in offered} == {"parsed"}
    counted = "select count(*) from public.{} where user_id = %s"
    tables = ("candidate_skills", "employment_history", "education")
    assert [database.value(counted.format(table), [person]) for table in tables] == [2, 3, 2]


def test_who_adds_a_position_at_this_moment_keeps_it_alone(database: Database, person: UUID) -> None:
    snapshot = read(database, person)
    added, waits = Event(), Event()

    def add_own() -> None:
        with database.connect() as connection:
            connection.execute(
                "insert into public.employment_history (user_id, company_name, job_title, start_date) "
                "values (%s, 'Own', 'Lead', '2020-01-01')",
                [person],
            )
            added.set()
            waits.wait(0.5)  # the transaction is open while the other begins

    with ThreadPoolExecutor(2) as pool:
        own = pool.submit(add_own)
        assert added.wait(10)
        offer = pool.submit(database.call, "prefill_profile", snapshot_id=snapshot, **OFFER)
        own.result()
        offer.result()

    mine = "select company_name from public.employment_history where user_id = %s"
    assert database.rows(mine, [person]) == [("Own",)]


def test_what_a_person_writes_at_this_moment_stays(database: Database, person: UUID) -> None:
    snapshot = read(database, person)
    written, waits = Event(), Event()

    def write_own() -> None:
        with database.connect() as connection:
            connection.execute(
                "update public.candidate_profiles set first_name = 'Ana' where user_id = %s", [person]
            )
            written.set()
            waits.wait(0.5)

    with ThreadPoolExecutor(2) as pool:
        own = pool.submit(write_own)
        assert written.wait(10)
        offer = pool.submit(database.call, "prefill_profile", snapshot_id=snapshot, **OFFER)
        own.result()
        offer.result()

    mine = "select first_name, last_name, phone from public.candidate_profiles where user_id = %s"
    assert database.rows(mine, [person]) == [("Ana", None, "1")]


def test_who_changes_the_profile_and_then_adds_a_position_is_not_in_the_way_of_what_was_read(
    database: Database, person: UUID
) -> None:
    """Both hold the profile first: otherwise each waits for what the other has."""
    snapshot = read(database, person)
    with ThreadPoolExecutor(1) as pool, database.connect() as connection:
        connection.execute(
            "update public.candidate_profiles set first_name = 'Ana' where user_id = %s", [person]
        )
        offer = pool.submit(database.call, "prefill_profile", snapshot_id=snapshot, **OFFER)
        database.wait_until_waited_for(connection)
        connection.execute(
            "insert into public.employment_history (user_id, company_name, job_title, start_date) "
            "values (%s, 'Own', 'Lead', '2020-01-01')",
            [person],
        )
        connection.commit()

        assert offer.result()["status"] == "parsed"


def test_an_upload_that_comes_while_the_one_before_is_offered_wins(database: Database, person: UUID) -> None:
    for _ in range(5):
        snapshot = read(database, person)
        newer = arrival(person, minutes=30)
        with ThreadPoolExecutor(2) as pool:
            offer = pool.submit(database.call, "prefill_profile", snapshot_id=snapshot, **OFFER)
            pool.submit(database.call, "take_in_cv", **newer).result()
        offer.result()

        assert database.call("current_cv", person_id=person)["file_id"] == str(newer["file_id"])
        review = "select profile_review_status from public.candidate_profiles where user_id = %s"
        assert database.value(review, [person]) == "pending_parse"
        database.call("remove_cv", person_id=person, file_ids=[newer["file_id"]])


def test_a_person_who_is_erased_leaves_no_file_and_no_snapshot(database: Database, person: UUID) -> None:
    database.call("prefill_profile", snapshot_id=read(database, person), **OFFER)
    assert len(database.call("blobs_of_person", user_id=person)) == 1

    database.call("erase_person", user_id=person)

    for table in ("files", "parsed_profile_snapshots", "candidate_profiles"):
        assert database.value(f"select count(*) from public.{table} where user_id = %s", [person]) == 0
