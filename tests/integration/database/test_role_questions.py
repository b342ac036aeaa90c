"""The questions of a role: settled once, edited until somebody was asked, reported for parity."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database, refused
from tests.integration.database.story import OPENING, Story, invited

FINGERPRINT = "f" * 64


def questions(origin: str = "composed", start: int = 1) -> dict[str, Any]:
    items = [{"order": number, "text": f"Question {start + number}?"} for number in range(1, 4)]
    return {"origin": origin, "items": items, "content_hash": f"{start:x}".rjust(64, "0")}


def keep(story: Story, kept: dict[str, Any], fingerprint: str = FINGERPRINT, **more: Any) -> Any:
    return story.database.call(
        "keep_role_questions",
        job_role_id=story.job_role,
        fingerprint=fingerprint,
        questions=kept,
        **more,
    )


def current(story: Story, fingerprint: str = FINGERPRINT) -> Any:
    return story.database.call("role_questions", job_role_id=story.job_role, fingerprint=fingerprint)


def ask(story: Story, kept: dict[str, Any]) -> None:
    """Begin the interview with these questions."""
    story.database.call(
        "start_interview",
        interview_id=story.interview,
        caller_id=story.candidate,
        opening=OPENING,
        plan={"items": kept["items"], "content_hash": kept["content_hash"]},
        progress={"asked": [1], "questions_asked": 1},
    )


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


def test_a_role_without_questions_has_none(story: Story) -> None:
    assert current(story) is None


def test_whoever_settles_the_questions_first_settles_them_for_all(story: Story) -> None:
    first = keep(story, questions())

    again = keep(story, questions(start=5))

    assert (first["kept"], first["version"]) == (True, 1)
    assert (again["kept"], again["version"]) == (False, 1)
    assert again["items"] == first["items"]
    assert current(story)["items"] == first["items"]


def test_a_model_may_work_on_what_was_only_composed_and_once(story: Story) -> None:
    keep(story, questions())

    better = keep(story, questions("model", start=5))
    late = keep(story, questions("model", start=9))

    assert (better["kept"], better["version"]) == (True, 2)
    assert (late["kept"], late["version"]) == (False, 2)


def test_a_role_that_says_something_else_gets_other_questions(story: Story) -> None:
    keep(story, questions())

    assert current(story, "e" * 64) is None
    assert keep(story, questions(start=5), "e" * 64)["version"] == 2
    assert current(story) is None


def test_a_recruiter_edits_the_version_that_was_read(story: Story) -> None:
    keep(story, questions())

    edited = keep(story, questions("edited", start=5), caller_id=story.recruiter, expected_version=1)

    assert (edited["version"], edited["origin"]) == (2, "edited")
    with refused() as found:
        keep(story, questions("edited", start=9), caller_id=story.recruiter, expected_version=1)
    assert (found[0].state, found[0].code) == ("PT409", "conflict")
    audited = story.database.value(
        "select count(*) from public.audit_log where action = 'job_role.updated' and entity_id = %s",
        [story.job_role],
    )
    assert audited == 1


def test_the_same_edit_twice_has_one_effect(story: Story) -> None:
    first, second = (keep(story, questions("edited"), caller_id=story.recruiter) for _ in range(2))

    assert (first["version"], first["kept"]) == (1, True)
    assert (second["version"], second["kept"]) == (1, False)


def test_what_was_edited_is_not_overwritten_by_the_system(story: Story) -> None:
    keep(story, questions("edited"), caller_id=story.recruiter)

    assert keep(story, questions("model", start=5))["kept"] is False


def test_questions_stand_once_a_candidate_was_asked_them(story: Story) -> None:
    kept = questions()
    keep(story, kept)
    ask(story, kept)

    assert current(story)["used"]
    assert keep(story, questions("model", start=5))["kept"] is False
    with refused() as found:
        keep(story, questions("edited", start=5), caller_id=story.recruiter)
    assert (found[0].state, found[0].code) == ("PT409", "conflict")
    # the role says something else now: that is another interview
    assert keep(story, questions("edited", start=5), "e" * 64, caller_id=story.recruiter)["kept"]


@pytest.mark.parametrize("who", ["viewer", "candidate"])
def test_who_may_not_edit(story: Story, who: str) -> None:
    with refused() as found:
        keep(story, questions("edited"), caller_id=getattr(story, who))

    assert (found[0].state, found[0].code) == ("PT403", "forbidden")


def test_an_unknown_role_has_no_questions_to_keep(story: Story) -> None:
    with refused() as found:
        story.database.call(
            "keep_role_questions", job_role_id=uuid4(), fingerprint=FINGERPRINT, questions=questions()
        )

    assert (found[0].state, found[0].code) == ("PT404", "not_found")


def test_interviews_that_were_not_begun_are_found(story: Story) -> None:
    def unstarted() -> Any:
        return story.database.call("unstarted_interviews", job_role_id=story.job_role)

    assert [UUID(each) for each in unstarted()] == [story.interview]
    ask(story, questions())
    assert unstarted() == []


def test_planning_is_told_of_the_role_and_of_skills_and_of_nothing_else(story: Story) -> None:
    brief = story.database.call("planning_brief", interview_id=story.interview)

    assert set(brief) == {"role", "status", "skills"}
    assert set(brief["role"]) == {"job_role_id", "title", "requirements", "interview_structure"}
    assert brief["role"]["job_role_id"] == str(story.job_role)
    assert story.database.call("planning_brief", interview_id=uuid4()) is None


def test_parity_tells_who_was_asked_what(story: Story) -> None:
    kept = questions()
    ask(story, kept)
    story.end(story.candidate)

    (told,) = story.database.call("role_parity", job_role_id=story.job_role)

    assert told["interview_id"] == str(story.interview)
    assert told["asked"] == [1]
    assert [each["order"] for each in told["questions"]] == [1, 2, 3]
    assert told["end_reason"] == "ended_by_candidate"
    assert len(told["core"]) == 64


def test_a_probe_does_not_make_another_question(story: Story) -> None:
    kept = questions()
    hinted = {**kept, "items": [{**item, "follow_up_hint": "Ask for Rust."} for item in kept["items"]]}
    keep(story, kept)
    ask(story, hinted)

    assert current(story)["used"]
