"""Two that want the same rows wait for one another in one order, and neither is ended by the database.

Each test stops the one function where it waits for the other, which then goes on: with any other order of
locks each would wait for what the other has.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database, Refusal, call, refusal_or
from tests.integration.database.story import PLAN, Story, invited, person
from tests.integration.database.world import insert

pytestmark = pytest.mark.database

type Call = tuple[str, dict[str, Any]]
INTERVIEW = "select from public.interviews where id = %s for no key update"
INVITATION = "select from public.invitations where id = %s for no key update"
APPLICATION = "select from public.applications where id = %s for no key update"
PRACTICE = "select from public.practice_interviews where id = %s for no key update"
RECORDING = "select from public.recordings where id = %s for no key update"
CHAIN = "select from private.audit_heads where chain_id = %s for no key update"
PROFILE = "select from public.candidate_profiles where user_id = %s for no key update"
EVENT = "select from public.domain_events where id = %s for no key update"
ACCOUNT = "select from auth.users where id = %s for update"
HASH = "a" * 64
READ = {"source_kind": "pdf", "data": {}, "confidence": 0.9, "raw_text": "Kim"}


def meet(database: Database, held: list[tuple[str, UUID]], waits: Call, goes_on: Call) -> tuple[Any, Any]:
    """Let `waits` come to the rows that `goes_on` locks first; give what each of the two answered."""
    with ThreadPoolExecutor(1) as pool, database.connect() as holder:
        for lock, thing in held:
            holder.execute(lock.encode(), [thing])
        waiting = pool.submit(refusal_or, lambda: database.call(waits[0], **waits[1]))
        database.wait_until_waited_for(holder)
        answer = refusal_or(lambda: call(holder, goes_on[0], **goes_on[1]))
        holder.commit()
        return waiting.result(), answer


def add(database: Database, table: str, **values: object) -> UUID:
    thing = uuid4()
    with database.connect() as connection:
        insert(connection, table, {"id": thing} | values)
    return thing


def reached(*answers: Any) -> bool:
    return not any(isinstance(each, Refusal) for each in answers)


def ended(story: Story) -> Call:
    return "end_interview", {"interview_id": story.interview, "caller_id": story.candidate}


def moved(application: UUID, caller: UUID, to_status: str) -> Call:
    asked = {"application_id": application, "caller_id": caller, "to_status": to_status, "reason": "Full."}
    return "move_application", asked


def scored(story: Story) -> Call:
    return "request_score_run", {"interview_id": story.interview, "force": True, "inputs": {}}


def recorded(story: Story) -> UUID:
    """A recording that runs."""
    consent = story.database.call(
        "record_consent",
        interview_id=story.interview,
        caller_id=story.candidate,
        granted=True,
        text_version="1",
        text_hash=HASH,
        locale="en-AU",
    )
    recording = uuid4()
    return add(
        story.database,
        "recordings",
        interview_id=story.interview,
        consent_id=consent["id"],
        provider_recording_id=str(recording),
    )


def asked(database: Database, user_id: UUID, kind: str = "full_deletion") -> UUID:
    return add(database, "data_deletion_requests", user_id=user_id, request_type=kind)


def invite(story: Story, application: UUID, **options: Any) -> Any:
    return story.database.call(
        "create_invitation",
        application_id=application,
        caller_id=story.recruiter,
        token_hash=uuid4().hex * 2,
        candidate_email="kim@example.org",
        **options,
    )


def applied(story: Story, candidate: UUID, application: UUID) -> UUID:
    """An application of the id that was chosen, with an interview to come."""
    with story.database.connect() as connection:
        insert(
            connection,
            "applications",
            {"id": application, "job_role_id": story.job_role, "candidate_id": candidate},
        )
    return UUID(invite(story, application)["interview_id"])


def test_an_interview_ends_while_its_invitation_is_claimed(database: Database) -> None:
    story = invited(database)
    story.start()
    claim = {"token_hash": story.token_hash, "user_id": story.candidate, "email": "kim@example.org"}

    answers = meet(database, [(INVITATION, story.invitation)], ended(story), ("claim_invitation", claim))

    assert reached(*answers)
    assert (story.status(), story.status("invitations")) == ("completed", "completed")


def test_a_role_is_changed_and_closed_while_somebody_is_rejected(database: Database) -> None:
    story = invited(database)
    change = {
        "job_role_id": story.job_role,
        "caller_id": story.recruiter,
        "changes": {"title": "Another"},
        "to_status": "closed",
    }
    rejection = moved(story.application, story.recruiter, "rejected")

    answers = meet(database, [(INTERVIEW, story.interview)], ("change_job_role", change), rejection)

    assert reached(*answers)
    assert (story.status("job_roles"), story.status("applications")) == ("closed", "rejected")


def test_an_invitation_is_revoked_while_the_interview_before_is_scored_again(database: Database) -> None:
    story = invited_again(database)
    second = invite(story, story.application)
    revocation = {"invitation_id": UUID(second["id"]), "caller_id": story.recruiter}

    answers = meet(
        database, [(APPLICATION, story.application)], ("revoke_invitation", revocation), scored(story)
    )

    assert reached(*answers)


def test_invitations_expire_while_the_interview_before_is_scored_again(database: Database) -> None:
    """The chain of the organisation is reached with all applications in hand."""
    story = invited_again(database)
    past = datetime.now(UTC) - timedelta(days=2)
    invite(story, story.application, expires_at=past + timedelta(days=1))
    earlier = applied(story, person(database, "other"), uuid4())
    database.run("update public.invitations set expires_at = %s where interview_id = %s", [past, earlier])

    told, run = meet(
        database, [(APPLICATION, story.application)], ("expire_due_invitations", {}), scored(story)
    )

    assert reached(told, run)
    assert told >= 2


def invited_again(database: Database) -> Story:
    """Somebody who was interviewed and is to be once more."""
    story = invited(database)
    story.start()
    story.end(story.candidate)
    name, arguments = moved(story.application, story.recruiter, "invited")
    database.call(name, **arguments)
    return story


def test_a_call_is_told_of_while_another_one_is_opened(database: Database) -> None:
    """The one before never came to be, as it seems, and is hung up."""
    story = invited(database)
    story.start()
    lost, fresh = uuid4(), uuid4()
    opening = {"interview_id": story.interview, "caller_id": story.candidate}
    database.call("open_call", call_id=lost, **opening)
    database.run("update public.calls set created_at = now() - interval '3 minutes' where id = %s", [lost])
    at = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    news = {"at": at, "call_id": str(lost), "call_connection_id": f"c-{lost}"}

    answers = meet(
        database,
        [(INTERVIEW, story.interview)],
        ("tell_call", {"told": news, "interview_id": story.interview}),
        ("open_call", opening | {"call_id": fresh}),
    )

    assert reached(*answers)
    assert [each["id"] for each in answers] == [str(lost), str(fresh)]


def test_a_cv_is_read_anew_while_it_is_offered(database: Database) -> None:
    somebody, file_id, snapshot = read(database)
    anew = READ | {"file_id": file_id, "parser_version": "2"}
    offer = {"snapshot_id": snapshot, "fields": {}, "skills": [], "employment": [], "education": []}

    kept, offered = meet(
        database,
        [(PROFILE, somebody), (ACCOUNT, somebody)],
        ("keep_snapshot", anew),
        ("prefill_profile", offer),
    )

    assert reached(kept, offered)
    assert offered["status"] == "parsed"


def test_a_skill_is_added_while_the_same_one_is_offered(database: Database) -> None:
    somebody, _, snapshot = read(database)
    python = {"skill_name": "Python", "skill_type": "hard"}
    with ThreadPoolExecutor(1) as pool, database.connect() as holder:
        for lock in (PROFILE, ACCOUNT):
            holder.execute(lock.encode(), [somebody])
        own = pool.submit(refusal_or, lambda: add(database, "candidate_skills", user_id=somebody, **python))
        database.wait_until_waited_for(holder)
        offered = call(
            holder,
            "prefill_profile",
            snapshot_id=snapshot,
            fields={},
            skills=[python],
            employment=[],
            education=[],
        )
        holder.commit()

    assert offered["status"] == "parsed"
    added = own.result()
    assert isinstance(added, Refusal)
    assert added.state == "23505"


def read(database: Database) -> tuple[UUID, UUID, UUID]:
    """Somebody, their CV, and what was read in it."""
    somebody, file_id = person(database, "kim"), uuid4()
    database.call(
        "take_in_cv",
        file_id=file_id,
        person_id=somebody,
        blob_path=f"resumes/{file_id}.pdf",
        original_name="cv.pdf",
        content_type="application/pdf",
        size_bytes=7,
        sha256="0" * 64,
    )
    database.call("settle_file", file_id=file_id, status="reading")
    snapshot = database.call("keep_snapshot", file_id=file_id, parser_version="1", **READ)
    return somebody, file_id, UUID(snapshot)


def test_a_deletion_begins_while_a_recording_stops(database: Database) -> None:
    story = invited(database)
    story.start()
    recording = recorded(story)
    request = asked(database, story.candidate)

    answers = meet(
        database,
        [(RECORDING, recording)],
        ("begin_deletion", {"request_id": request}),
        ("move_recording", {"recording_id": recording, "to_status": "stopped"}),
    )

    assert reached(*answers)
    assert story.status() == "cancelled"


def test_a_deletion_begins_while_one_of_two_applications_is_moved(database: Database) -> None:
    story = invited(database)
    candidate = person(database, "kim")
    first, second = sorted((uuid4(), uuid4()))
    applied(story, candidate, first)
    role = add(database, "job_roles", organisation_id=story.organisation, title="Another")
    database.call("move_job_role", job_role_id=role, caller_id=story.recruiter, to_status="active")
    with database.connect() as connection:
        insert(connection, "applications", {"id": second, "job_role_id": role, "candidate_id": candidate})
    interview = UUID(invite(story, second)["interview_id"])
    request = asked(database, candidate)

    answers = meet(
        database,
        [(INTERVIEW, interview)],
        ("begin_deletion", {"request_id": request}),
        moved(second, story.recruiter, "rejected"),
    )

    assert reached(*answers)


def test_a_deletion_takes_the_chains_of_organisations_in_one_order(database: Database) -> None:
    one, other = sorted((invited(database), invited(database)), key=lambda story: story.organisation)
    candidate = person(database, "kim")
    first, second = sorted((uuid4(), uuid4()))
    applied(other, candidate, first)
    applied(one, candidate, second)
    request = asked(database, candidate)
    viewed = {"action": "candidate.cv_viewed", "entity_type": "candidate"}

    answers = meet(
        database,
        [(CHAIN, one.organisation)],
        ("begin_deletion", {"request_id": request}),
        ("write_audit", viewed | {"organisation_id": other.organisation}),
    )

    assert reached(*answers)


def test_a_person_is_erased_while_a_turn_of_their_practice_is_answered(database: Database) -> None:
    candidate, practice = practising(database)
    reply = {"text": "And then?", "origin": "model"}
    commit = {"interview_id": practice, "turn_id": "one", "attempt": 1, "reply": reply}

    answers = meet(
        database, [(PRACTICE, practice)], ("erase_person", {"user_id": candidate}), ("commit_turn", commit)
    )

    assert reached(*answers)


def test_a_person_is_erased_while_they_begin_a_turn(database: Database) -> None:
    candidate, practice = practising(database)
    limit = {"bucket_key": f"turns:{candidate}", "capacity": 9, "refill_per_second": 1.0, "cost": 1}
    database.call("take_rate_limit_tokens", limits=[limit])
    turn = {"interview_id": practice, "caller_id": candidate, "turn_id": "two", "message": "Yes."}
    bucket = "select from private.rate_limit_buckets where strpos(bucket_key, %s::text) > 0 for update"

    erased, begun = meet(
        database,
        [(bucket, candidate)],
        ("erase_person", {"user_id": candidate}),
        ("begin_turn", turn | {"limits": [limit]}),
    )

    assert reached(erased)
    assert begun.code == "turn_in_progress"
    left = "select count(*) from private.rate_limit_buckets where strpos(bucket_key, %s) > 0"
    assert database.value(left, [str(candidate)]) == 0


def test_a_letter_is_owed_while_a_person_is_erased(database: Database) -> None:
    """Whoever of the two is first."""
    for is_first in (True, False):
        story = invited(database)
        story.start()
        story.end(story.candidate)
        database.call("owe_thanks", interview_id=story.interview)
        erasure = ("erase_person", {"user_id": story.candidate})
        letter = ("owe_thanks", {"interview_id": story.interview})
        waits, goes_on = (letter, erasure) if is_first else (erasure, letter)

        assert reached(*meet(database, [(INTERVIEW, story.interview)], waits, goes_on))


def practising(database: Database) -> tuple[UUID, UUID]:
    """Somebody in the middle of a turn."""
    candidate = person(database, "kim")
    practice = add(database, "practice_interviews", user_id=candidate, sample_role_type="software-engineer")
    talk = {"interview_id": practice, "caller_id": candidate}
    database.call("start_interview", **talk, opening="Hello.", plan=PLAN)
    database.call("begin_turn", **talk, turn_id="one", message="I built it.")
    return candidate, practice


def test_names_are_taken_out_while_a_turn_is_answered(database: Database) -> None:
    story = invited(database)
    story.start()
    story.begin("one")
    reply = {"text": "And then?", "origin": "model"}
    commit = {"interview_id": story.interview, "turn_id": "one", "attempt": 1, "reply": reply}

    answers = meet(
        database,
        [(INTERVIEW, story.interview)],
        ("anonymize_person", {"user_id": story.candidate}),
        ("commit_turn", commit),
    )

    assert reached(*answers)


def test_names_are_taken_out_while_an_invitation_is_opened(database: Database) -> None:
    story = invited(database)

    answers = meet(
        database,
        [(INVITATION, story.invitation)],
        ("anonymize_person", {"user_id": story.candidate}),
        ("open_invitation", {"token_hash": story.token_hash}),
    )

    assert reached(*answers)


def test_what_has_served_is_left_where_somebody_holds_it(database: Database) -> None:
    """Whoever takes two buckets would wait for what the purge has, and the purge for them."""
    full = {"capacity": 1, "refill_per_second": 1000.0, "cost": 0}
    held, free = (f"{uuid4()}" for _ in range(2))
    database.call("take_rate_limit_tokens", limits=[{"bucket_key": key, **full} for key in (held, free)])
    with ThreadPoolExecutor(1) as pool, database.connect() as holder:
        call(holder, "take_rate_limit_tokens", limits=[{"bucket_key": held, **full}])
        pool.submit(database.call, "purge_expired").result(timeout=10)

    left = "select bucket_key from private.rate_limit_buckets where bucket_key = any (%s)"
    assert database.rows(left, [[held, free]]) == [(held,)]


def test_events_are_published_while_their_person_is_erased(database: Database) -> None:
    """Both take them in the order of their positions, wherever they lie."""
    candidate = person(database, "kim")
    later, earlier = uuid4(), uuid4()
    with database.connect() as connection:
        for event, position in ((later, -1), (earlier, -2)):
            connection.execute(
                "insert into public.domain_events (id, position, event_type, aggregate_type, aggregate_id) "
                "overriding system value values (%s, %s, 'candidate.cv_viewed', 'candidate', %s)",
                [event, position, candidate],
            )

    erased, published = meet(
        database,
        [(EVENT, earlier)],
        ("erase_person", {"user_id": candidate}),
        ("publish_events", {"event_ids": [later, earlier]}),
    )

    assert reached(erased)
    assert published == 2


def test_pieces_are_claimed_past_those_that_somebody_holds(database: Database) -> None:
    story = invited(database)
    story.start()
    recording = recorded(story)
    chunk = {
        "provider_recording_id": f"known-{recording}",
        "chunk_index": 0,
        "content_path": "a",
        "metadata_path": "b",
    }
    held, free = (add(database, "recording_chunks", document_id=name, **chunk) for name in "ab")
    database.run(
        "update public.recordings set provider_recording_id = %s where id = %s",
        [chunk["provider_recording_id"], recording],
    )
    with ThreadPoolExecutor(1) as pool, database.connect() as holder:
        holder.execute("select from public.recording_chunks where id = %s for no key update", [held])
        claimed = pool.submit(database.call, "claim_recording_chunks").result(timeout=10)

    assert str(recording) in claimed
    known = "select recording_id from public.recording_chunks where id = %s"
    assert [database.value(known, [piece]) for piece in (held, free)] == [None, recording]
