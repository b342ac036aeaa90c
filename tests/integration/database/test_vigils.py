"""Somebody watches over a talk: what a look tells, and that what is due is done once or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.files import FilePath, Store
from tests.integration.database.database import Database, refused
from tests.integration.database.story import Story, invited

pytestmark = pytest.mark.database


@pytest.fixture
def talk(database: Database) -> Story:
    story = invited(database)
    story.start()
    return story


def watch(talk: Story) -> Any:
    return talk.database.call("watch_talk", interview_id=talk.interview)


def tend(talk: Story, seen: str, act: str, words: str | None = None) -> Any:
    return talk.database.call("tend_talk", interview_id=talk.interview, seen=seen, act=act, words=words)


def later(talk: Story, by: timedelta) -> None:
    """Let so much time have passed since everything that happened."""
    with talk.database.connect() as connection:
        connection.execute(
            "update public.interviews set started_at = started_at - %(by)s, "
            "last_seen_at = last_seen_at - %(by)s where id = %(id)s",
            {"by": by, "id": talk.interview},
        )
        connection.execute(
            "update private.vigils set watched_at = watched_at - %(by)s, away_until = away_until - %(by)s, "
            "active_at = active_at - %(by)s, reprompted_at = reprompted_at - %(by)s where talk_id = %(id)s",
            {"by": by, "id": talk.interview},
        )


def test_a_look_tells_the_facts_and_is_noted(talk: Story) -> None:
    first, second = watch(talk), watch(talk)

    assert (first["kind"], first["status"], first["limit_seconds"]) == ("live", "in_progress", 900)
    assert (first["watched_at"], first["in_call"], first["lease_expires_at"]) == (None, False, None)
    assert second["watched_at"] is not None
    assert first["seen"] == second["seen"], "looking changes nothing that is decided by"


def test_of_an_unknown_talk_nothing_is_told(talk: Story) -> None:
    assert talk.database.call("watch_talk", interview_id=uuid4()) is None
    assert talk.database.call("tend_talk", interview_id=uuid4(), seen="", act="idle", words=None) is None


def test_quiet_is_counted_from_the_last_word_of_either_side(talk: Story) -> None:
    later(talk, timedelta(minutes=5))
    before = watch(talk)
    talk.begin("one")
    open_turn = watch(talk)
    talk.commit("one")
    replied = watch(talk)

    assert before["quiet_since"] == before["started_at"] == before["last_seen_at"]
    assert open_turn["lease_expires_at"] is not None
    assert before["quiet_since"] < open_turn["quiet_since"] < replied["quiet_since"]
    assert replied["lease_expires_at"] is None


def test_an_answer_is_a_sign_of_the_candidate_and_a_reply_is_none(talk: Story) -> None:
    later(talk, timedelta(minutes=5))
    before = watch(talk)
    talk.begin("one")
    begun = watch(talk)
    talk.commit("one")
    replied = watch(talk)

    assert before["last_seen_at"] < begun["last_seen_at"] == replied["last_seen_at"]


def test_an_answer_that_is_sent_again_is_a_sign_too(talk: Story) -> None:
    talk.begin("one", lease_seconds=0)
    begun = watch(talk)
    talk.begin("one")

    assert watch(talk)["last_seen_at"] > begun["last_seen_at"]


def test_speech_that_is_held_breaks_the_silence(talk: Story) -> None:
    later(talk, timedelta(minutes=5))
    before = watch(talk)
    talk.database.call(
        "append_segments",
        interview_id=talk.interview,
        caller_id=talk.candidate,
        turn_id="one",
        segments=[{"segment_key": "a", "content": "Well"}],
    )

    assert watch(talk)["quiet_since"] > before["quiet_since"]


@pytest.mark.parametrize("active", [False, True])
def test_a_sign_is_noted_and_typing_breaks_the_silence(talk: Story, active: bool) -> None:
    later(talk, timedelta(minutes=5))
    before = watch(talk)
    for caller in (talk.recruiter, talk.candidate):
        talk.database.call("note_sign", interview_id=talk.interview, caller_id=caller, active=active)
        seen = watch(talk)["last_seen_at"] > before["last_seen_at"]
        assert seen == (caller == talk.candidate)

    assert (watch(talk)["quiet_since"] > before["quiet_since"]) == active


def test_who_resumes_has_come_back(talk: Story) -> None:
    later(talk, timedelta(minutes=5))
    before = watch(talk)
    talk.start()
    after = watch(talk)

    assert after["last_seen_at"] > before["last_seen_at"]
    assert after["quiet_since"] > before["quiet_since"]


def test_a_call_that_dropped_is_a_sign_until_it_dropped(talk: Story) -> None:
    later(talk, timedelta(minutes=5))
    talk.database.run(
        "insert into public.calls (interview_id, call_connection_id) values (%s, %s)",
        [talk.interview, str(uuid4())],
    )
    talk.database.run(
        "update public.calls set status = 'connected', connected_at = now() where interview_id = %s",
        [talk.interview],
    )
    assert watch(talk)["in_call"]
    talk.database.run(
        "update public.calls set status = 'disconnecting' where interview_id = %s", [talk.interview]
    )
    talk.database.run(
        "update public.calls set status = 'disconnected', ended_at = now() - interval '1 minute' "
        "where interview_id = %s",
        [talk.interview],
    )
    dropped = watch(talk)

    assert not dropped["in_call"]
    assert dropped["last_seen_at"] > dropped["started_at"]


def test_the_candidate_is_asked_again_once(talk: Story) -> None:
    seen = watch(talk)["seen"]
    first = tend(talk, seen, "reprompt", "Are you still there?")
    again = tend(talk, seen, "reprompt", "Are you still there?")

    assert (first["acted"], again["acted"]) == (True, False)
    assert first["reprompted_at"] is not None
    assert [said for _, who, said, *_ in talk.segments() if who == "interviewer"][1:] == [
        "Are you still there?"
    ]


@pytest.mark.parametrize("act", ["time_up", "idle", "disconnected"])
def test_an_end_that_is_due_seals_and_is_told_with_its_reason(talk: Story, act: str) -> None:
    talk.begin("one", "I built it.")
    with talk.database.connect() as connection:
        connection.execute(
            "update public.interview_turns set lease_expires_at = now() where interview_id = %s",
            [talk.interview],
        )
    ended = tend(talk, watch(talk)["seen"], act, "Thank you.")

    assert (ended["acted"], ended["status"], ended["end_reason"]) == (True, "completed", act)
    assert (talk.status("applications"), talk.status("invitations")) == ("interviewed", "completed")
    assert [said for _, _, said, *_ in talk.segments()][1:] == ["I built it.", "Thank you."]
    assert talk.database.call("verify_transcript", interview_id=talk.interview)["valid"]


def test_what_happened_since_the_look_takes_precedence(talk: Story) -> None:
    seen = watch(talk)["seen"]
    talk.begin("one")

    late = tend(talk, seen, "time_up", "Thank you.")

    assert (late["acted"], late["status"]) == (False, "in_progress")
    assert late["seen"] != seen
    assert len(talk.segments()) == 2


def test_an_answer_that_commits_while_the_time_is_up_is_kept_and_counted(talk: Story) -> None:
    for number in range(4):
        story = invited(talk.database)
        story.start()
        attempt = story.begin("one", f"Answer {number}.")["attempt"]
        seen = watch(story)["seen"]
        with ThreadPoolExecutor(2) as both:
            tending = both.submit(tend, story, seen, "time_up")
            committing = both.submit(story.commit, "one", attempt, progress={"questions_asked": 2})
            tended, committed = tending.result(), committing.result()
        assert f"Answer {number}." in [said for _, _, said, *_ in story.segments()]
        if committed["committed"]:
            assert not tended["acted"], "the look was stale"
            assert watch(story)["progress"]["questions_asked"] == 2
        else:
            assert (tended["status"], committed["status"]) == ("completed", "completed")


def test_nobody_watched_and_nobody_is_blamed(talk: Story) -> None:
    watch(talk)
    later(talk, timedelta(minutes=10))
    before = watch(talk)
    forgiven = tend(talk, before["seen"], "forgive")

    assert forgiven["acted"]
    assert forgiven["last_seen_at"] > before["last_seen_at"]
    assert forgiven["quiet_since"] > before["quiet_since"]


def test_practice_is_watched_and_ended_alike(talk: Story) -> None:
    practice = talk.database.value(
        "insert into public.practice_interviews (user_id, sample_role_type, plan) "
        "values (%s, 'software-engineer', '{\"items\": [{\"order\": 1}]}') returning id",
        [talk.candidate],
    )
    talk.database.call("start_interview", interview_id=practice, caller_id=talk.candidate, opening="Welcome.")
    facts = talk.database.call("watch_talk", interview_id=practice)
    ended = talk.database.call(
        "tend_talk", interview_id=practice, seen=facts["seen"], act="time_up", words="Thanks."
    )

    assert (facts["kind"], facts["limit_seconds"]) == ("practice", 600)
    assert (ended["status"], ended["end_reason"]) == ("completed", "time_up")


def test_what_is_over_is_not_tended(talk: Story) -> None:
    seen = watch(talk)["seen"]
    talk.end(talk.candidate)

    assert (tend(talk, seen, "idle")["acted"], watch(talk)["status"]) == (False, "completed")


def test_an_unknown_act_is_refused(talk: Story) -> None:
    for act in ("finish", "reprompt"):
        with refused() as found:
            tend(talk, "", act)
        assert found[0].state == "PT422"


# ---- the seal ----


def seal(talk: Story) -> Any:
    return talk.database.call("seal_transcript", interview_id=talk.interview)


def test_a_seal_proves_the_chain_as_it_was_and_is_the_same_for_ever(talk: Story) -> None:
    talk.begin("one")
    talk.end(talk.candidate)
    first, again = seal(talk), seal(talk)
    proof = talk.database.call("verify_transcript", interview_id=talk.interview)

    assert first == again
    assert (first["is_whole"], first["fault"], first["is_filed"]) == (True, None, False)
    assert first["content"]["seal"]["head_hash"] == proof["head"]
    assert first["content"]["seal"]["segments"] == len(first["content"]["segments"]) == 2
    assert {"content_salt", "previous_hash", "row_hash"} <= set(first["content"]["segments"][0])


def test_a_broken_chain_is_sealed_as_broken(talk: Story) -> None:
    talk.end(talk.candidate)
    with talk.database.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "update public.transcript_segments set content = 'Other words' where interview_id = %s",
            [talk.interview],
        )

    assert (seal(talk)["is_whole"], seal(talk)["fault"]) == (False, "content")


def test_only_what_is_completed_is_sealed(talk: Story) -> None:
    with refused() as found:
        seal(talk)
    assert (found[0].state, found[0].code) == ("PT400", "invalid_interview_state")
    assert talk.database.call("seal_transcript", interview_id=uuid4()) is None


def test_the_file_of_a_seal_is_noted_once_and_named_for_erasure(talk: Story) -> None:
    talk.end(talk.candidate)
    seal(talk)
    noted = [
        talk.database.call(
            "file_seal", interview_id=talk.interview, blob_path=path, size_bytes=5, sha256="b" * 64
        )
        for path in ("transcripts/one.json", "transcripts/two.json")
    ]
    blobs = talk.database.call("blobs_of_person", user_id=talk.candidate)

    assert noted == [True, False]
    assert [(each["kind"], each["blob_path"]) for each in blobs] == [("transcript", "transcripts/one.json")]


def test_a_file_that_was_written_and_not_noted_is_named_for_erasure_too(talk: Story) -> None:
    talk.end(talk.candidate)
    seal(talk)

    (blob,) = talk.database.call("blobs_of_person", user_id=talk.candidate)

    assert blob["blob_path"] == str(FilePath.of(Store.TRANSCRIPTS, talk.interview, extension="json"))


def test_both_sides_read_the_receipt(talk: Story) -> None:
    talk.end(talk.candidate)
    seal(talk)
    for reader in (talk.candidate, talk.viewer):
        told = talk.database.call("read_talk", interview_id=talk.interview, caller_id=reader)
        assert told["interview"]["transcript_seal"]["is_whole"]


def test_seal_and_vigil_go_with_the_person(talk: Story) -> None:
    watch(talk)
    talk.end(talk.candidate)
    seal(talk)
    talk.database.call("owe_thanks", interview_id=talk.interview)
    talk.database.call("erase_person", user_id=talk.candidate)

    for table in ("public.transcript_seals", "public.candidate_letters"):
        assert (
            talk.database.value(f"select count(*) from {table} where interview_id = %s", [talk.interview])
            == 0
        )
    assert (
        talk.database.value("select count(*) from private.vigils where talk_id = %s", [talk.interview]) == 0
    )
