"""Limits that hold, repeats that do nothing twice, events that are neither lost nor doubled."""

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.database.database import Database, Refusal, call, refused
from tests.integration.database.story import invited

pytestmark = pytest.mark.database


def bucket(**values: Any) -> dict[str, Any]:
    return {"bucket_key": uuid4().hex, "capacity": 10, "refill_per_second": 0.01} | values


def test_of_thirty_racing_takes_at_capacity_ten_ten_succeed(database: Database) -> None:
    results = database.race("take_rate_limit_token", [bucket(bucket_key="race")] * 30)
    assert sum(each["allowed"] for each in results) == 10
    assert sorted(each["remaining"] for each in results) == [0] * 21 + list(range(1, 10))


def test_tokens_come_back_with_time(database: Database) -> None:
    limit = bucket(capacity=1, refill_per_second=20)
    assert database.call("take_rate_limit_token", **limit)["allowed"]
    assert not database.call("take_rate_limit_token", **limit | {"refill_per_second": 0.001})["allowed"]
    time.sleep(0.1)
    assert database.call("take_rate_limit_token", **limit)["allowed"]


def test_the_answer_says_how_long_to_wait(database: Database) -> None:
    limit = bucket(capacity=2, refill_per_second=0.5)
    first = database.call("take_rate_limit_token", **limit)
    assert first == {
        "allowed": True,
        "limit": 2,
        "remaining": 1,
        "reset_seconds": 2,
        "retry_after_seconds": 0,
    }
    database.call("take_rate_limit_token", **limit)
    refusal = database.call("take_rate_limit_token", **limit)
    assert (refusal["allowed"], refusal["remaining"], refusal["retry_after_seconds"]) == (False, 0, 2)


def test_limits_hold_together_or_not_at_all(database: Database) -> None:
    wide, narrow = bucket(capacity=10), bucket(capacity=1)
    assert database.call("take_rate_limit_tokens", limits=[wide, narrow])["allowed"]
    assert not database.call("take_rate_limit_tokens", limits=[wide, narrow])["allowed"]
    assert database.call("take_rate_limit_token", **wide)["remaining"] == 8


def test_calls_that_share_limits_in_any_order_do_not_lock_each_other_out(database: Database) -> None:
    one, two = bucket(capacity=100), bucket(capacity=100)
    results = database.race(
        "take_rate_limit_tokens", [{"limits": [one, two] if even else [two, one]} for even in (0, 1) * 10]
    )
    assert [each for each in results if isinstance(each, Refusal)] == []


@pytest.mark.parametrize("broken", [{"capacity": 0}, {"refill_per_second": 0}, {"cost": 11}, {"cost": -1}])
def test_senseless_limits_are_refused(database: Database, broken: dict[str, Any]) -> None:
    with refused() as found:
        database.call("take_rate_limit_token", **bucket(**broken))
    assert found[0].code == "validation_error"


# ---- idempotency ----


def test_a_key_gives_the_first_answer_again(database: Database) -> None:
    own = {"scope": "user:1", "key": uuid4().hex}
    assert database.call("begin_idempotent", **own, body_hash="a") == {"state": "new", "attempt": 1}
    assert database.call("finish_idempotent", **own, attempt=1, status=201, response={"id": 1})
    again = database.call("begin_idempotent", **own, body_hash="a")
    assert (again["state"], again["status"], again["response"]) == ("replay", 201, {"id": 1})
    with refused() as found:
        database.call("begin_idempotent", **own, body_hash="b")
    assert (found[0].state, found[0].code) == ("PT409", "idempotency_key_reused")


def test_of_racing_requests_with_a_key_one_runs(database: Database) -> None:
    arguments = {"scope": "user:1", "key": uuid4().hex, "body_hash": "a"}
    results = database.race("begin_idempotent", [arguments] * 10)
    assert [each for each in results if not isinstance(each, Refusal)] == [{"state": "new", "attempt": 1}]
    assert {each.code for each in results if isinstance(each, Refusal)} == {"conflict"}


def test_a_key_whose_holder_died_is_taken_over(database: Database) -> None:
    own = {"scope": "user:1", "key": uuid4().hex}
    database.call("begin_idempotent", **own, body_hash="a", lease_seconds=0)
    assert database.call("begin_idempotent", **own, body_hash="a") == {"state": "new", "attempt": 2}
    assert not database.call("finish_idempotent", **own, attempt=1, status=200, response={})
    assert database.call("forget_idempotent", **own, attempt=2)
    assert database.call("begin_idempotent", **own, body_hash="c") == {"state": "new", "attempt": 1}


def test_keys_live_a_day(database: Database) -> None:
    own = {"scope": "user:1", "key": uuid4().hex}
    database.call("begin_idempotent", **own, body_hash="a")
    left = database.value(
        "select extract(epoch from expires_at - now())::integer from private.idempotency_keys where key = %s",
        [own["key"]],
    )
    assert 86_390 <= left <= 86_400
    database.run("update private.idempotency_keys set expires_at = now() - interval '1 s'")
    assert database.call("begin_idempotent", **own, body_hash="other")["state"] == "new"


# ---- events ----


def test_an_event_is_recorded_once(database: Database) -> None:
    event = {"source": "event-grid", "event_id": uuid4().hex}
    assert sorted(database.race("record_event_once", [event] * 8)) == [False] * 7 + [True]


def test_an_event_with_the_same_key_is_queued_once(database: Database) -> None:
    event = {
        "event_type": "interview.started",
        "aggregate_type": "interview",
        "aggregate_id": uuid4(),
        "dedupe_key": uuid4().hex,
    }
    assert len(set(database.race("enqueue_event", [event] * 6))) == 1


def test_publishers_never_get_the_same_event(database: Database) -> None:
    for _ in range(20):
        database.call(
            "enqueue_event", event_type="interview.started", aggregate_type="interview", aggregate_id=uuid4()
        )
    batches = database.race("claim_events", [{"max_events": 5}] * 8)
    ids = [event["id"] for batch in batches for event in batch]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 20
    positions = [event["position"] for event in batches[0]]
    assert positions == sorted(positions)


def test_an_event_whose_publisher_died_comes_again_until_it_is_published(database: Database) -> None:
    event = database.call(
        "enqueue_event", event_type="score.failed", aggregate_type="score", aggregate_id=uuid4()
    )

    def claimed() -> list[int]:
        batch = database.call("claim_events", max_events=1000, lease_seconds=0)
        return [each["attempts"] for each in batch if each["id"] == str(event)]

    assert [claimed(), claimed()] == [[1], [2]]
    assert database.call("publish_events", event_ids=[event]) == 1
    assert claimed() == []
    assert database.call("publish_events", event_ids=[event]) == 0


EXPLODED = "interview.exploded"


@pytest.mark.parametrize(
    ("function", "values"),
    [
        ("write_audit", {"action": EXPLODED, "entity_type": "interview"}),
        ("enqueue_event", {"event_type": EXPLODED, "aggregate_type": "interview", "aggregate_id": uuid4()}),
    ],
)
def test_only_known_words_are_recorded(database: Database, function: str, values: dict[str, Any]) -> None:
    with refused() as found:
        database.call(function, **values)
    assert found[0].code == "validation_error"


def test_what_has_served_is_cleared(database: Database) -> None:
    database.call("begin_idempotent", scope="s", key="old", body_hash="a")
    database.call("take_rate_limit_token", **bucket(bucket_key="old", refill_per_second=1000))
    database.run("update private.idempotency_keys set expires_at = now() - interval '1 s'")
    database.run("update private.rate_limit_buckets set full_at = now() - interval '1 s'")
    cleared = database.call("purge_expired")
    assert cleared["idempotency_keys"] >= 1
    assert cleared["rate_limit_buckets"] >= 1


def test_a_request_id_reaches_audit_and_event(database: Database) -> None:
    story = invited(database)
    with database.connect() as connection:
        connection.execute("select set_config('request.headers', '{\"x-request-id\": \"r-1\"}', true)")
        call(
            connection,
            "move_application",
            application_id=story.application,
            caller_id=story.recruiter,
            to_status="archived",
            reason="Closed",
        )
    assert (
        database.value(
            "select request_id from public.audit_log "
            "where entity_id = %s and action = 'application.status_changed'",
            [story.application],
        )
        == "r-1"
    )
