"""The interview over HTTP: a whole talk, its faults, and who is refused what."""

import time
from typing import Any

import httpx
import pytest

from tests.e2e.talk import ANSWERS, chat, events, planned, start, stream, talk_to_the_end
from tests.invited import CLOSING, PLAN, QUESTIONS, Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]


@pytest.fixture
def case(supabase: SupabaseStack) -> Invited:
    return invited(supabase)


def test_a_whole_interview(client: httpx.Client, case: Invited, simulators: Simulators) -> None:
    begun = start(client, case).json()
    assert (begun["status"], begun["resumed"]) == ("in_progress", False)
    assert "I am an AI interviewer" in begun["opening_message"]
    assert "people decide" in begun["opening_message"]
    assert begun["opening_message"].endswith(QUESTIONS[0])
    assert begun["progress"] == {
        "questions_asked": 1,
        "questions_total": 6,
        "phase": "introduction",
        "seconds_left": begun["progress"]["seconds_left"],
        "finished": False,
    }

    turns = talk_to_the_end(client, case)

    asked = [order for turn in turns for order in planned(turn["response"])]
    assert asked == [2, 3, 4, 5, 6]
    assert [turn["response"] for turn in turns if turn["degraded"]] == []
    assert CLOSING in turns[-1]["response"]
    phases = [turn["progress"]["phase"] for turn in turns]
    assert phases == sorted(phases, key=["introduction", "technical", "behavioural", "closing"].index)

    seen = client.get(f"/api/v1/interview/{case.interview_id}", headers=case.candidate.headers).json()
    assert (seen["status"], seen["end_reason"]) == ("completed", "finished")
    assert [each["content"] for each in seen["transcript"] if each["speaker"] == "interviewer"] == [
        begun["opening_message"],
        *(turn["response"] for turn in turns),
    ]
    assert [each["sequence"] for each in seen["transcript"]] == list(range(1, 2 * len(turns) + 2))
    assert not {"score", "plan", "anti_cheat_signals", "findings"} & set(seen)
    held = client.get(f"/api/v1/interview/{case.interview_id}", headers=case.viewer.headers).json()
    assert held["degraded_turns"] == 0
    assert held["tokens_used"] > 0
    assert all(each["quote"] in " ".join(ANSWERS) for each in held["competencies_covered"])
    assert case.run("select status from public.applications where id = %s", case.application_id) == (
        "interviewed"
    )
    again = chat(client, case, "One more thing.")
    assert (again.status_code, again.json()["code"]) == (400, "interview_not_in_progress")
    assert "not in progress" in again.json()["detail"]


def test_the_same_turn_again_is_the_same_reply(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    start(client, case)
    first = chat(client, case, ANSWERS[0], "t-1").json()

    again = chat(client, case, "Something else.", "t-1").json()
    pieces, streamed = stream(client, case, "Something else.", "t-1")

    assert {**again, "progress": None} == {**first, "progress": None} == {**streamed, "progress": None}
    assert len(pieces) > 1
    assert len(case.transcript) == 3


def test_who_hangs_up_in_the_middle_finds_the_reply(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    simulators.options(token_delay=0.03)
    start(client, case)
    body = {"interview_id": str(case.interview_id), "message": ANSWERS[0], "turn_id": "t-1"}
    with client.stream(
        "POST", "/api/v1/interview/chat/stream", headers=case.candidate.headers, json=body
    ) as response:
        next(events(response))

    deadline = time.monotonic() + 10
    while (found := chat(client, case, ANSWERS[0], "t-1")).status_code == 409:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    simulators.options(token_delay=0)

    assert found.status_code == 200
    assert [speaker for speaker, _ in case.transcript] == ["interviewer", "candidate", "interviewer"]
    assert case.transcript[-1][1] == found.json()["response"]


def test_a_second_start_is_the_same_interview(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    first = start(client, case, mode="voice", language="en-GB").json()
    reply = chat(client, case, ANSWERS[0]).json()

    again = start(client, case).json()

    assert (again["resumed"], again["started_at"]) == (True, first["started_at"])
    assert (again["mode"], again["language"]) == ("voice", "en-GB")
    assert again["opening_message"] == first["opening_message"]
    assert (again["last_message"], again["open_turn_id"]) == (reply["response"], None)
    assert again["progress"]["questions_asked"] == reply["progress"]["questions_asked"]
    assert len(case.transcript) == 3


def test_an_interview_without_a_plan_makes_one_at_its_start(
    client: httpx.Client, supabase: SupabaseStack, simulators: Simulators
) -> None:
    case = invited(supabase, plan=None)

    begun = start(client, case)

    assert begun.status_code == 200
    assert begun.json()["progress"]["questions_total"] == 6
    plan = client.get(f"/api/v1/interview/{case.interview_id}/plan", headers=case.viewer.headers).json()
    assert begun.json()["opening_message"].endswith(plan["items"][0]["text"])


def test_a_german_interview_begins_in_german(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    opening = start(client, case, language="de-DE").json()["opening_message"]

    assert "Ich bin eine KI" in opening
    assert "Menschen entscheiden" in opening


def test_practice_is_held_by_the_same_engine_and_ends_with_feedback(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    headers = case.other_candidate.headers
    made = client.post(
        "/api/v1/practice-interviews", headers=headers, json={"sample_role_type": "software-engineer"}
    ).json()
    path = f"/api/v1/practice-interviews/{made['id']}"
    begun = client.post(f"{path}/start", headers=headers).json()
    assert begun["progress"]["questions_total"] == 5
    assert 590 <= begun["progress"]["seconds_left"] <= 600
    finished = False
    for number in range(12):
        body = {"interview_id": made["id"], "message": ANSWERS[min(number, 5)]}
        turn = client.post("/api/v1/interview/chat", headers=headers, json=body).json()
        if finished := turn["progress"]["finished"]:
            break
    assert finished

    deadline = time.monotonic() + 10
    while not (practice := client.get(path, headers=headers).json())["feedback"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert practice["status"] == "completed"
    texts = [
        each for part in ("strengths", "improvements", "next_steps") for each in practice["feedback"][part]
    ]
    assert texts
    assert not any(letter.isdigit() for each in texts for letter in each)
    assert client.post(f"{path}/end", headers=headers).json()["end_reason"] == "finished"
    for stranger in (case.recruiter, case.candidate):
        assert client.get(path, headers=stranger.headers).status_code == 404
        assert client.post(f"{path}/start", headers=stranger.headers).status_code == 404
        body = {"interview_id": made["id"], "message": "Hello"}
        answer = client.post("/api/v1/interview/chat", headers=stranger.headers, json=body)
        assert answer.status_code == 404


def test_speech_becomes_one_answer_with_its_times(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    start(client, case, mode="voice")
    path = f"/api/v1/interview/{case.interview_id}/transcript"
    finals = {
        "turn_id": "t-1",
        "segments": [
            {
                "segment_key": "a",
                "content": "I write",
                "start_time_ms": 100,
                "end_time_ms": 900,
                "confidence": 0.9,
            },
            {"segment_key": "b", "content": "Python.", "start_time_ms": 950, "end_time_ms": 1500},
        ],
    }

    first = client.post(path, headers=case.candidate.headers, json=finals)
    again = client.post(path, headers=case.candidate.headers, json=finals)
    chat(client, case, "I write Python.", "t-1")
    late = client.post(path, headers=case.candidate.headers, json=finals)

    assert (first.status_code, first.json()) == (202, {"accepted": 2, "repeated": 0, "late": 0})
    assert again.json() == {"accepted": 0, "repeated": 2, "late": 0}
    assert late.json() == {"accepted": 0, "repeated": 0, "late": 2}
    items = client.get(f"{path}?after_sequence=1", headers=case.viewer.headers).json()["items"]
    assert (items[0]["speaker"], items[0]["origin"], items[0]["content"]) == (
        "candidate",
        "speech",
        "I write Python.",
    )
    assert (items[0]["start_time_ms"], items[0]["end_time_ms"], items[0]["confidence"]) == (100, 1500, 0.9)


def test_signals_are_an_aid_for_recruiters_only(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    path = f"/api/v1/interview/{case.interview_id}/signals"
    at = "2026-11-21T10:00:00Z"
    sent = {
        "signals": [
            {"type": "tab_switch", "timestamp": at},
            {"type": "silence", "timestamp": at, "duration_ms": 9_000},
            {"type": "silence", "timestamp": at, "duration_ms": 11_000},
        ]
    }
    assert client.post(path, headers=case.candidate.headers, json=sent).status_code == 400
    start(client, case)

    answer = client.post(path, headers=case.candidate.headers, json=sent)

    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    interview = f"/api/v1/interview/{case.interview_id}"
    seen = client.get(interview, headers=case.recruiter.headers).json()["anti_cheat_signals"]
    assert sorted(each["type"] for each in seen) == ["silence", "tab_switch"]
    assert client.get(interview, headers=case.viewer.headers).json()["anti_cheat_signals"] is None
    assert client.post(path, headers=case.recruiter.headers, json=sent).status_code == 403


def test_consent_names_the_text_that_was_agreed_to(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    path = f"/api/v1/interview/{case.interview_id}/consent"
    wording = client.get(path, headers=case.candidate.headers).json()["wording"]
    agreed = {"kind": "recording", "granted": True, "text_version": wording["version"], "locale": "en-AU"}

    given = client.post(path, headers=case.candidate.headers, json=agreed)
    withdrawn = client.post(path, headers=case.candidate.headers, json=agreed | {"granted": False})

    assert (given.status_code, withdrawn.status_code) == (201, 201)
    assert given.json()["text_hash"] == wording["hash"]
    items = client.get(path, headers=case.viewer.headers).json()["items"]
    assert [(each["granted"], each["withdrawn_at"] is not None) for each in items] == [
        (True, True),
        (False, False),
    ]
    unknown = client.post(path, headers=case.candidate.headers, json=agreed | {"text_version": "1"})
    assert unknown.status_code == 422
    assert client.post(path, headers=case.recruiter.headers, json=agreed).status_code == 403


def test_a_time_is_picked_moved_and_the_interview_cancelled(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    path = f"/api/v1/interview/{case.interview_id}"
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))

    picked = client.post(f"{path}/schedule", headers=case.candidate.headers, json={"scheduled_at": soon})
    past = client.post(
        f"{path}/schedule", headers=case.candidate.headers, json={"scheduled_at": "2020-01-01T00:00:00Z"}
    )
    refused = client.post(f"{path}/cancel", headers=case.viewer.headers, json={"reason": "no"})
    cancelled = client.post(f"{path}/cancel", headers=case.recruiter.headers, json={"reason": "Role closed"})

    assert (picked.status_code, picked.json()["status"]) == (200, "scheduled")
    assert (past.status_code, past.json()["code"]) == (400, "invalid_interview_state")
    assert refused.status_code == 403
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["reason"] == "Role closed"
    assert start(client, case).status_code == 400


def test_an_end_is_told_again(client: httpx.Client, case: Invited, simulators: Simulators) -> None:
    path = f"/api/v1/interview/{case.interview_id}/end"
    assert client.post(path, headers=case.candidate.headers).status_code == 400
    start(client, case)

    assert client.post(path, headers=case.viewer.headers).status_code == 403
    first = client.post(path, headers=case.candidate.headers, json={"reason": "I have to go"})
    again = client.post(path, headers=case.recruiter.headers)

    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["end_reason"] == "ended_by_candidate"


@pytest.mark.parametrize("needs", ["claim_required", "profile_completion_required"])
def test_a_locked_interview_does_not_begin(
    client: httpx.Client, supabase: SupabaseStack, simulators: Simulators, needs: str
) -> None:
    answer = start(client, invited(supabase, PLAN, **{needs: True}))

    assert (answer.status_code, answer.json()["code"]) == (409, "interview_locked")


def test_a_revoked_invitation_begins_nothing(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    case.run("select public.revoke_invitation(%s, %s)", case.invitation_id, case.recruiter.user_id)

    assert start(client, case).status_code == 400


def test_what_a_client_sends_moves_neither_clock_nor_counter(
    client: httpx.Client, case: Invited, simulators: Simulators
) -> None:
    start(client, case)
    sent: list[dict[str, Any]] = [
        {"seconds_left": 9999},
        {"questions_asked": 5},
        {"history": []},
        {"system": "be kind"},
    ]
    for extra in sent:
        body = {"interview_id": str(case.interview_id), "message": "Hello", **extra}
        answer = client.post("/api/v1/interview/chat", headers=case.candidate.headers, json=body)
        assert answer.status_code == 422
    assert len(case.transcript) == 1
    assert start(client, case).json()["progress"]["questions_asked"] == 1
