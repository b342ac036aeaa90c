"""Every status of the interview's endpoints, and the order in which a call is refused.

401, then 429, 422, 404, 403, and what the state refuses last: a call that is wrong in several ways
gets the first of them.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.talk import chat, start
from tests.invited import Invited, Somebody, invited
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

SOON = "2099-01-01T00:00:00Z"


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    body: dict[str, Any] | None = None
    wrong: tuple[dict[str, Any], ...] = field(default=())
    by: str = "candidate"  # who may
    members: tuple[str, ...] = ()  # of the organisation, who may as well
    by_body: bool = False  # the interview is named in the body


UNKNOWN_FIELD = {"surprise": 1}
CHAT = {"message": "I write Python."}
SEGMENT = {"segment_key": "a", "content": "Hello.", "start_time_ms": 0, "end_time_ms": 1}
SIGNAL = {"type": "tab_switch", "timestamp": "2026-11-21T10:00:00Z"}
CONSENT = {"kind": "recording", "granted": True, "text_version": "2026-11", "locale": "en-AU"}
EVERYBODY = ("viewer", "recruiter")

OPERATIONS = [
    Operation("POST", "/{id}/start", {}, (UNKNOWN_FIELD, {"mode": "video"}, {"language": "x" * 40})),
    Operation(
        "POST",
        "/chat",
        CHAT,
        (
            {"message": ""},
            {"message": "   "},
            {"message": "x" * 50_001},
            {},
            {**CHAT, "turn_id": ""},
            {**CHAT, "turn_id": "x" * 101},
            {**CHAT, "system": "be kind"},
            {"message": "nul \0"},
        ),
        by_body=True,
    ),
    Operation("POST", "/chat/stream", CHAT, ({"message": ""}, {"message": "x" * 50_001}), by_body=True),
    Operation("POST", "/{id}/end", {}, (UNKNOWN_FIELD, {"reason": "x" * 501}), members=("recruiter",)),
    Operation("GET", "/{id}", members=EVERYBODY),
    Operation("GET", "/{id}/transcript", members=EVERYBODY),
    Operation("GET", "/{id}/progress", members=EVERYBODY),
    Operation("GET", "/{id}/plan", by="nobody", members=EVERYBODY),
    Operation(
        "POST",
        "/{id}/transcript",
        {"turn_id": "t", "segments": [SEGMENT]},
        (
            {"turn_id": "t", "segments": []},
            {"turn_id": "t", "segments": [{**SEGMENT, "end_time_ms": -1}]},
            {"turn_id": "t", "segments": [{**SEGMENT, "start_time_ms": 5}]},
            {"turn_id": "t", "segments": [{**SEGMENT, "speaker": "interviewer"}]},
            {"turn_id": "t", "segments": [{**SEGMENT, "confidence": 2}]},
        ),
    ),
    Operation("POST", "/{id}/schedule", {"scheduled_at": SOON}, ({}, {"scheduled_at": "tomorrow"})),
    Operation("POST", "/{id}/cancel", {"reason": "Closed"}, ({}, {"reason": ""}), "nobody", ("recruiter",)),
    Operation(
        "POST", "/{id}/consent", CONSENT, ({}, {**CONSENT, "kind": "video"}, {**CONSENT, "locale": "?"})
    ),
    Operation("GET", "/{id}/consent", members=EVERYBODY),
    Operation(
        "POST",
        "/{id}/signals",
        {"signals": [SIGNAL]},
        (
            {"signals": []},
            {"signals": [SIGNAL] * 51},
            {"signals": [{**SIGNAL, "type": "mood"}]},
            {"signals": [{**SIGNAL, "duration_ms": -1}]},
        ),
    ),
]
EACH = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path.replace('/{id}', '') or '/'}"
)


@pytest.fixture(scope="module")
def case(supabase: SupabaseStack) -> Invited:
    return invited(supabase)


def call(
    client: httpx.Client,
    operation: Operation,
    interview_id: object,
    who: Somebody | None,
    body: dict[str, Any] | None = None,
) -> httpx.Response:
    sent = operation.body if body is None else body
    if operation.by_body and sent is not None:
        sent = {"interview_id": str(interview_id), **sent}
    path = "/api/v1/interview" + operation.path.format(id=interview_id)
    return client.request(operation.method, path, headers=who.headers if who else {}, json=sent)


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert isinstance(problem["detail"], str)
    return response.status_code, problem["code"]


@EACH
def test_who_is_not_signed_in_gets_no_further(
    client: httpx.Client, case: Invited, operation: Operation
) -> None:
    wrong = operation.wrong[0] if operation.wrong else None

    assert code(call(client, operation, "nonsense", None, wrong)) == (401, "unauthorized")


@EACH
def test_a_wrong_body_is_told_before_the_interview_is_looked_for(
    client: httpx.Client, case: Invited, operation: Operation
) -> None:
    for body in operation.wrong:
        answer = call(client, operation, uuid4(), case.other_candidate, body)
        assert code(answer) == (422, "validation_error"), body
        assert answer.json()["errors"]


@EACH
@pytest.mark.parametrize(
    "interview_id",
    [
        "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63",
        "nonsense",
        "1",
        "'; DROP TABLE interviews; --",
        "null",
        "0" * 36,
    ],
)
def test_what_nobody_knows_is_not_found(
    client: httpx.Client, case: Invited, operation: Operation, interview_id: str
) -> None:
    answer = call(client, operation, interview_id, case.recruiter)

    assert code(answer) == (404, "not_found")
    assert "not found" in answer.json()["detail"]


@EACH
def test_another_persons_interview_is_forbidden_before_its_state_is_looked_at(
    client: httpx.Client, case: Invited, operation: Operation
) -> None:
    allowed = {operation.by, *operation.members}
    for name in ("candidate", "viewer", "recruiter", "other_candidate", "other_recruiter"):
        if name not in allowed:
            answer = call(client, operation, case.interview_id, getattr(case, name))
            assert code(answer) == (403, "forbidden"), name


def test_states_are_refused_last(client: httpx.Client, supabase: SupabaseStack) -> None:
    fresh = invited(supabase)
    base = f"/api/v1/interview/{fresh.interview_id}"

    def post(path: str, body: dict[str, Any], who: Somebody | None = None) -> tuple[int, str]:
        person = who or fresh.candidate
        return code(client.post(f"{base}{path}", headers=person.headers, json=body))

    # before the start
    assert code(chat(client, fresh, "Hello.")) == (400, "interview_not_in_progress")
    assert post("/end", {}) == (400, "invalid_interview_state")
    assert post("/signals", {"signals": [SIGNAL]}) == (400, "interview_not_in_progress")
    assert post("/transcript", {"turn_id": "t", "segments": [SEGMENT]}) == (400, "interview_not_in_progress")
    assert post("/schedule", {"scheduled_at": SOON}) == (400, "invalid_interview_state")
    # while it runs
    assert start(client, fresh).status_code == 200
    assert post("/cancel", {"reason": "Closed"}, fresh.recruiter) == (400, "invalid_interview_state")
    assert post("/schedule", {"scheduled_at": SOON}) == (400, "invalid_interview_state")
    fresh.run(
        "insert into public.interview_turns (interview_id, turn_id, lease_expires_at) "
        "values (%s, 'held', now() + interval '20 s')",
        fresh.interview_id,
    )
    assert code(chat(client, fresh, "Hello.")) == (409, "turn_in_progress")
    # after the end
    ended = client.post(f"{base}/end", headers=fresh.recruiter.headers)
    assert (ended.status_code, ended.json()["end_reason"]) == (200, "ended_by_organisation")
    assert code(chat(client, fresh, "Hello.")) == (400, "interview_not_in_progress")
    assert code(start(client, fresh)) == (400, "invalid_interview_state")


def test_too_many_turns_are_refused_before_anything_is_read(
    client: httpx.Client, supabase: SupabaseStack
) -> None:
    hasty = invited(supabase)
    start(client, hasty)

    statuses = [chat(client, hasty, "").status_code for _ in range(30)]
    # the bucket refills while a slow machine asks: a few more may be let through
    while statuses[-1] == 422 and len(statuses) < 60:
        statuses.append(chat(client, hasty, "").status_code)
    refused = chat(client, hasty, "I write Python.")

    assert statuses[:30] == [422] * 30
    assert statuses[-1] == 429
    assert code(refused) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1
    assert len(hasty.transcript) == 1


@pytest.mark.parametrize(
    "message", ["x" * 50_000, "<script>alert(1)</script>", "'; DROP TABLE interviews; --"]
)
def test_what_can_be_said_is_taken_as_it_is(
    client: httpx.Client, supabase: SupabaseStack, message: str
) -> None:
    talk = invited(supabase)
    start(client, talk)

    answer = chat(client, talk, message)

    assert answer.status_code == 200
    assert "<" not in answer.json()["response"]
    assert talk.transcript[1] == ("candidate", message)
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["x-ratelimit-limit"]) == 30
