"""What a caller is told when the database refuses: as hosted Supabase says it."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from local.supabase import postgres
from local.supabase.postgres import DATABASE
from tests.supabase_stack import TEMPLATE, SupabaseStack

pytestmark = pytest.mark.database
CANCEL_NAPS = """select pg_cancel_backend(pid) from pg_stat_activity
where application_name = 'lite' and wait_event = 'PgSleep'"""
END_SESSIONS = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lite'"
GRANTS = "select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1"


def grants(stack: SupabaseStack, name: str) -> list[tuple[str, str]]:
    with psycopg.connect(postgres.url(stack.database_port, name)) as connection:
        return connection.execute(GRANTS.encode()).fetchall()


def fail(stack: SupabaseStack, code: str) -> httpx.Response:
    with stack.service_client() as client:
        return client.post("/rest/v1/rpc/fail", json={"code": code})


def test_a_revoke_survives_requests(stack: SupabaseStack) -> None:
    _, token = stack.sign_up("ann@example.org")
    with stack.client(token) as client:
        assert client.get("/rest/v1/notes").status_code == 200
    with stack.client() as client:
        refused = client.get("/rest/v1/notes")
    assert (refused.status_code, refused.json()["code"]) == (401, "42501")
    # The template was made before the launcher had answered anything.
    assert grants(stack, DATABASE) == grants(stack, TEMPLATE)


def test_a_check_violation_is_a_bad_request_with_its_details(stack: SupabaseStack) -> None:
    with stack.service_client() as client:
        refused = client.post("/rest/v1/notes", json={"body": "hi"})
    assert refused.status_code == 400
    body = refused.json()
    assert body["code"] == "23514"
    assert "notes_body_check" in body["message"]
    assert "Failing row contains" in body["details"]
    assert body["hint"] is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("23514", 400),
        ("23505", 409),
        ("23503", 409),
        ("23502", 400),
        ("P0001", 400),
        ("P0002", 500),
        ("57P01", 503),
        ("08006", 503),
        ("0LP01", 403),
        ("0P000", 403),
        ("28000", 403),
        ("53300", 500),
        ("54001", 500),
        ("55P03", 500),
        ("57014", 500),
        ("58030", 500),
        ("25001", 500),
        ("25006", 405),
        ("2D000", 500),
        ("38000", 500),
        ("39000", 500),
        ("3B000", 500),
        ("40001", 500),
        ("40P01", 500),
        ("09000", 500),
        ("F0000", 500),
        ("HV000", 500),
        ("XX000", 500),
        ("22023", 400),
        ("21000", 400),
        ("42501", 403),
        ("99999", 400),
        ("PT409", 409),
        ("PT503", 503),
    ],
)
def test_every_sqlstate_has_its_status_and_keeps_what_it_says(
    stack: SupabaseStack, code: str, status: int
) -> None:
    refused = fail(stack, code)
    assert refused.json() == {"code": code, "message": "what", "details": "why", "hint": "how"}
    assert refused.status_code == status


def test_a_conflict_names_the_key(stack: SupabaseStack) -> None:
    with stack.service_client() as client:
        assert client.post("/rest/v1/notes", json={"body": "one", "slug": "same"}).status_code == 201
        refused = client.post("/rest/v1/notes", json={"body": "two", "slug": "same"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "23505"
    assert refused.json()["details"] == "Key (slug)=(same) already exists."


def test_statements_may_take_eight_seconds(stack: SupabaseStack) -> None:
    with stack.service_client() as client:
        limit = client.post("/rest/v1/rpc/setting", json={"name": "statement_timeout"})
    assert limit.json() == "8s"


def test_a_statement_that_is_ended_is_told_so(stack: SupabaseStack) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(1) as caller, psycopg.connect(stack.database_url, autocommit=True) as connection:
        slow = caller.submit(nap, stack, 7)
        while not connection.execute(CANCEL_NAPS.encode()).fetchall():
            time.sleep(0.02)
    assert (slow.result().status_code, slow.result().json()["code"]) == (500, "57014")
    assert time.monotonic() - began < 6


def nap(stack: SupabaseStack, seconds: int) -> httpx.Response:
    with stack.service_client() as client:
        return client.post("/rest/v1/rpc/nap", json={"seconds": seconds})


def test_the_log_holds_no_rows_and_no_keys(stack: SupabaseStack) -> None:
    _, token = stack.sign_up("private@example.org")
    with stack.service_client() as client:
        client.post("/rest/v1/notes", json={"body": "secret thought", "slug": "s"})
        client.post("/rest/v1/notes", json={"body": "secret thought", "slug": "s"})
        client.post("/auth/v1/recover", json={"email": "private@example.org"})
    server_log = (stack.folder / "postgres.log").read_text(encoding="utf-8")
    for secret in ("secret thought", "private@example.org", token, stack.secret_key, "one-time"):
        assert secret not in stack.log + server_log


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_launcher_outlives_the_database(stack: SupabaseStack, how: signal.Signals) -> None:
    with stack.service_client() as client:
        assert client.post("/rest/v1/notes", json={"body": "kept"}).status_code == 201
        stack.stop_postgres(how)
        away = client.get("/rest/v1/notes")
        assert (away.status_code, away.json()["code"]) == (503, "PGRST001")
        stack.start_postgres()
        assert [note["body"] for note in until_answered(client).json()] == ["kept"]


def test_sessions_that_end_under_load_do_not_end_the_launcher(stack: SupabaseStack) -> None:
    """The driver may write to a connection that was just closed, and throws where nobody can catch it."""
    with ThreadPoolExecutor(6) as callers, psycopg.connect(stack.database_url, autocommit=True) as connection:
        for _ in range(3):
            load = [callers.submit(read_often, stack) for _ in range(6)]
            time.sleep(0.1)
            connection.execute(END_SESSIONS.encode())
            assert {status for caller in load for status in caller.result()} <= {200, 503}
    with stack.service_client() as client:
        assert until_answered(client).status_code == 200


def read_often(stack: SupabaseStack) -> list[int]:
    with stack.service_client() as client:
        return [client.get("/rest/v1/notes").status_code for _ in range(15)]


def until_answered(client: httpx.Client) -> httpx.Response:
    deadline = time.monotonic() + 10
    while (answer := client.get("/rest/v1/notes")).status_code != 200:
        assert time.monotonic() < deadline, answer.text
        assert answer.status_code == 503, answer.text
        time.sleep(0.05)
    return answer
