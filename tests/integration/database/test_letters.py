"""Letters that are owed: taken up by one at a time, repeated until the provider has them, never doubled."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.database.database import Database, Refusal, become, refused
from tests.integration.database.story import Story, invited, person

pytestmark = pytest.mark.database


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


def a_hash() -> str:
    return uuid4().hex * 2


def owe(story: Story) -> None:
    """A letter is due now, whatever was."""
    story.database.run(
        "update public.invitations set letter_due_at = now(), letter_attempts = 0 where id = %s",
        [story.invitation],
    )


def take(story: Story, token_hash: str | None = None) -> Any:
    return story.database.call(
        "claim_letter", token_hash=token_hash or a_hash(), invitation_id=story.invitation
    )


def of(story: Story, column: str) -> Any:
    return story.database.value(f"select {column} from public.invitations where id = %s", [story.invitation])


def test_a_new_invitation_owes_a_letter_and_tells_what_stands_in_it(database: Database) -> None:
    told = invited(database)
    owe(told)

    letter = take(told, "d" * 64)

    assert letter["candidate_email"] == "kim@example.org"
    assert (letter["role_title"], letter["organisation_name"]) == ("Engineer", "Company")
    assert (letter["duration_minutes"], letter["question_count"]) == (15, 6)
    assert of(told, "token_hash") == "d" * 64
    assert of(told, "mail_operation_id") == letter["operation_id"]


def test_of_eight_who_reach_for_a_letter_one_gets_it(story: Story) -> None:
    owe(story)
    calls = [{"token_hash": a_hash(), "invitation_id": story.invitation} for _ in range(8)]

    taken = [each for each in story.database.race("claim_letter", calls) if each is not None]

    assert len(taken) == 1
    assert take(story) is None


def test_a_letter_that_nobody_confirmed_is_due_again_in_growing_pauses(story: Story) -> None:
    owe(story)
    pauses = []
    for _ in range(7):
        assert take(story)
        pauses.append(round(of(story, "extract(epoch from letter_due_at - clock_timestamp()) / 60")))
        story.database.run(
            "update public.invitations set letter_due_at = now() where id = %s", [story.invitation]
        )

    assert pauses == [2, 4, 8, 16, 32, 60, 60]


def test_a_confirmed_letter_is_owed_no_more(story: Story) -> None:
    owe(story)
    letter = take(story)

    story.database.call(
        "advance_invitation",
        invitation_id=story.invitation,
        to_status="sent",
        mail_operation_id=letter["operation_id"],
    )

    assert of(story, "letter_due_at") is None
    assert story.status("invitations") == "sent"


def test_what_is_said_of_an_overtaken_letter_counts_for_nothing(story: Story) -> None:
    owe(story)
    first = take(story)
    story.database.call(
        "renew_invitation", invitation_id=story.invitation, caller_id=story.recruiter, token_hash=a_hash()
    )
    second = take(story)

    story.database.call(
        "advance_invitation",
        invitation_id=story.invitation,
        to_status="sent",
        mail_operation_id=first["operation_id"],
    )
    late = story.database.call("report_letter", operation_id=first["operation_id"], to_status="bounced")

    assert late == {"changed": False}
    assert of(story, "mail_operation_id") == second["operation_id"]
    assert of(story, "letter_due_at") is not None


def test_reports_come_twice_late_and_before_the_confirmation(story: Story) -> None:
    owe(story)
    letter = take(story)
    report = {"operation_id": letter["operation_id"], "to_status": "delivered"}

    answers = [story.database.call("report_letter", **report) for _ in range(2)]
    late = story.database.call("report_letter", operation_id=letter["operation_id"], to_status="bounced")

    assert [each["changed"] for each in answers] == [True, False]
    assert (late["changed"], late["status"]) == (False, "delivered")
    assert of(story, "letter_due_at") is None
    assert story.database.call("report_letter", operation_id="unknown", to_status="bounced") == {
        "changed": False
    }


def test_no_letter_is_sent_for_what_is_past_its_time(story: Story) -> None:
    owe(story)
    story.database.run(
        "update public.invitations set expires_at = now() - interval '1 s' where id = %s", [story.invitation]
    )

    assert take(story) is None


def test_no_letter_is_sent_for_what_is_revoked(story: Story) -> None:
    owe(story)
    story.database.call("revoke_invitation", invitation_id=story.invitation, caller_id=story.recruiter)

    assert take(story) is None


def test_no_letter_is_sent_once_the_interview_runs_and_none_can_be_asked_for(story: Story) -> None:
    owe(story)
    story.start()

    assert take(story) is None
    with refused() as found:
        story.database.call(
            "renew_invitation", invitation_id=story.invitation, caller_id=story.recruiter, token_hash=a_hash()
        )
    assert found[0].state == "PT409"


def test_sending_again_never_shortens_the_life(story: Story) -> None:
    story.database.run(
        "update public.invitations set expires_at = now() + interval '20 days' where id = %s",
        [story.invitation],
    )

    story.database.call(
        "renew_invitation", invitation_id=story.invitation, caller_id=story.recruiter, token_hash=a_hash()
    )

    assert of(story, "expires_at > now() + interval '19 days'")


def test_looking_for_the_next_letter_passes_by_those_of_what_is_over(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("set local enable_seqscan = off")
        plan = connection.execute(
            "explain select id from public.invitations where letter_due_at <= now() "
            "and status in ('pending', 'sent', 'delivered', 'bounced', 'opened') order by letter_due_at, id"
        ).fetchall()

    assert "invitations_letter_due_idx" in str(plan)
    assert "Filter" not in str(plan)


# ---- the pace ----


def test_a_minute_and_an_hour_let_through_what_they_may_and_no_more(database: Database) -> None:
    database.run("delete from private.letter_slots")
    call = {"per_minute": 3, "per_hour": 5}

    waits = database.race("take_letter_slot", [call] * 8)

    assert sorted(waits)[:3] == [0, 0, 0]
    assert all(40 < each <= 60 for each in sorted(waits)[3:])  # some came late
    database.run("update private.letter_slots set taken_at = taken_at - interval '61 seconds'")
    assert [database.call("take_letter_slot", **call) for _ in range(2)] == [0, 0]
    assert 3400 < database.call("take_letter_slot", **call) <= 3600
    database.run("update private.letter_slots set taken_at = taken_at - interval '61 minutes'")
    assert database.call("take_letter_slot", **call) == 0
    assert database.value("select count(*) from private.letter_slots") == 1


# ---- a claim is checked before an account is touched ----


def check(story: Story, **options: Any) -> Any:
    arguments = {"token_hash": story.token_hash, "email": "KIM@example.org"} | options
    return story.database.call("check_claim", **arguments)


def sleep_on(story: Story) -> None:
    story.database.run(
        "insert into public.candidate_profiles (user_id, password_setup_required) values (%s, true)",
        [story.candidate],
    )


def test_the_check_names_the_dormant_account_and_changes_nothing(story: Story) -> None:
    sleep_on(story)

    assert check(story) == story.candidate
    assert story.status("invitations") == "sent"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"token_hash": "f" * 64}, ("PT404", "not_found")),
        ({"email": "other@example.org"}, ("PT409", "conflict")),
    ],
)
def test_the_check_refuses_what_does_not_fit(
    story: Story, options: dict[str, Any], expected: tuple[str, str]
) -> None:
    sleep_on(story)
    with refused() as found:
        check(story, **options)

    assert (found[0].state, found[0].code) == expected


def test_an_account_in_use_is_never_woken(story: Story) -> None:
    with refused() as found:
        check(story)

    assert found[0] == Refusal("PT409", "conflict", "sign in with your account to claim the invitation")


def test_a_name_is_set_only_where_there_is_none(story: Story) -> None:
    sleep_on(story)
    for first in ("Kim", "Other"):
        story.database.call("name_candidate", user_id=story.candidate, first_name=first, last_name="Lee")

    assert story.database.rows(
        "select first_name, last_name from public.candidate_profiles where user_id = %s", [story.candidate]
    ) == [("Kim", "Lee")]


# ---- what people change of themselves leaves a trace ----


def test_changes_of_a_profile_are_told_by_field_and_never_by_content(database: Database) -> None:
    someone = person(database, "someone")
    with database.connect() as connection:
        become(connection, "authenticated", someone)
        connection.execute(
            "insert into public.candidate_profiles (user_id, first_name) values (%s, 'Kim')", [someone]
        )
        connection.execute("update public.candidate_profiles set phone = '1', profile_visibility = 'hidden'")
        connection.execute("update public.candidate_profiles set phone = '1'")
        connection.execute("insert into public.candidate_skills (skill_name) values ('Python')")
        connection.execute("delete from public.candidate_skills")

    told = database.rows(
        "select action, new_values from public.audit_log where user_id = %s order by sequence", [someone]
    )
    assert told == [
        ("candidate.visibility_changed", {"profile_visibility": "hidden"}),
        ("candidate.profile_updated", {"fields": ["phone"]}),
        ("candidate.profile_updated", {"fields": ["skills"]}),
        ("candidate.profile_updated", {"fields": ["skills"]}),
    ]


def test_what_the_service_changes_is_not_told_as_the_persons(database: Database) -> None:
    someone = person(database, "someone")
    with database.connect() as connection:
        connection.execute("set local role service_role")
        connection.execute("insert into public.candidate_profiles (user_id) values (%s)", [someone])
        connection.execute("update public.candidate_profiles set phone = '1' where user_id = %s", [someone])

    assert database.rows("select from public.audit_log where user_id = %s", [someone]) == []
