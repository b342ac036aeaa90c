"""Scores over HTTP: an interview that ends is scored without any call; people read, prove and review it."""

import json
import time
from uuid import uuid4

import httpx
import psycopg
import pytest

from shared.domain.scoring.bundle import differences
from tests.e2e.talk import ANSWERS, chat, start
from tests.invited import PLAN, Invited, Somebody, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

HUB = "/runtime/webhooks/durabletask/instances"
PATIENCE = 20.0
SLOW_QUERIES = {
    "order": 2,
    "phase": "technical",
    "text": (
        "A Python web application drags, and the database looks responsible. How do you find the guilty "
        "queries, and what would you change, from small fixes up to structural ones?"
    ),
    "competency": "databases",
    "source": "pack",
    "item_ref": "python-testing-debugging-performance/O8",
}
REASON = "The third answer was cut off by the line."


@pytest.fixture(scope="module")
def case(supabase: SupabaseStack, client: httpx.Client, running_simulators: Simulators) -> Invited:
    running_simulators.reset()
    first, _, *rest = PLAN["items"]
    case = invited(supabase, plan=PLAN | {"items": [first, SLOW_QUERIES, *rest]})
    case.run(
        "insert into public.candidate_profiles (user_id, first_name, last_name) values (%s, 'Kim', 'Lee')",
        case.candidate.user_id,
    )
    assert start(client, case).status_code == 200
    for answer in ANSWERS[:4]:
        assert chat(client, case, answer).status_code == 200
    ended = client.post(path(case, "end"), headers=case.candidate.headers)
    assert ended.status_code == 200, ended.text
    return case


def path(case: Invited, rest: str) -> str:
    return f"/api/v1/interview/{case.interview_id}/{rest}"


def wait_for_score(client: httpx.Client, case: Invited) -> dict[str, object]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = client.get(path(case, "score"), headers=case.viewer.headers)
        if answer.status_code == 200:
            return dict(answer.json())
        assert answer.status_code == 404, answer.text
        time.sleep(0.2)
    raise AssertionError("no score came")


def test_an_interview_that_ends_gets_its_score_and_people_see_its_proof(
    client: httpx.Client, case: Invited
) -> None:
    wait_for_score(client, case)

    first = client.get(path(case, "runs"), headers=case.viewer.headers).json()["items"][-1]
    assert (first["status"], first["run_number"], first["requested_by"]) == ("completed", 1, None)
    assert first["overall_score"] is not None
    report = client.get(path(case, "report"), headers=case.recruiter.headers).json()
    said = {each["id"]: each["content"] for each in report["transcript"]}
    quotes = [quote for each in report["score"]["dimensions"] for quote in each["cited_quotes"]]
    assert quotes
    assert all(said[each["segment_id"]][each["start"] : each["end"]] == each["quote"] for each in quotes)
    assert any(each["quote"] in " ".join(ANSWERS) for each in quotes)
    (item,) = report["score"]["items"]
    assert (item["order"], item["level"], item["unscored"]) == (2, 2, None)
    made = {each["id"]: each for each in item["stages"][0]["points"] if each["said"] == "asserted"}
    assert "index" in made
    assert all(said[each["segment_id"]].count(each["quote"]) for each in made["index"]["quotes"])
    assert report["candidate"]["first_name"] == "Kim"
    assert case.run("select status from public.applications where id = %s", case.application_id) == "reviewed"
    viewed = case.run(
        "select count(*) from public.audit_log where action = 'report.viewed' and entity_id = %s",
        case.interview_id,
    )
    assert viewed >= 1


def test_the_history_of_a_run_holds_nothing_that_was_said(client: httpx.Client, case: Invited) -> None:
    score = wait_for_score(client, case)

    asked = {"showHistory": "true", "showHistoryOutput": "true", "showInput": "true"}
    found = client.get(f"{HUB}/score-{case.interview_id}-1", params=asked)

    assert found.json()["runtimeStatus"] == "Completed"
    assert found.json()["customStatus"] == {"done": 15, "total": 15}
    for each in (*ANSWERS, str(score["narrative_summary"]), "Kim", "quote"):
        assert each not in found.text
    assert "problem_solving" in found.text


def test_a_recruiter_scores_again_and_the_first_run_stays(client: httpx.Client, case: Invited) -> None:
    first = wait_for_score(client, case)

    equal = client.post(path(case, "score"), headers=case.recruiter.headers, json={})
    forced = client.post(path(case, "score"), headers=case.recruiter.headers, json={"force": True})

    assert (equal.status_code, equal.json()["run_id"]) == (200, first["run_id"])
    assert forced.status_code == 200, forced.text
    assert forced.json()["run_number"] == 2
    runs = client.get(path(case, "runs"), headers=case.viewer.headers).json()["items"]
    assert [(each["run_number"], each["is_current"]) for each in runs] == [(2, True), (1, False)]
    kept = client.get(path(case, f"runs/{first['run_id']}"), headers=case.viewer.headers).json()
    assert kept | {"is_current": True} == first


def test_a_bundle_can_be_worked_through_by_a_stranger(client: httpx.Client, case: Invited) -> None:
    score = wait_for_score(client, case)

    bundle = client.get(path(case, f"score/{score['run_id']}/bundle"), headers=case.recruiter.headers)

    assert bundle.status_code == 200, bundle.text
    assert differences(bundle.content) == ()
    facts = json.loads(bundle.content)
    assert facts["chain"]["whole"]
    assert (facts["format"], len(facts["inputs"]["item_passes"])) == ("score-bundle/2", 3)
    assert facts["result_of_items"][0]["level"] == 2


def test_a_review_stands_beside_and_moves_nobody(client: httpx.Client, case: Invited) -> None:
    before = wait_for_score(client, case)
    note = {"kind": "note", "reason": REASON}

    said = client.post(path(case, "review"), headers=case.recruiter.headers, json=note)
    override = client.post(
        path(case, "review"),
        headers=case.recruiter.headers,
        json=note | {"kind": "override", "decision": "reject"},
    )

    assert said.status_code == 201, said.text
    assert override.status_code == 403
    assert client.get(path(case, "score"), headers=case.viewer.headers).json() == before
    assert case.run("select status from public.applications where id = %s", case.application_id) == "reviewed"


def test_the_candidate_sees_feedback_and_never_a_score(client: httpx.Client, case: Invited) -> None:
    score = wait_for_score(client, case)
    for method, rest in (("GET", "score"), ("GET", "runs"), ("GET", "report"), ("POST", "score")):
        answer = client.request(method, path(case, rest), headers=case.candidate.headers)
        assert answer.status_code == 403, rest
    feedback = client.get("/api/v1/candidates/me/feedback", headers=case.candidate.headers)
    assert [each["text"] for each in feedback.json()["items"]] == [score["candidate_feedback"]]


def test_who_asks_too_early_is_told_where_to_look_and_a_failed_run_says_so(
    client: httpx.Client, supabase: SupabaseStack, simulators: Simulators
) -> None:
    case = invited(supabase)
    assert start(client, case).status_code == 200
    assert chat(client, case, ANSWERS[0]).status_code == 200
    assert client.post(path(case, "end"), headers=case.candidate.headers).status_code == 200
    first = wait_for_score(client, case)
    behind = "update public.interview_scores set status = 'running', is_current = false where id = %s"
    _tamper(case, behind, first["run_id"])

    early = client.post(path(case, "score"), headers=case.recruiter.headers)
    _tamper(case, "update public.interview_scores set status = 'completed' where id = %s", first["run_id"])
    _tamper(
        case,
        "update public.transcript_segments set content = 'I led ten teams.' "
        "where interview_id = %s and speaker = 'candidate'",
        case.interview_id,
    )
    failed = client.post(path(case, "score"), headers=case.recruiter.headers, json={"force": True})

    assert early.status_code == 202, early.text
    assert (early.json()["run_id"], early.json()["status"]) == (first["run_id"], "running")
    assert client.get(early.json()["status_url"], headers=case.viewer.headers).status_code == 200
    assert (failed.status_code, failed.json()["code"]) == (502, "upstream_error")
    assert failed.headers["content-type"] == "application/problem+json"
    runs = client.get(path(case, "runs"), headers=case.viewer.headers).json()["items"]
    assert [(each["status"], each["error_code"]) for each in runs] == [
        ("failed", "transcript_broken"),
        ("completed", None),
    ]


def _tamper(case: Invited, statement: str, key: object) -> None:
    """Past every guard, as only who owns the database can."""
    with psycopg.connect(case.stack.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(statement.encode(), (key,))


def test_refusals_come_in_the_products_order(
    client: httpx.Client, supabase: SupabaseStack, simulators: Simulators
) -> None:
    case = invited(supabase)
    note = {"kind": "note", "reason": REASON}

    def ask(rest: str, who: Somebody | None, body: object = None, talk: object = None) -> tuple[int, str]:
        answer = client.post(
            f"/api/v1/interview/{talk or case.interview_id}/{rest}",
            headers=who.headers if who else {},
            json=body,
        )
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]

    nobody = (401, "unauthorized")
    malformed = (422, "validation_error")
    unknown = (404, "not_found")
    foreign = (403, "forbidden")
    assert ask("score", None) == ask("review", None) == nobody
    assert ask("score", case.recruiter, {"score": 99}) == malformed
    assert ask("review", case.candidate, note | {"overall_score": 99}) == malformed
    assert ask("review", case.recruiter, {"kind": "override", "reason": REASON}) == malformed
    for talk in (uuid4(), "null", "1' or '1'='1"):
        assert ask("score", case.recruiter, talk=talk) == unknown
    for who in (case.viewer, case.candidate, case.other_recruiter, case.other_candidate):
        assert ask("score", who) == ask("review", who, note) == foreign
    assert ask("score", case.recruiter) == (400, "invalid_interview_state")
    assert ask("review", case.recruiter, note) == (409, "conflict")
    missing = client.get(path(case, "score"), headers=case.viewer.headers)
    assert (missing.status_code, missing.json()["code"]) == unknown
