"""From the application to the invitation and back: who may move what, and who wins a race."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.integration.database.database import Database, Refusal, refused
from tests.integration.database.story import Story, invited, person

pytestmark = pytest.mark.database


@pytest.fixture
def story(database: Database) -> Story:
    return invited(database)


def move(story: Story, to_status: str, caller: UUID | None = None, **options: Any) -> Any:
    return story.database.call(
        "move_application",
        application_id=story.application,
        caller_id=caller or story.recruiter,
        to_status=to_status,
        **options,
    )


def claim(story: Story, **options: Any) -> Any:
    arguments = {"token_hash": story.token_hash, "user_id": story.candidate, "email": "kim@example.org"}
    return story.database.call("claim_invitation", **arguments | options)


# ---- applications ----


def test_racing_applications_give_one(story: Story) -> None:
    arguments = {"candidate_id": person(story.database, "other"), "job_role_id": story.job_role}
    results = story.database.race("create_application", [arguments] * 8)
    assert len([each for each in results if not isinstance(each, Refusal)]) == 1
    assert {each.code for each in results if isinstance(each, Refusal)} == {"conflict"}


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([], "PT404"), (["active", "paused"], "PT409"), (["active", "closed"], "PT409")],
)
def test_only_active_roles_take_applications(story: Story, statuses: list[str], expected: str) -> None:
    job_role = story.database.value(
        "insert into public.job_roles (organisation_id, title) values (%s, 'Other') returning id",
        [story.organisation],
    )
    for status in statuses:
        story.database.call(
            "move_job_role", job_role_id=job_role, caller_id=story.recruiter, to_status=status
        )
    with refused() as found:
        story.database.call("create_application", candidate_id=story.candidate, job_role_id=job_role)
    assert found[0].state == expected


def test_a_rejection_names_the_recruiter_and_cancels_what_has_not_started(story: Story) -> None:
    with refused() as found:
        move(story, "rejected")
    assert found[0].code == "validation_error"
    moved = move(story, "rejected", reason="The skills do not fit")
    assert moved["status_changed_by"] == str(story.recruiter)
    assert (story.status(), story.status("invitations")) == ("cancelled", "revoked")
    assert (
        story.database.value(
            "select count(*) from public.audit_log where action = 'application.rejected' and entity_id = %s "
            "and user_id = %s",
            [story.application, story.recruiter],
        )
        == 1
    )


def test_a_rejection_does_not_touch_an_interview_that_runs(story: Story) -> None:
    story.start()
    move(story, "rejected", reason="The role is filled")
    assert story.status() == "in_progress"


@pytest.mark.parametrize("who", ["viewer", "candidate", "stranger"])
def test_who_may_not_move_applications(story: Story, who: str) -> None:
    caller = person(story.database, "stranger") if who == "stranger" else getattr(story, who)
    with refused() as found:
        move(story, "rejected", caller, reason="Because")
    assert (found[0].state, found[0].code) == ("PT403", "forbidden")


def test_the_system_never_rejects(story: Story) -> None:
    for status in ("rejected", "archived", "hired", "shortlisted"):
        answer = story.database.call(
            "advance_application", application_id=story.application, to_status=status
        )
        assert not answer["reached"]
    assert story.status("applications") == "invited"


def test_a_recruiter_cannot_do_what_is_the_systems(story: Story) -> None:
    with refused() as found:
        move(story, "interviewing")
    assert (found[0].state, found[0].code) == ("PT403", "forbidden")
    with refused() as found:
        move(story, "hired")
    assert (found[0].state, found[0].code) == ("PT409", "invalid_transition")


def test_of_two_who_saw_the_same_status_one_loses(story: Story) -> None:
    arguments = {
        "application_id": story.application,
        "caller_id": story.recruiter,
        "expected_status": "invited",
        "reason": "Because",
    }
    results = story.database.race(
        "move_application", [arguments | {"to_status": each} for each in ("rejected", "archived") * 3]
    )
    winners = [each for each in results if not isinstance(each, Refusal)]
    assert len(winners) == 1
    assert {each.code for each in results if isinstance(each, Refusal)} == {"conflict"}


def test_a_withdrawal_ends_what_runs(story: Story) -> None:
    story.start()
    answer = story.database.call(
        "withdraw_application", application_id=story.application, caller_id=story.candidate
    )
    assert "match_score" not in answer
    assert (story.status(), story.status("applications")) == ("cancelled", "archived")
    assert (
        story.database.value("select end_reason from public.interviews where id = %s", [story.interview])
        == "withdrawn"
    )
    with refused() as found:
        story.database.call(
            "withdraw_application", application_id=story.application, caller_id=story.candidate
        )
    assert found[0].code == "invalid_transition"


def test_closing_a_role_cancels_interviews_not_yet_started(story: Story) -> None:
    story.database.call(
        "move_job_role", job_role_id=story.job_role, caller_id=story.recruiter, to_status="paused"
    )
    assert story.status() == "invited"
    closed = story.database.call(
        "move_job_role", job_role_id=story.job_role, caller_id=story.recruiter, to_status="closed"
    )
    assert closed["cancelled_interviews"] == 1
    assert (story.status(), story.status("applications")) == ("cancelled", "screening")


def test_only_closed_roles_are_deleted(story: Story) -> None:
    with refused() as found:
        story.database.run("delete from public.job_roles where id = %s", [story.job_role])
    assert found[0].code == "conflict"


def test_a_changed_rubric_counts_up_its_version(story: Story) -> None:
    for weights in (
        '{"a": {"weight": 1}}',
        '{"a": {"weight": 1}}',
        '{"a": {"weight": 0.6}, "b": {"weight": 0.4}}',
    ):
        story.database.run(
            "update public.job_roles set scoring_rubric = %s where id = %s", [weights, story.job_role]
        )
    version = "select rubric_version from public.job_roles where id = %s"
    assert story.database.value(version, [story.job_role]) == 3
    with pytest.raises(psycopg.errors.CheckViolation):
        story.database.run(
            'update public.job_roles set scoring_rubric = \'{"a": {"weight": 0.9}}\' where id = %s',
            [story.job_role],
        )


@pytest.mark.parametrize(
    "change", ["delete from public.org_users", "update public.org_users set role = 'org_viewer'"]
)
def test_the_last_admin_stays(story: Story, change: str) -> None:
    with refused() as found:
        story.database.run(f"{change} where user_id = %s", [story.admin])
    assert found[0] == Refusal("PT409", "conflict", "the last admin stays")


def test_an_interview_is_cancelled_by_recruiters_before_and_by_the_system_after_its_start(
    database: Database,
) -> None:
    for running, caller, refusal in (
        (False, "recruiter", None),
        (False, "candidate", "PT403"),
        (True, "recruiter", "PT400"),
        (True, None, None),
    ):
        story = invited(database)
        if running:
            story.start()
        who = {"caller_id": getattr(story, caller)} if caller else {}
        if refusal:
            with refused() as found:
                database.call("cancel_interview", interview_id=story.interview, **who)
            assert found[0].state == refusal
        else:
            database.call("cancel_interview", interview_id=story.interview, **who)
            assert (story.status(), story.status("applications")) == ("cancelled", "screening")


# ---- invitations ----


def test_a_live_invitation_is_given_back_never_doubled(story: Story) -> None:
    arguments = {
        "application_id": story.application,
        "caller_id": story.recruiter,
        "candidate_email": "kim@example.org",
    }
    results = story.database.race(
        "create_invitation", [arguments | {"token_hash": uuid4().hex * 2} for _ in range(6)]
    )
    assert {each["id"] for each in results} == {str(story.invitation)}
    assert not any(each["created"] for each in results)
    assert "token_hash" not in results[0]


def test_reports_of_the_mail_provider_come_in_any_order(story: Story) -> None:
    def report(status: str) -> tuple[str, bool]:
        answer = story.database.call("advance_invitation", invitation_id=story.invitation, to_status=status)
        return answer["status"], answer["changed"]

    assert report("delivered") == ("delivered", True)
    assert report("sent") == ("delivered", False)
    assert report("bounced") == ("delivered", False)
    assert report("opened") == ("opened", True)
    assert report("delivered") == ("opened", False)


def test_the_public_page_says_nothing_about_a_bad_token(story: Story) -> None:
    page = story.database.call("open_invitation", token_hash=story.token_hash)
    assert (page["duration_minutes"], page["question_count"], page["interview_unlocked"]) == (15, 6, True)
    assert page["job_role"]["organisation"] == {"name": "Company"}
    assert story.status("invitations") == "opened"
    assert story.database.call("open_invitation", token_hash=uuid4().hex * 2) is None
    story.database.call("revoke_invitation", invitation_id=story.invitation, caller_id=story.recruiter)
    assert story.database.call("open_invitation", token_hash=story.token_hash) is None
    assert (story.status(), story.status("applications")) == ("cancelled", "screening")


def test_a_new_token_kills_the_old_one(story: Story) -> None:
    fresh = uuid4().hex * 2
    story.database.call(
        "renew_invitation", invitation_id=story.invitation, caller_id=story.recruiter, token_hash=fresh
    )
    assert story.database.call("open_invitation", token_hash=story.token_hash) is None
    assert story.database.call("open_invitation", token_hash=fresh) is not None


def test_of_eight_racing_claims_one_wins(story: Story) -> None:
    arguments = {"token_hash": story.token_hash, "user_id": story.candidate, "email": "KIM@example.org"}
    results = story.database.race("claim_invitation", [arguments] * 8)
    winners = [each for each in results if not isinstance(each, Refusal)]
    assert [each["application_id"] for each in winners] == [str(story.application)]
    assert {each.code for each in results if isinstance(each, Refusal)} == {"conflict"}
    assert story.status("invitations") == "claimed"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"email": "other@example.org"}, ("PT409", "conflict")),
        ({"token_hash": "f" * 64}, ("PT404", "not_found")),
    ],
)
def test_claims_that_do_not_fit(story: Story, options: dict[str, Any], expected: tuple[str, str]) -> None:
    with refused() as found:
        claim(story, **options)
    assert (found[0].state, found[0].code) == expected


def test_another_account_claims_only_from_a_dormant_one(story: Story) -> None:
    newcomer = person(story.database, "newcomer")
    with refused() as found:
        claim(story, user_id=newcomer)
    assert found[0] == Refusal("PT409", "conflict", "the application belongs to another account")
    story.database.run(
        "insert into public.candidate_profiles (user_id, password_setup_required) values (%s, true)",
        [story.candidate],
    )
    assert claim(story, user_id=newcomer)["user_id"] == str(newcomer)


def test_an_expired_invitation_is_gone_and_takes_its_interview_along(story: Story) -> None:
    story.database.run(
        "update public.invitations set expires_at = now() - interval '1 s' where id = %s", [story.invitation]
    )
    with refused() as found:
        claim(story)
    assert (found[0].state, found[0].code) == ("PT410", "invitation_expired")
    assert story.database.call("expire_due_invitations") == 1
    assert story.database.call("expire_due_invitations") == 0
    assert (story.status(), story.status("invitations"), story.status("applications")) == (
        "expired",
        "expired",
        "screening",
    )


def test_an_invitation_does_not_expire_under_an_interview_that_runs(story: Story) -> None:
    story.start()
    story.database.run(
        "update public.invitations set expires_at = now() - interval '1 s' where id = %s", [story.invitation]
    )
    assert story.database.call("expire_due_invitations") == 0
    assert story.begin("one")["turn_id"] == "one"


def test_a_second_interview_is_granted_by_a_person_with_a_reason(story: Story) -> None:
    story.start()
    story.end(story.candidate)
    with refused() as found:
        story.database.call(
            "create_invitation",
            application_id=story.application,
            caller_id=story.recruiter,
            token_hash=uuid4().hex * 2,
            candidate_email="kim@example.org",
        )
    assert found[0].code == "conflict"
    with refused() as found:
        move(story, "invited")
    assert found[0].code == "validation_error"
    move(story, "invited", reason="The line was bad")
    again = story.database.call(
        "create_invitation",
        application_id=story.application,
        caller_id=story.recruiter,
        token_hash=uuid4().hex * 2,
        candidate_email="kim@example.org",
        expires_at=datetime.now(UTC) + timedelta(days=7),
    )
    assert again["interview_id"] != str(story.interview)


def test_a_confirmed_profile_unlocks(database: Database) -> None:
    story = invited(database, profile_completion_required=True, claim_required=True)
    claim(story)
    with refused() as found:
        story.start()
    assert found[0] == Refusal("PT409", "interview_locked", "the profile is not confirmed")
    database.run("insert into public.candidate_profiles (user_id) values (%s)", [story.candidate])
    confirmed = database.call("confirm_profile", caller_id=story.candidate)
    assert confirmed["profile_review_status"] == "confirmed"
    assert story.start()["status"] == "in_progress"


# ---- consent, signals, recordings ----


def consent(story: Story, *, granted: bool = True) -> Any:
    return story.database.call(
        "record_consent",
        interview_id=story.interview,
        caller_id=story.candidate,
        granted=granted,
        text_version="1",
        text_hash="a" * 64,
        locale="en-AU",
        ip_address="192.0.2.7",
    )


RECORD = "insert into public.recordings (interview_id, consent_id) values (%s, %s)"


def test_recording_without_a_standing_consent_is_impossible(story: Story) -> None:
    given = consent(story)
    refusing = consent(story, granted=False)
    for each in (given, refusing):
        with refused() as found:
            story.database.run(RECORD, [story.interview, each["id"]])
        assert (found[0].state, found[0].code) == ("PT409", "consent_required")
    story.database.run(RECORD, [story.interview, consent(story)["id"]])


def test_a_consent_for_another_interview_does_not_count(story: Story) -> None:
    other = consent(invited(story.database))
    with refused() as found:
        story.database.run(RECORD, [story.interview, other["id"]])
    assert found[0].code == "consent_required"


def test_signals_are_for_the_candidate_of_a_running_interview(story: Story) -> None:
    sent = {"signals": [{"type": "tab_switch", "occurred_at": "2026-01-01T10:00:00Z"}] * 3}
    own = {"interview_id": story.interview, "caller_id": story.candidate}
    with refused() as found:
        story.database.call("append_signals", **own, **sent)
    assert found[0].state == "PT400"
    story.start()
    assert story.database.call("append_signals", **own, **sent) == 3
    with refused() as found:
        story.database.call("append_signals", interview_id=story.interview, caller_id=story.recruiter, **sent)
    assert found[0].state == "PT403"


def test_recording_events_in_any_order_end_the_same(story: Story) -> None:
    recording = story.database.value(f"{RECORD} returning id", [story.interview, consent(story)["id"]])

    def report(status: str) -> tuple[str, bool]:
        answer = story.database.call("advance_recording", recording_id=recording, to_status=status)
        return answer["status"], answer["changed"]

    assert report("processing") == ("processing", True)
    assert report("stopped") == ("processing", False)
    story.database.run(
        "update public.recordings set blob_path = %s, sha256 = repeat('a', 64) where id = %s",
        [f"interview-recordings/{recording}.wav", recording],
    )
    assert report("completed") == ("completed", True)
    assert report("processing") == ("completed", False)


def test_people_are_found_by_their_address_and_members_listed_for_members(story: Story) -> None:
    members = story.database.call("list_members", organisation_id=story.organisation, caller_id=story.viewer)
    assert {each["role"]: each["user_id"] for each in members} == {
        "org_admin": str(story.admin),
        "org_recruiter": str(story.recruiter),
        "org_viewer": str(story.viewer),
    }
    address = next(each["email"] for each in members if each["role"] == "org_admin")
    assert story.database.call("find_user_by_email", email=address.upper()) == story.admin
    with refused() as refusals:
        story.database.call("list_members", organisation_id=story.organisation, caller_id=story.candidate)
    assert refusals[0].code == "forbidden"


@pytest.mark.parametrize("order", [["connected", "disconnected"], ["disconnected", "connected", "connected"]])
def test_call_events_in_any_order_end_the_same(story: Story, order: list[str]) -> None:
    call_id = story.database.value(
        "insert into public.calls (interview_id) values (%s) returning id", [story.interview]
    )
    for status in order:
        story.database.call("advance_call", call_id=call_id, to_status=status)
    row = story.database.rows(
        "select status, connected_at is not null, ended_at is not null from public.calls where id = %s",
        [call_id],
    )
    assert row == [("disconnected", True, True)]


def test_everything_at_once_waits_for_nobody_in_a_ring(story: Story) -> None:
    """Moves that touch the same rows lock them in one order: no deadlock, whoever wins."""
    stories = [story, *(invited(story.database) for _ in range(3))]
    calls: list[tuple[str, dict[str, Any]]] = []
    for each in stories:
        own = {"interview_id": each.interview, "caller_id": each.candidate}
        calls += [
            (
                "start_interview",
                own | {"opening": "Hello", "plan": {"items": [{}], "content_hash": "a" * 64}},
            ),
            (
                "claim_invitation",
                {"token_hash": each.token_hash, "user_id": each.candidate, "email": "kim@example.org"},
            ),
            (
                "move_application",
                {
                    "application_id": each.application,
                    "caller_id": each.recruiter,
                    "to_status": "rejected",
                    "reason": "Because",
                },
            ),
            ("revoke_invitation", {"invitation_id": each.invitation, "caller_id": each.recruiter}),
            (
                "move_job_role",
                {"job_role_id": each.job_role, "caller_id": each.recruiter, "to_status": "closed"},
            ),
            ("open_invitation", {"token_hash": each.token_hash}),
            ("expire_due_invitations", {}),
            ("end_interview", {"interview_id": each.interview, "caller_id": each.recruiter}),
        ]

    def one(named: tuple[str, dict[str, Any]]) -> str:
        try:
            story.database.call(named[0], **named[1])
        except psycopg.Error as error:
            return error.sqlstate or ""
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        results = list(pool.map(one, calls))
    assert {each for each in results if each != "done" and not each.startswith("PT4")} == set()
