"""A talk: one turn at a time, nothing lost, nothing said twice, whoever dies on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.database.database import Database, Refusal, call, refused
from tests.integration.database.story import OPENING, PLAN, Story, invited, person

pytestmark = pytest.mark.database


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


@pytest.fixture
def talk(story: Story) -> Story:
    story.start()
    return story


def only_winner(results: list[object]) -> list[object]:
    return [result for result in results if not isinstance(result, Refusal)]


# ---- start ----


def test_a_start_opens_the_interview_and_moves_the_application(story: Story) -> None:
    answer = story.start(mode="voice", progress={"questions_asked": 1, "phase": "introduction"})
    assert (answer["status"], answer["resumed"], answer["opening_message"]) == ("in_progress", False, OPENING)
    assert answer["progress"]["questions_total"] == 6
    assert answer["progress"]["questions_asked"] == 1
    assert 898 <= answer["clock"]["seconds_left"] <= 900
    assert (story.status("applications"), story.status("invitations")) == ("interviewing", "opened")
    assert story.segments() == [(1, "interviewer", OPENING, "plan", None)]


def test_a_second_start_resumes_with_the_same_clock_and_says_nothing_twice(talk: Story) -> None:
    first, again = talk.start(opening="Other words"), talk.start(opening="Other words")
    assert again["resumed"]
    assert first["opening_message"] == again["opening_message"] == OPENING
    assert first["started_at"] == again["started_at"]
    assert len(talk.segments()) == 1


def test_two_parallel_starts_give_one_interview(story: Story) -> None:
    arguments = {
        "interview_id": story.interview,
        "caller_id": story.candidate,
        "opening": OPENING,
        "plan": PLAN,
    }
    results = story.database.race("start_interview", [arguments] * 8)
    assert sorted(result["resumed"] for result in results) == [False] + [True] * 7
    assert len(story.segments()) == 1


@pytest.mark.parametrize(
    ("who", "expected"),
    [("stranger", ("PT403", "forbidden")), ("recruiter", ("PT403", "forbidden"))],
)
def test_only_the_candidate_starts(story: Story, who: str, expected: tuple[str, str]) -> None:
    caller = story.recruiter if who == "recruiter" else person(story.database, "stranger")
    with refused() as found:
        story.start(caller_id=caller)
    assert (found[0].state, found[0].code) == expected


def test_an_unknown_interview_is_not_found(story: Story) -> None:
    for function, extra in (
        ("start_interview", {"opening": OPENING}),
        ("begin_turn", {"turn_id": "one", "message": "Hello"}),
        ("end_interview", {}),
        ("append_segments", {"turn_id": "one", "segments": [{"segment_key": "a", "content": "b"}]}),
    ):
        with refused() as found:
            story.database.call(function, interview_id=uuid4(), caller_id=story.candidate, **extra)
        assert (found[0].state, found[0].code) == ("PT404", "not_found"), function


def test_without_a_plan_nothing_starts(story: Story) -> None:
    with refused() as found:
        story.start(plan=None)
    assert found == [Refusal("PT409", "conflict", "the interview has no plan")]


def test_the_plan_stands_once_started(talk: Story) -> None:
    with refused() as found:
        talk.database.call("save_interview_plan", interview_id=talk.interview, plan=PLAN)
    assert found[0].state == "PT409"
    with refused() as found:
        talk.database.run(
            "update public.interview_plans set version = 9 where interview_id = %s", [talk.interview]
        )
    assert found[0].state == "PT409"


def test_the_plan_may_change_before(story: Story) -> None:
    saved = story.database.call("save_interview_plan", interview_id=story.interview, plan=PLAN)
    same = story.database.call("save_interview_plan", interview_id=story.interview, plan=PLAN)
    other = story.database.call(
        "save_interview_plan", interview_id=story.interview, plan=PLAN | {"content_hash": "b" * 64}
    )
    assert [each["changed"] for each in (saved, same, other)] == [True, False, True]
    assert other["version"] == 2


@pytest.mark.parametrize("needs", ["claim_required", "profile_completion_required"])
def test_a_locked_interview_does_not_start(database: Database, needs: str) -> None:
    story = invited(database, **{needs: True})
    with refused() as found:
        story.start()
    assert (found[0].state, found[0].code) == ("PT409", "interview_locked")


def test_an_invitation_past_its_time_starts_nothing(story: Story) -> None:
    story.database.run(
        "update public.invitations set expires_at = now() - interval '1 s' where id = %s", [story.invitation]
    )
    with refused() as found:
        story.start()
    assert (found[0].state, found[0].code) == ("PT400", "invalid_interview_state")


def test_a_finished_interview_does_not_start_again(talk: Story) -> None:
    talk.end(talk.candidate)
    with refused() as found:
        talk.start()
    assert (found[0].state, found[0].code) == ("PT400", "invalid_interview_state")


# ---- turns ----


def test_a_turn_saves_the_answer_first_and_gives_what_the_prompt_needs(talk: Story) -> None:
    turn = talk.begin("one", "I built a thing.")
    assert (turn["replayed"], turn["attempt"], turn["taken_over"]) == (False, 1, False)
    assert turn["plan"]["items"] == PLAN["items"]
    assert turn["role"]["title"] == "Engineer"
    assert turn["role"]["company"]["name"] == "Company"
    assert turn["candidate"]["skills"] == []
    assert [each["content"] for each in turn["segments"]] == [OPENING, "I built a thing."]
    assert turn["clock"]["limit_seconds"] == 900
    assert talk.segments()[-1] == (2, "candidate", "I built a thing.", "typed", "one")


def test_the_same_turn_again_gives_the_same_answer(talk: Story) -> None:
    talk.begin("one")
    done = talk.commit("one", progress={"questions_asked": 2}, usage={"tokens": 9}, timings={"first": 4})
    again = talk.begin("one", "Other words")
    assert again["replayed"]
    assert again["reply"] == done["reply"] == "And then?"
    assert again["progress"]["questions_asked"] == 2
    assert talk.commit("one", text="Something else")["reply"] == "And then?"
    assert len(talk.segments()) == 3


@pytest.mark.parametrize("same", [True, False])
def test_of_forty_racing_turns_one_wins(talk: Story, *, same: bool) -> None:
    calls = [
        {
            "interview_id": talk.interview,
            "caller_id": talk.candidate,
            "message": "Me",
            "turn_id": "one" if same else f"turn-{number}",
        }
        for number in range(40)
    ]
    results = talk.database.race("begin_turn", calls)
    assert len(only_winner(results)) == 1
    refusals = {(each.state, each.code) for each in results if isinstance(each, Refusal)}
    assert refusals == {("PT409", "turn_in_progress")}
    assert len(talk.segments()) == 2


def lapse(story: Story) -> None:
    story.database.run(
        "update public.interview_turns set lease_expires_at = now() - interval '1 s' where interview_id = %s",
        [story.interview],
    )


def test_a_lease_that_ended_is_taken_over_with_the_answer_as_saved(talk: Story) -> None:
    talk.begin("one", "The first words")
    lapse(talk)
    taken = talk.begin("one", "Other words")
    assert (taken["attempt"], taken["taken_over"]) == (2, True)
    assert [each["content"] for each in taken["segments"]] == [OPENING, "The first words"]


def test_who_was_overtaken_cannot_commit(talk: Story) -> None:
    talk.begin("one")
    lapse(talk)
    talk.begin("one")
    with refused() as found:
        talk.commit("one", attempt=1, text="From the dead")
    assert (found[0].state, found[0].code) == ("PT409", "turn_in_progress")
    assert talk.commit("one", attempt=2, text="From the living")["reply"] == "From the living"


def test_another_turn_leaves_a_dead_one_behind_and_keeps_its_answer(talk: Story) -> None:
    talk.begin("one", "Answer one")
    lapse(talk)
    assert talk.begin("two", "Answer two")["taken_over"]
    with refused() as found:
        talk.commit("one")
    assert found[0].code == "conflict"
    with refused() as found:
        talk.begin("one")
    assert found[0].code == "turn_in_progress" or found[0].code == "conflict"
    assert [each[2] for each in talk.segments()] == [OPENING, "Answer one", "Answer two"]


def test_of_racing_takeovers_one_wins(talk: Story) -> None:
    talk.begin("one")
    lapse(talk)
    arguments = {
        "interview_id": talk.interview,
        "caller_id": talk.candidate,
        "turn_id": "one",
        "message": "Me",
    }
    results = talk.database.race("begin_turn", [arguments] * 12)
    assert [each["attempt"] for each in results if not isinstance(each, Refusal)] == [2]


def test_the_last_answer_completes_the_interview_at_once(talk: Story) -> None:
    talk.begin("one")
    done = talk.commit("one", text="Thank you.", ends_with="finished")
    assert (done["finished"], done["status"]) == (True, "completed")
    assert (talk.status(), talk.status("applications"), talk.status("invitations")) == (
        "completed",
        "interviewed",
        "completed",
    )
    again = talk.begin("one")
    assert again["replayed"]
    assert again["finished"]


def test_a_turn_after_the_end_is_refused(talk: Story) -> None:
    talk.end(talk.candidate)
    with refused() as found:
        talk.begin("one")
    assert found == [Refusal("PT400", "interview_not_in_progress", "interview: completed")]


def test_a_reply_that_comes_after_the_end_is_not_written(talk: Story) -> None:
    talk.begin("one")
    talk.end()
    late = talk.commit("one")
    assert (late["committed"], late["finished"]) == (False, True)
    assert len(talk.segments()) == 2


@pytest.mark.parametrize("message", ["", "x" * 50_001])
def test_messages_have_bounds(talk: Story, message: str) -> None:
    with refused() as found:
        talk.begin("one", message)
    assert (found[0].state, found[0].code) == ("PT422", "validation_error")


def test_no_input_changes_the_limits_of_the_clock(talk: Story) -> None:
    talk.begin("one")
    talk.commit("one", progress={"limit_seconds": 9999, "questions_total": 50})
    progress = talk.begin("two")["progress"]
    assert (progress["limit_seconds"], progress["questions_total"]) == (900, 6)


def test_limits_are_taken_with_the_turn_or_not_at_all(talk: Story) -> None:
    limits = [{"bucket_key": f"chat:{talk.candidate}", "capacity": 1, "refill_per_second": 0.001}]
    assert talk.begin("one", limits=limits)["rate_limits"][0]["remaining"] == 0
    with refused() as found:
        talk.begin("two", limits=limits)
    assert (found[0].state, found[0].code) == ("PT429", "rate_limited")
    assert float(found[0].hint) > 900


def test_the_prompt_stays_flat(talk: Story) -> None:
    for number in range(10):
        talk.begin(f"turn-{number}")
        talk.commit(f"turn-{number}", summary=f"So far {number}")
    last = talk.begin("last")
    assert len(last["segments"]) == 12
    assert last["summary"] == "So far 9"


def test_years_of_experience_count_parallel_jobs_once(talk: Story) -> None:
    for company in ("A", "B"):
        talk.database.run(
            "insert into public.employment_history (user_id, company_name, job_title, start_date, end_date) "
            "values (%s, %s, 'Engineer', '2020-01-01', '2021-12-31')",
            [talk.candidate, company],
        )
    digest = talk.begin("one")["candidate"]
    assert digest["years_of_experience"] == 2.0
    assert digest["job_titles"] == ["Engineer", "Engineer"]
    assert "A" not in str(digest.values())


# ---- speech ----


def final(number: int, **values: object) -> dict[str, object]:
    return {
        "segment_key": f"key-{number}",
        "content": f"words {number}",
        "start_time_ms": number * 1000,
        "end_time_ms": number * 1000 + 900,
        "confidence": 0.9,
        **values,
    }


def test_finals_are_held_for_their_turn(talk: Story) -> None:
    say = {"interview_id": talk.interview, "caller_id": talk.candidate, "turn_id": "one"}
    first = talk.database.call("append_segments", **say, segments=[final(1), final(2)])
    again = talk.database.call("append_segments", **say, segments=[final(2), final(3)])
    assert (first["accepted"], again["accepted"], again["repeated"]) == (2, 1, 1)
    talk.begin("one", "words 1 words 2 words 3")
    assert talk.segments()[-1][1:4] == ("candidate", "words 1 words 2 words 3", "speech")
    kept = talk.database.rows(
        "select start_time_ms, end_time_ms, confidence::float from public.transcript_segments "
        "where interview_id = %s and turn_id = 'one'",
        [talk.interview],
    )
    assert kept == [(1000, 3900, 0.9)]
    late = talk.database.call("append_segments", **say, segments=[final(4)])
    assert late == {"accepted": 0, "repeated": 0, "late": 1}


def test_finals_that_were_never_sent_become_the_last_answer(talk: Story) -> None:
    talk.database.call(
        "append_segments",
        interview_id=talk.interview,
        caller_id=talk.candidate,
        turn_id="never-sent",
        segments=[final(1), final(2)],
    )
    talk.end(reason="disconnected")
    assert talk.segments()[-1] == (2, "candidate", "words 1 words 2", "speech", "never-sent")
    assert talk.database.call("verify_transcript", interview_id=talk.interview)["valid"]


def test_racing_finals_leave_no_gap(talk: Story) -> None:
    calls = [
        {
            "interview_id": talk.interview,
            "caller_id": talk.candidate,
            "turn_id": "one",
            "segments": [final(number), final(number // 2)],
        }
        for number in range(20)
    ]
    talk.database.race("append_segments", calls)
    found = talk.database.rows(
        "select array_agg(sequence order by sequence) from public.speech_finals where interview_id = %s",
        [talk.interview],
    )
    assert found == [(list(range(1, 21)),)]


def test_twenty_racing_writers_never_repeat_or_skip(talk: Story) -> None:
    def write(number: int) -> None:
        with talk.database.connect() as connection:
            connection.execute("set local role service_role")
            for each in range(5):
                connection.execute(
                    "insert into public.transcript_segments "
                    "(interview_id, sequence, speaker, content, origin) "
                    "values (%s, 999, 'candidate', %s, 'typed')",
                    [talk.interview, f"{number}.{each}"],
                )

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    assert [each[0] for each in talk.segments()] == list(range(1, 102))
    assert talk.database.call("verify_transcript", interview_id=talk.interview)["rows"] == 101


@pytest.mark.parametrize(
    "segments", [[], [{"content": "no key"}], [final(1, confidence=2)], [final(1, end_time_ms=5)]]
)
def test_broken_finals_are_refused(talk: Story, segments: list[dict[str, object]]) -> None:
    with refused() as found:
        talk.database.call(
            "append_segments",
            interview_id=talk.interview,
            caller_id=talk.candidate,
            turn_id="one",
            segments=segments,
        )
    assert found[0].code == "validation_error"


# ---- end ----


def test_an_end_is_repeatable_and_counts_the_time_itself(talk: Story) -> None:
    first, again = talk.end(talk.candidate), talk.end(talk.candidate)
    assert (first["changed"], again["changed"]) == (True, False)
    assert first["end_reason"] == again["end_reason"] == "ended_by_candidate"
    assert first["ended_at"] == again["ended_at"]
    assert first["duration_seconds"] in {0, 1}
    assert (
        talk.database.value("select transcript_status from public.interviews where id = %s", [talk.interview])
        == "completed"
    )


def test_ends_race_to_one(talk: Story) -> None:
    arguments = {"interview_id": talk.interview, "caller_id": talk.candidate}
    results = talk.database.race("end_interview", [arguments] * 6)
    assert sum(each["changed"] for each in results) == 1
    events = talk.database.value(
        "select count(*) from public.domain_events "
        "where event_type = 'interview.completed' and aggregate_id = %s",
        [talk.interview],
    )
    assert events == 1


def test_who_may_end(talk: Story) -> None:
    for caller in (talk.viewer, person(talk.database, "stranger")):
        with refused() as found:
            talk.end(caller)
        assert (found[0].state, found[0].code) == ("PT403", "forbidden")
    assert talk.end(talk.recruiter)["end_reason"] == "ended_by_organisation"


def test_what_never_started_cannot_end(story: Story) -> None:
    with refused() as found:
        story.end(story.candidate)
    assert (found[0].state, found[0].code) == ("PT400", "invalid_interview_state")


def test_nothing_is_said_after_the_end(talk: Story) -> None:
    talk.end()
    with refused() as found:
        talk.database.run(
            "insert into public.transcript_segments (interview_id, speaker, content, origin) "
            "values (%s, 'candidate', 'Late', 'typed')",
            [talk.interview],
        )
    assert found[0].code == "interview_not_in_progress"


# ---- practice ----


def practice(database: Database) -> tuple[object, object]:
    candidate = person(database, "candidate")
    made = database.value(
        "insert into public.practice_interviews (user_id, sample_role_type) "
        "values (%s, 'software-engineer') returning id",
        [candidate],
    )
    return made, candidate


def test_practice_runs_through_the_same_functions(database: Database) -> None:
    interview, candidate = practice(database)
    own = {"interview_id": interview, "caller_id": candidate}
    started = database.call("start_interview", **own, opening="Hi", plan=PLAN)
    assert (started["kind"], started["clock"]["limit_seconds"]) == ("practice", 600)
    turn = database.call("begin_turn", **own, turn_id="one", message="Me")
    assert (turn["role"], turn["plan"]["items"]) == (None, PLAN["items"])
    database.call(
        "commit_turn",
        interview_id=interview,
        turn_id="one",
        attempt=1,
        reply={"text": "Ok", "origin": "plan"},
    )
    assert database.call("end_interview", **own)["status"] == "completed"
    assert database.call("verify_transcript", interview_id=interview)["rows"] == 3
    assert database.value("select count(*) from public.audit_log where entity_id = %s", [interview]) == 0


def test_another_persons_practice_is_unknown(database: Database) -> None:
    interview, _ = practice(database)
    stranger = person(database, "stranger")
    for function, extra in (
        ("start_interview", {"opening": "Hi"}),
        ("begin_turn", {"turn_id": "one", "message": "Me"}),
        ("end_interview", {}),
    ):
        with refused() as found:
            database.call(function, interview_id=interview, caller_id=stranger, **extra)
        assert found[0].state == "PT404", function


# ---- rights ----


def test_the_role_of_the_direct_connection_runs_a_whole_talk(story: Story) -> None:
    with story.database.connect() as connection:
        connection.execute("set local role talenti_turns")
        own = {"interview_id": story.interview, "caller_id": story.candidate}
        call(connection, "start_interview", **own, opening=OPENING, plan=PLAN)
        call(connection, "begin_turn", **own, turn_id="one", message="Me")
        call(
            connection,
            "commit_turn",
            interview_id=story.interview,
            turn_id="one",
            attempt=1,
            reply={"text": "Ok", "origin": "plan"},
        )
        call(connection, "end_interview", **own)
    assert story.status() == "completed"


def test_the_time_of_a_role_changed_midway_does_not_reach_the_interview(talk: Story) -> None:
    talk.database.run(
        "update public.job_roles set interview_structure = '{\"duration_minutes\": 30}' where id = %s",
        [talk.job_role],
    )
    assert talk.begin("one")["clock"]["limit_seconds"] == 900


def test_a_time_is_chosen_before_the_invitation_ends(story: Story) -> None:
    own = {"interview_id": story.interview, "caller_id": story.candidate}
    soon = datetime.now(UTC) + timedelta(days=1)
    assert story.database.call("schedule_interview", **own, scheduled_at=soon)["status"] == "scheduled"
    story.database.call("schedule_interview", **own, scheduled_at=soon + timedelta(hours=1))
    with refused() as found:
        story.database.call("schedule_interview", **own, scheduled_at=soon + timedelta(days=30))
    assert found[0].state == "PT400"
    assert story.start()["status"] == "in_progress"


# ---- the clock ----


def test_a_turn_that_its_process_left_gives_its_lease_back(talk: Story) -> None:
    talk.begin("one")
    talk.database.run(
        "update public.interview_turns set lease_expires_at = clock_timestamp() + interval '1 second' "
        "where interview_id = %s",
        [talk.interview],
    )
    talk.database.run("select pg_sleep(1.1)")

    taken = talk.begin("one")

    assert taken["taken_over"]
    assert taken["progress"]["given_back_seconds"] == 1
    assert taken["clock"]["seconds_left"] == 900
    committed = talk.commit("one", attempt=2)
    assert committed["progress"]["given_back_seconds"] == 1


def test_what_a_commit_gives_back_is_on_the_clock(talk: Story) -> None:
    talk.begin("one")

    committed = talk.commit("one", progress={"given_back_seconds": 40})

    assert 938 <= committed["clock"]["seconds_left"] <= 940


# ---- the plan's words ----


def test_a_plan_keeps_its_opening_and_its_closing_words(story: Story) -> None:
    plan = PLAN | {"opening": "Good to meet you.", "closing": "Thank you."}

    saved = story.database.call("save_interview_plan", interview_id=story.interview, plan=plan)

    assert (saved["opening"], saved["closing"]) == ("Good to meet you.", "Thank you.")
    assert story.start(plan=None)["plan"]["closing"] == "Thank you."


def test_a_start_is_prepared_with_all_that_its_opening_needs(story: Story) -> None:
    prepared = story.database.call(
        "prepare_interview", interview_id=story.interview, caller_id=story.candidate
    )

    assert (prepared["kind"], prepared["status"], prepared["plan"]) == ("live", "invited", None)
    assert prepared["role"]["title"] == "Engineer"
    for caller, expected in ((story.recruiter, "PT403"), (person(story.database, "stranger"), "PT403")):
        with refused() as found:
            story.database.call("prepare_interview", interview_id=story.interview, caller_id=caller)
        assert found[0].state == expected


# ---- reading ----

PARTS = ["transcript", "recordings", "consents", "plan", "score", "signals"]


def test_each_reader_gets_what_they_may_see(talk: Story) -> None:
    def read(caller: object) -> Any:
        return talk.database.call(
            "read_talk", interview_id=talk.interview, caller_id=caller, parts=PARTS, after_sequence=0
        )

    candidate, viewer, recruiter = read(talk.candidate), read(talk.viewer), read(talk.recruiter)

    assert [candidate["reader"], viewer["reader"], recruiter["reader"]] == [
        "candidate",
        "org_viewer",
        "org_recruiter",
    ]
    assert [each["content"] for each in candidate["transcript"]] == [OPENING]
    assert (candidate["plan"], candidate["score"], candidate["signals"]) == (None, None, None)
    assert viewer["plan"]["items"] == PLAN["items"]
    assert viewer["signals"] is None
    assert recruiter["signals"] == []


def test_a_stranger_reads_nothing(talk: Story) -> None:
    stranger = person(talk.database, "stranger")
    for interview, expected in ((talk.interview, "PT403"), (uuid4(), "PT404")):
        with refused() as found:
            talk.database.call("read_talk", interview_id=interview, caller_id=stranger)
        assert found[0].state == expected


def test_reading_goes_on_where_it_stopped(talk: Story) -> None:
    talk.begin("one")
    talk.commit("one")

    rest = talk.database.call(
        "read_talk",
        interview_id=talk.interview,
        caller_id=talk.candidate,
        parts=["transcript"],
        after_sequence=2,
    )

    assert [each["sequence"] for each in rest["transcript"]] == [3]


# ---- feedback on practice ----


def test_feedback_by_rule_is_replaced_by_a_models_and_never_back(database: Database) -> None:
    candidate = person(database, "candidate")
    practice = database.value(
        "insert into public.practice_interviews (user_id, sample_role_type) "
        "values (%s, 'software-engineer') returning id",
        [candidate],
    )
    arguments = {"interview_id": practice, "caller_id": candidate}
    database.call("start_interview", opening=OPENING, plan=PLAN, **arguments)

    def keep(source: str) -> Any:
        feedback = {"source": source, "strengths": []}
        return database.call("save_practice_feedback", interview_id=practice, feedback=feedback)

    assert keep("rules") is False
    database.call("end_interview", **arguments)
    assert [keep("rules"), keep("model"), keep("rules"), keep("model")] == [True, True, False, False]
    record = database.call("practice_record", interview_id=practice)
    assert record["feedback"]["source"] == "model"
    assert [each["content"] for each in record["segments"]] == [OPENING]
