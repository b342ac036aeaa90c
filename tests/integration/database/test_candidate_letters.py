"""Letters around an interview: owed once, sent only while they hold. Invitations that somebody watches."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.database.database import Database
from tests.integration.database.story import Story, invited

pytestmark = pytest.mark.database


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


def owe(story: Story, kind: str, about: datetime) -> UUID:
    owed: UUID = story.database.call("owe_letter", interview_id=story.interview, kind=kind, about=about)
    return owed


def claim(story: Story, letter: UUID) -> Any:
    return story.database.call("claim_candidate_letter", letter_id=letter)


def status(story: Story, letter: UUID) -> str:
    return str(story.database.value("select status from public.candidate_letters where id = %s", [letter]))


def expires_at(story: Story) -> datetime:
    found: datetime = story.database.value(
        "select expires_at from public.invitations where id = %s", [story.invitation]
    )
    return found


def scheduled(story: Story, at: datetime) -> datetime:
    story.database.call(
        "schedule_interview", interview_id=story.interview, caller_id=story.candidate, scheduled_at=at
    )
    return at


def test_a_letter_is_owed_once(story: Story) -> None:
    about = expires_at(story)

    assert owe(story, "expiring", about) == owe(story, "expiring", about)
    assert owe(story, "expiring", about) != owe(story, "expiring", about + timedelta(days=7))


def test_thanks_are_owed_for_what_was_held(story: Story) -> None:
    assert story.database.call("owe_thanks", interview_id=story.interview) is None
    story.start()
    story.end(story.candidate)
    letter = story.database.call("owe_thanks", interview_id=story.interview)

    assert letter == story.database.call("owe_thanks", interview_id=story.interview)
    facts = claim(story, letter)
    assert (facts["kind"], facts["candidate_email"], facts["role_title"]) == (
        "thanks",
        "kim@example.org",
        "Engineer",
    )
    assert facts["language"] == "en-AU"


def test_who_has_withdrawn_is_told_no_more(story: Story) -> None:
    story.start()
    story.end(story.candidate)
    letter = story.database.call("owe_thanks", interview_id=story.interview)
    story.database.call("withdraw_application", application_id=story.application, caller_id=story.candidate)

    assert claim(story, letter) is None
    assert status(story, letter) == "dropped"


def test_a_claimed_letter_is_nobody_elses_until_it_is_due_again(story: Story) -> None:
    letter = owe(story, "expiring", expires_at(story))

    assert claim(story, letter)["letter_id"] == str(letter)
    assert claim(story, letter) is None
    assert story.database.call("settle_candidate_letter", letter_id=letter, to_status="sent")
    assert not story.database.call("settle_candidate_letter", letter_id=letter, to_status="refused")
    assert status(story, letter) == "sent"


def test_a_reminder_is_dropped_once_the_interview_has_begun(story: Story) -> None:
    letter = owe(story, "expiring", expires_at(story))
    story.start()

    assert claim(story, letter) is None
    assert status(story, letter) == "dropped"


def test_a_reminder_of_a_time_that_was_moved_is_dropped(story: Story) -> None:
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (2, 30))
    first = owe(story, "upcoming", scheduled(story, soon))
    second = owe(story, "upcoming", scheduled(story, later))

    assert (claim(story, first), status(story, first)) == (None, "dropped")
    assert claim(story, second)["scheduled_at"] is not None


def test_nothing_is_owed_for_what_is_gone(story: Story) -> None:
    gone = story.database.call("owe_letter", interview_id=uuid4(), kind="thanks", about=datetime.now(UTC))

    assert gone is None


def test_a_look_at_an_invitation_tells_whether_it_is_open(story: Story) -> None:
    watched = story.database.call("watch_invitation", invitation_id=story.invitation)
    story.start()
    begun = story.database.call("watch_invitation", invitation_id=story.invitation)

    assert (watched["is_open"], watched["scheduled_at"]) == (True, None)
    assert not begun["is_open"]
    assert story.database.call("watch_invitation", invitation_id=uuid4()) is None


def test_an_invitation_expires_when_its_time_is_over_and_not_before(story: Story) -> None:
    early = story.database.call("expire_invitation", invitation_id=story.invitation)
    story.database.run(
        "update public.invitations set expires_at = now() - interval '1 second' where id = %s",
        [story.invitation],
    )
    due = [story.database.call("expire_invitation", invitation_id=story.invitation) for _ in range(2)]

    assert (early, due) == (False, [True, False])
    assert (story.status(), story.status("invitations")) == ("expired", "expired")
