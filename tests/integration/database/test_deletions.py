"""Deletion requests in the database: who may ask, what they hold back, what is left of whom."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.integration.database.database import Database, refused
from tests.integration.database.story import Story, invited, person
from tests.integration.database.world import insert

pytestmark = pytest.mark.database

STORES = ("files", "call_identity", "workflows")


def ask(database: Database, user_id: UUID, kind: str = "full_deletion", **values: object) -> UUID:
    request_id = uuid4()
    asked = {"id": request_id, "user_id": user_id, "request_type": kind} | values
    add(database, "data_deletion_requests", asked)
    return request_id


def add(database: Database, table: str, values: dict[str, Any]) -> None:
    with database.connect() as connection:
        insert(connection, table, values)


def gaps(database: Database, request_id: UUID, *live: str) -> list[tuple[str, str]]:
    found = database.value("select public.deletions_gaps(%s, %s, %s)", [request_id, request_id, list(live)])
    return [(each["standing"], each["instance_id"]) for each in found]


def test_what_is_asked_is_promised_within_thirty_days_and_leaves_its_trace(database: Database) -> None:
    somebody = person(database, "kim")
    request_id = ask(database, somebody, reason="I am Kim.")

    days = (
        "select due_at - requested_at = interval '30 days' from public.data_deletion_requests where id = %s"
    )
    assert database.value(days, [request_id])
    told = database.rows(
        "select user_id, new_values from public.audit_log where action = 'privacy.deletion_requested' "
        "and entity_id = %s",
        [request_id],
    )
    assert told == [(somebody, {"request_type": "full_deletion"})]


def test_one_request_at_a_time_is_open(database: Database) -> None:
    somebody = person(database, "kim")
    first = ask(database, somebody, "recording_only")
    with refused() as found:
        ask(database, somebody)
    assert found[0].state == "23505"

    database.call("begin_deletion", request_id=first)
    database.call("note_deletion", request_id=first, store="files", still_there=0)
    assert database.call("complete_deletion", request_id=first)

    assert ask(database, somebody) != first


def test_the_last_admin_hands_the_organisation_over_first(database: Database) -> None:
    told = invited(database)
    with refused() as found:
        ask(database, told.admin)
    assert found[0].state == "PT409"
    ask(database, told.admin, "recording_only")

    request_id = ask(database, told.recruiter)
    database.call("begin_deletion", request_id=request_id)
    database.call("erase_deletion_rows", request_id=request_id)

    left = database.rows(
        "select user_id from public.org_users where organisation_id = %s", [told.organisation]
    )
    assert {user_id for (user_id,) in left} == {told.admin, told.viewer}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("candidate_profiles", {"first_name": "Kim"}),
        ("candidate_skills", {"skill_name": "Python"}),
        ("files", {"purpose": "candidate_cv", "blob_path": "resumes/x/y.pdf"}),
        ("practice_interviews", {"sample_role_type": "customer-success"}),
        ("acs_identities", {"communication_user_id": "8:acs:again"}),
    ],
)
def test_who_is_being_deleted_or_gone_brings_nothing_back(
    database: Database, table: str, values: dict[str, Any]
) -> None:
    somebody = person(database, "kim")
    request_id = ask(database, somebody)
    database.call("begin_deletion", request_id=request_id)
    database.call("erase_deletion_rows", request_id=request_id)

    for gone in (False, True):
        if gone:
            database.run("delete from auth.users where id = %s", [somebody])
        with refused() as found:
            add(database, table, {"user_id": somebody} | values)
        assert (found[0].state, found[0].code) == ("PT401", "unauthorized")


def test_who_asked_for_less_goes_on_as_before(database: Database) -> None:
    somebody = person(database, "kim")
    database.call("begin_deletion", request_id=ask(database, somebody, "recording_only"))

    add(database, "candidate_profiles", {"user_id": somebody, "first_name": "Kim"})


def test_what_runs_is_cancelled_when_a_deletion_begins(database: Database) -> None:
    told = invited(database)
    told.start()
    consent = database.call(
        "record_consent",
        interview_id=told.interview,
        caller_id=told.candidate,
        granted=True,
        text_version="1",
        text_hash="a" * 64,
        locale="en-AU",
    )
    add(database, "recordings", {"interview_id": told.interview, "consent_id": consent["id"]})
    request_id = ask(database, told.candidate)

    for _ in range(2):
        assert database.call("begin_deletion", request_id=request_id)["state"] == "processing"

    assert (told.status(), told.status("invitations")) == ("cancelled", "revoked")
    assert database.value(
        "select stop_wanted_at is not null and discard_wanted_at is not null from public.recordings "
        "where interview_id = %s",
        [told.interview],
    )
    listed = "select target from private.deletion_targets where request_id = %s and store = 'workflows'"
    keys = {target for (target,) in database.rows(listed, [request_id])}
    assert {f"interview-{told.interview}", f"invitation-{told.interview}"} <= keys


def test_what_came_with_a_batch_goes_too(database: Database) -> None:
    told = invited(database)
    batch, file, snapshot = uuid4(), uuid4(), uuid4()
    rows: dict[str, dict[str, Any]] = {
        "resume_ingestion_batches": {
            "id": batch,
            "organisation_id": told.organisation,
            "job_role_id": told.job_role,
        },
        "files": {
            "id": file,
            "purpose": "general",
            "organisation_id": told.organisation,
            "blob_path": f"resumes/{batch}/{file}.pdf",
            "original_name": "Kimberley Leeson.pdf",
        },
        "parsed_profile_snapshots": {
            "id": snapshot,
            "file_id": file,
            "parser_version": "1",
            "source_kind": "pdf",
            "data": {"name": "Kimberley Leeson"},
        },
        "resume_ingestion_items": {
            "batch_id": batch,
            "file_id": file,
            "snapshot_id": snapshot,
            "matched_user_id": told.candidate,
            "candidate_name": "Kimberley Leeson",
        },
    }
    for table, values in rows.items():
        add(database, table, values)
    assert file in {UUID(each["id"]) for each in database.call("blobs_of_person", user_id=told.candidate)}

    database.call("erase_person", user_id=told.candidate)

    with database.connect() as connection:
        for table in ("files", "parsed_profile_snapshots", "resume_ingestion_items"):
            query = sql.SQL("select from {} as t where t::text like %s").format(
                sql.Identifier("public", table)
            )
            assert connection.execute(query, ["%Kimberley%"]).fetchall() == []


@pytest.mark.parametrize("kind", ["full_deletion", "anonymize"])
def test_an_item_that_knows_no_more_than_the_address_is_found_by_it_if_it_was_confirmed(
    database: Database, kind: str
) -> None:
    told, other, stranger = invited(database), person(database, "ann"), person(database, "sly")
    for each in (told.candidate, other):
        database.run("update auth.users set email_confirmed_at = now() where id = %s", [each])
    address = {
        each: database.value("select email from auth.users where id = %s", [each])
        for each in (told.candidate, other, stranger)
    }
    batch = uuid4()
    add(
        database,
        "resume_ingestion_batches",
        {"id": batch, "organisation_id": told.organisation, "job_role_id": told.job_role},
    )
    paths = {each: _item(database, told, batch, email) for each, email in address.items()}
    mine = _item(database, told, batch, address[told.candidate].upper())
    # of whom it is said to be, whatever address was written on it
    of_other = _item(database, told, batch, address[told.candidate], matched_user_id=other)
    database.run("update public.interviews set status = 'cancelled' where id = %s", [told.interview])

    for each in (told.candidate, stranger):
        request_id = ask(database, each, kind)
        assert database.call("begin_deletion", request_id=request_id)["state"] == "processing"
        blobs = {blob["blob_path"] for blob in database.call("blobs_of_person", user_id=each)}
        assert blobs == ({paths[told.candidate], mine} if each == told.candidate else set())
        assert database.call("erase_deletion_rows", request_id=request_id)["verified"]

    left = {path for (path,) in database.rows("select blob_path from public.files where user_id is null")}
    assert {paths[told.candidate], mine} & left == set()
    assert {paths[other], paths[stranger], of_other} <= left
    kept = database.rows(
        "select candidate_name, candidate_email from public.resume_ingestion_items where batch_id = %s",
        [batch],
    )
    assert kept.count(("Alex Marlowe", address[told.candidate])) == 1  # the item of the other
    texts = "select count(*) from public.parsed_profile_snapshots where raw_text like %s"
    assert database.value(texts, [f"%{address[told.candidate]}%"]) == 1


def _item(database: Database, told: Story, batch: UUID, email: str, **values: Any) -> str:
    file, snapshot = uuid4(), uuid4()
    path = f"resumes/{batch}/{file}.pdf"
    owned = {"id": file, "purpose": "general", "organisation_id": told.organisation}
    add(database, "files", owned | {"blob_path": path})
    read: dict[str, Any] = {"id": snapshot, "file_id": file, "parser_version": "1", "source_kind": "pdf"}
    text = {"data": {"email": {"value": email.lower()}}, "raw_text": f"Write to {email.lower()}."}
    add(database, "parsed_profile_snapshots", read | text)
    item = {"batch_id": batch, "file_id": file, "snapshot_id": snapshot, "candidate_email": email}
    add(database, "resume_ingestion_items", item | {"candidate_name": "Alex Marlowe"} | values)
    return path


@pytest.mark.parametrize("kind", ["full_deletion", "anonymize"])
def test_answers_that_tell_others_of_somebody_go_too(database: Database, kind: str) -> None:
    told, other = invited(database), invited(database)
    for number, (caller, about) in enumerate(
        [
            (told.candidate, other.interview),
            (told.recruiter, told.invitation),
            (told.recruiter, told.application),
            (told.recruiter, other.invitation),
        ]
    ):
        database.run(
            "insert into private.idempotency_keys (scope, key, body_hash, state, lease_expires_at, "
            "response_status, response, expires_at) values (%s, %s, 'h', 'finished', now(), 201, "
            "jsonb_build_object('body', jsonb_build_object('id', %s::uuid)::text), now() + interval '1 day')",
            [f"{caller}:invitations", str(number), about],
        )
    request_id = ask(database, told.candidate, kind)
    database.call("begin_deletion", request_id=request_id)

    database.call("erase_deletion_rows", request_id=request_id)

    kept = "select key from private.idempotency_keys where scope like any (%s)"
    of_both = [f"{each}:%" for each in (told.candidate, told.recruiter)]
    assert database.rows(kept, [of_both]) == [("3",)]


def test_the_log_forgets_also_who_was_made_a_member(database: Database) -> None:
    told = invited(database)
    with database.connect() as connection:
        connection.execute(
            "select private.record('member.added', 'member', %s, %s, %s, %s)",
            [told.recruiter, told.organisation, told.admin, Jsonb({"role": "org_recruiter"})],
        )
    request_id = ask(database, told.recruiter)
    database.call("begin_deletion", request_id=request_id)

    assert database.call("erase_deletion_rows", request_id=request_id)["verified"]

    named = "select count(*) from public.audit_log where to_jsonb(audit_log)::text like %s"
    assert database.value(named, [f"%{told.recruiter}%"]) == 0
    assert database.call("verify_audit_log", organisation_id=told.organisation)["valid"]


def test_what_a_recruiter_did_to_others_is_still_told_without_the_recruiter(database: Database) -> None:
    told = invited(database)
    with database.connect() as connection:
        for action, kind, about in (
            ("application.rejected", "application", told.application),
            ("candidate.profile_updated", "candidate", told.recruiter),
        ):
            connection.execute(
                "select private.record(%s, %s, %s, %s, %s, %s)",
                [action, kind, about, told.organisation, told.recruiter, Jsonb({"to": "rejected"})],
            )
    request_id = ask(database, told.recruiter)
    database.call("begin_deletion", request_id=request_id)

    assert database.call("erase_deletion_rows", request_id=request_id)["verified"]

    kept = "select payload from public.domain_events where event_type = %s and aggregate_id = any (%s)"
    ids = [told.application, told.recruiter]
    assert database.rows(kept, ["application.rejected", ids]) == [
        ({"organisation_id": str(told.organisation), "to": "rejected"},)
    ]
    assert database.rows(kept, ["candidate.profile_updated", ids]) == []
    named = "select count(*) from public.domain_events where to_jsonb(domain_events)::text like %s"
    assert database.value(named, [f"%{told.recruiter}%"]) == 0


def test_names_go_from_what_people_and_models_wrote_beside_the_transcript(
    database: Database, named: Story
) -> None:
    said = "Kimberley Leeson was late."
    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        run = {"interview_id": named.interview, "run_number": 9, "status": "failed", "findings": [said]}
        insert(connection, "interview_scores", run | {"error_code": "model_away"})
        connection.execute(
            "update public.applications set status_reason = %s where id = %s", [said, named.application]
        )
        connection.execute(
            "update public.interview_plans set opening = %s where interview_id = %s", [said, named.interview]
        )
        connection.execute(
            "insert into public.application_matches (application_id, fingerprint, score, result) "
            "values (%s, repeat('a', 64), 70, %s)",
            [named.application, Jsonb({"because": said})],
        )
        outcome = {"application_id": named.application, "observed_at": "2026-06-01", "notes": said}
        insert(
            connection,
            "post_hire_outcomes",
            outcome | {"snapshot_period": "custom", "outcome_rating": 4, "recorded_by": named.recruiter},
        )
    request_id = ask(database, named.candidate, "anonymize")
    database.call("begin_deletion", request_id=request_id)

    assert database.call("erase_deletion_rows", request_id=request_id)["verified"]

    for table, column in (
        ("interview_scores", "interview_id"),
        ("interview_plans", "interview_id"),
        ("applications", "id"),
        ("application_matches", "application_id"),
        ("post_hire_outcomes", "application_id"),
    ):
        value = named.interview if column == "interview_id" else named.application
        query = sql.SQL("select to_jsonb(t)::text from {} as t where {} = %s").format(
            sql.Identifier("public", table), sql.Identifier(column)
        )
        with database.connect() as connection:
            (row,) = connection.execute(query, [value]).fetchall()
        assert "was late." in row[0]
        assert "Kimberley" not in row[0]
        assert "Leeson" not in row[0]


def test_only_what_the_timer_has_missed_is_wanted(database: Database) -> None:
    request_id = ask(database, person(database, "kim"), "recording_only")
    key = f"erase-{request_id}"
    assert gaps(database, request_id) == []
    database.run(
        "update public.data_deletion_requests set requested_at = now() - interval '7 hours' where id = %s",
        [request_id],
    )
    assert gaps(database, request_id) == [("wanted", key)]
    database.call("begin_deletion", request_id=request_id)
    assert gaps(database, request_id) == [("wanted", key)]
    assert gaps(database, request_id, key) == []
    database.call("note_deletion", request_id=request_id, store="files", still_there=0)
    database.call("complete_deletion", request_id=request_id)
    assert gaps(database, request_id) == []
    assert gaps(database, request_id, key) == [("over", key)]
    nobody = uuid4()
    assert gaps(database, nobody, f"erase-{nobody}") == [("unknown", f"erase-{nobody}")]


def test_what_is_parked_is_tried_again_until_an_operator_decides(database: Database) -> None:
    somebody = person(database, "kim")
    request_id = ask(database, somebody, "recording_only")

    def is_due() -> bool:
        return str(request_id) in database.call("due_deletions")

    parked = database.call(
        "park_workflow",
        subject="deletion_request",
        subject_id=request_id,
        instance_id=f"erase-{request_id}",
        reason="files_not_erased",
    )
    assert is_due()
    add(database, "user_roles", {"user_id": somebody, "role": "platform_operator"})
    database.call("resolve_attention", attention_id=parked["id"], resolution="settled", caller_id=somebody)
    assert not is_due()


def test_no_address_is_kept_for_a_letter_that_does_not_go(database: Database) -> None:
    request_id = ask(database, person(database, "kim"), "recording_only")
    database.call("begin_deletion", request_id=request_id)
    database.call("note_deletion", request_id=request_id, store="files", still_there=0)
    database.call("complete_deletion", request_id=request_id)
    kept = "select count(*) from private.deletion_letters where request_id = %s"
    database.run(
        "update public.data_deletion_requests set processed_at = now() - interval '29 days' where id = %s",
        [request_id],
    )
    database.call("claim_deletion_letter")
    assert database.value(kept, [request_id]) == 1
    database.run(
        "update public.data_deletion_requests set processed_at = now() - interval '31 days' where id = %s",
        [request_id],
    )
    database.call("claim_deletion_letter")
    assert database.value(kept, [request_id]) == 0


def test_a_failure_keeps_its_reason_and_is_told(database: Database) -> None:
    request_id = ask(database, person(database, "kim"))
    database.call("begin_deletion", request_id=request_id)

    assert database.call("fail_deletion", request_id=request_id, reason="files_not_erased")
    with refused() as found:
        database.call("fail_deletion", request_id=request_id, reason="Kim's files are left.")

    assert found[0].state == "PT422"
    kept = "select status, notes from public.data_deletion_requests where id = %s"
    assert database.rows(kept, [request_id]) == [("failed", "files_not_erased")]
    told = (
        "select new_values from public.audit_log where action = 'privacy.deletion_failed' and entity_id = %s"
    )
    assert database.value(told, [request_id]) == {
        "reason": "files_not_erased",
        "request_type": "full_deletion",
    }
    database.call("begin_deletion", request_id=request_id)
    assert database.rows(kept, [request_id]) == [("processing", None)]


def test_with_the_account_goes_what_sign_in_wrote_down_of_it(database: Database) -> None:
    told = invited(database)
    request_id = ask(database, told.candidate)
    for traits in ({"actor_id": str(told.candidate)}, {"traits": {"user_id": str(told.candidate)}}):
        database.run(
            "insert into auth.audit_log_entries (id, payload) "
            'values (gen_random_uuid(), (%s::jsonb || \'{"actor_username": "kim@example.org"}\')::json)',
            [str(traits).replace("'", '"')],
        )
    database.call("begin_deletion", request_id=request_id)
    database.call("erase_deletion_rows", request_id=request_id)
    for store in STORES:
        database.call("note_deletion", request_id=request_id, store=store, still_there=0)
    database.run("delete from auth.users where id = %s", [told.candidate])

    assert database.call("complete_deletion", request_id=request_id)

    assert database.rows("select from auth.audit_log_entries") == []
    assert (
        database.value("select count(*) from private.deletion_targets where request_id = %s", [request_id])
        == 0
    )
    kept = database.rows(
        "select user_id, reason, status, receipt -> 'account' ->> 'count' "
        "from public.data_deletion_requests where id = %s",
        [request_id],
    )
    assert kept == [(None, None, "completed", "1")]
    assert database.call("verify_audit_log", organisation_id=told.organisation)["valid"]


@pytest.fixture
def named(database: Database) -> Story:
    """Somebody who is named in places that were added late."""
    told = invited(database)
    told.start()
    told.begin("one", "I am Kimberley Leeson.")
    told.commit("one", ends_with="finished")
    database.call("seal_transcript", interview_id=told.interview)
    path = f"transcripts/{told.interview}.json"
    database.call("file_seal", interview_id=told.interview, blob_path=path, size_bytes=9, sha256="a" * 64)
    add(
        database,
        "candidate_profiles",
        {"user_id": told.candidate, "first_name": "Kimberley", "last_name": "Leeson"},
    )
    add(
        database,
        "files",
        {
            "user_id": told.candidate,
            "purpose": "candidate_cv",
            "blob_path": f"resumes/{told.candidate}/{uuid4()}.pdf",
            "original_name": "Kimberley Leeson.pdf",
        },
    )
    add(
        database,
        "parsed_profile_snapshots",
        {
            "user_id": told.candidate,
            "parser_version": "1",
            "source_kind": "pdf",
            "data": {
                "name": {"value": "Kimberley Ann Leeson"},
                "email": {"value": "kal@work.example"},
                "phone": {"value": "(02) 5550 4321"},
                "links": [{"value": "https://kal.example"}],
            },
            "raw_text": "Kimberley Ann Leeson, kal@work.example, (02) 5550 4321, https://kal.example",
        },
    )
    database.run(
        'update auth.users set raw_user_meta_data = \'{"full_name": "Kimberley Leeson", "theme": "dark"}\' '
        "where id = %s",
        [told.candidate],
    )
    return told


def test_names_go_from_files_seals_and_sign_in_and_once_is_enough(database: Database, named: Story) -> None:
    request_id = ask(database, named.candidate, "anonymize")
    database.run(
        "update public.interview_scores set status = 'failed' where interview_id = %s", [named.interview]
    )
    assert database.call("begin_deletion", request_id=request_id)["state"] == "processing"

    first = database.call("erase_deletion_rows", request_id=request_id)
    again = database.call("erase_deletion_rows", request_id=request_id)

    assert first["verified"]
    assert (again["count"], again["verified"]) == (first["count"], True)
    assert named.segments()[1][2] == "I am [removed]."
    read = database.rows(
        "select raw_text, data::text from public.parsed_profile_snapshots where user_id = %s",
        [named.candidate],
    )[0]
    assert read[0] == "[removed], [removed], [removed], [removed]"
    for word in ("Kimberley", "Leeson", "kal@", "5550", "kal.example"):
        assert word not in read[1]
    assert database.rows("select from public.files where user_id = %s", [named.candidate]) == []
    seal = "select blob_path, head_hash is not null from public.transcript_seals where interview_id = %s"
    assert database.rows(seal, [named.interview]) == [(None, True)]
    meta = "select raw_user_meta_data from auth.users where id = %s"
    assert database.value(meta, [named.candidate]) == {"theme": "dark"}
    assert database.call("verify_transcript", interview_id=named.interview)["valid"]


def test_nothing_is_masked_while_somebody_still_says_it(database: Database) -> None:
    told = invited(database)
    told.start()
    request_id = ask(database, told.candidate, "anonymize")

    assert database.call("begin_deletion", request_id=request_id)["state"] == "busy"
    assert (
        database.value("select status from public.data_deletion_requests where id = %s", [request_id])
        == "pending"
    )
    told.end()
    assert database.call("begin_deletion", request_id=request_id)["state"] == "processing"


def test_who_is_late_finds_nothing_and_leaves_nothing(database: Database) -> None:
    told = invited(database)
    told.start()
    told.begin("one", "I am Kimberley Leeson.")
    run, file, recording = uuid4(), uuid4(), uuid4()
    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        insert(
            connection,
            "interview_scores",
            {"id": run, "interview_id": told.interview, "run_number": 1, "status": "running"},
        )
        insert(
            connection,
            "recordings",
            {"id": recording, "interview_id": told.interview, "file_step": "uploading", "status": "deleted"}
            | {"consent_id": uuid4(), "deleted_at": "2026-01-01T00:00Z"},
        )
    place = f"resumes/{told.candidate}/{file}.pdf"
    cv = {"file_id": file, "person_id": told.candidate, "blob_path": place, "original_name": "Kimberley.pdf"}
    database.call("expect_upload", **cv, content_type="application/pdf")
    request_id = ask(database, told.candidate)
    database.call("begin_deletion", request_id=request_id)
    assert database.call("read_deletion", request_id=request_id)["awaits_upload"]
    database.call("erase_deletion_rows", request_id=request_id)

    late: list[tuple[str, dict[str, Any]]] = [
        ("take_in_cv", cv | {"content_type": "application/pdf", "size_bytes": 1, "sha256": "a" * 64}),
        ("expect_upload", cv | {"content_type": "application/pdf"}),
        ("settle_file", {"file_id": file, "status": "reading"}),
        ("save_score_run", {"run_id": run, "result": {"status": "failed", "error_code": "internal_error"}}),
        ("save_score_pass", {"run_id": run, "pass": {"kind": "dimension", "rationale": "Kimberley"}}),
        ("complete_recording", {"recording_id": recording, "result": {"blob_path": "a", "sha256": "a" * 64}}),
        ("keep_acs_identity", {"user_id": told.candidate, "identity": "8:acs:kimberley"}),
        ("create_application", {"candidate_id": told.candidate, "job_role_id": told.job_role}),
        ("end_interview", {"interview_id": told.interview, "caller_id": told.candidate}),
    ]
    for function, arguments in late:
        with refused() as found:
            database.call(function, **arguments)
        assert found[0].state in {"PT401", "PT404"}, (function, found)
    with refused() as found:
        told.commit("one", text="Thank you, Kimberley!")
    assert found[0].state == "PT404"
    assert database.call("owe_thanks", interview_id=told.interview) is None

    assert database.value("select private.rows_left(%s, 'full_deletion')", [told.candidate]) == 0
    with database.connect() as connection:
        for table in ("files", "interviews", "interview_turns", "transcript_segments", "score_passes"):
            query = sql.SQL("select from {} as t where t::text ilike %s").format(
                sql.Identifier("public", table)
            )
            assert connection.execute(query, ["%Kimberley%"]).fetchall() == []


def test_a_table_that_names_people_is_counted_once_they_are_gone(database: Database) -> None:
    """A new one joins `erase_person`, `anonymize_person` and `rows_left`."""
    naming = database.rows(
        "select relname from pg_constraint join pg_class on pg_class.oid = conrelid"
        " where confrelid = 'auth.users'::regclass and connamespace = 'public'::regnamespace"
    )
    counted = database.value("select prosrc from pg_proc where proname = 'rows_left'")

    assert {table for (table,) in naming if f"from public.{table} as" not in counted} == {
        "data_deletion_requests"  # the request itself stays, and forgets whose it was
    }
