"""The launcher as a process: its settings, its port, its ends, and values on their way through."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from local.supabase import api
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database
GOOD = {
    "DATABASE_URL": "postgresql://postgres@127.0.0.1:1/nothing",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "SUPABASE_SECRET_KEY": "sb_secret_x",
    "JWT_SECRET": "a secret of at least 32 characters",
}


def launch(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **settings}
    command = ["node", str(api.LAUNCHER), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"DATABASE_URL": ""}, "not set: DATABASE_URL"),
        ({"SUPABASE_PUBLISHABLE_KEY": "", "JWT_SECRET": ""}, "not set: SUPABASE_PUBLISHABLE_KEY, JWT_SECRET"),
        ({"JWT_SECRET": "too short"}, "JWT_SECRET is shorter than 32 characters"),
        ({"PORT": "all"}, "PORT is not a whole number above 0"),
        ({"JWT_ALG": "none"}, "JWT_ALG is none of ES256, HS256"),
    ],
)
def test_wrong_settings_end_it_with_code_2(change: dict[str, str], told: str) -> None:
    ended = launch({**GOOD, **change})
    assert ended.returncode == 2
    assert told in ended.stdout
    assert GOOD["SUPABASE_SECRET_KEY"] not in ended.stdout + ended.stderr


def test_without_a_database_it_says_so_and_ends() -> None:
    ended = launch(GOOD, "--prepare")
    assert ended.returncode == 1
    assert "cannot start" in ended.stdout


def test_a_taken_port_is_left_alone(stack: SupabaseStack) -> None:
    ended = launch({**GOOD, "DATABASE_URL": stack.database_url, "PORT": str(stack.api_port)})
    assert ended.returncode == 1
    assert "EADDRINUSE" in ended.stdout


def test_a_damaged_key_file_is_named_and_not_shown(stack: SupabaseStack, tmp_path: Path) -> None:
    key_file = tmp_path / "key.json"
    key_file.write_text('{"kty": "EC", "x": "private"', encoding="utf-8")
    ended = launch({**GOOD, "DATABASE_URL": stack.database_url, "JWK_FILE": str(key_file)})
    assert ended.returncode == 1
    assert f"{key_file} holds no signing key" in ended.stdout
    assert "private" not in ended.stdout + ended.stderr


def test_it_listens_on_this_machine_only_and_keeps_connections(stack: SupabaseStack) -> None:
    assert stack._launcher is not None
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(stack._launcher.pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]
    with stack.client() as client:
        assert client.get("/health").headers["keep-alive"] == "timeout=75"


def test_health_needs_no_database(stack: SupabaseStack) -> None:
    stack.stop_postgres()
    try:
        assert httpx.get(f"{stack.url}/health").json() == {"ok": True}
    finally:
        stack.start_postgres()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order(stack: SupabaseStack, how: signal.Signals) -> None:
    process = stack._launcher
    assert process is not None
    stack.stop_launcher(how)
    assert process.returncode == 0
    stack.start_launcher()


def test_a_reload_shows_new_tables(stack: SupabaseStack) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("create table public.later (id int); insert into public.later values (7)")
    with stack.service_client() as client:
        assert client.get("/rest/v1/later").status_code == 404
        stack.reload_launcher()
        assert client.get("/rest/v1/later").json() == [{"id": 7}]
        stack.reset()
        stack.reload_launcher()
        assert client.get("/rest/v1/later").status_code == 404


def test_a_reset_keeps_what_the_migrations_wrote(stack: SupabaseStack) -> None:
    stack.sign_up("ann@example.org")
    with stack.service_client() as client:
        client.post("/rest/v1/colours", json={"name": "blue"})
        client.post("/rest/v1/notes", json={"body": "gone soon"})
        stack.reset()
        assert sorted(row["name"] for row in client.get("/rest/v1/colours").json()) == ["green", "red"]
        assert client.get("/rest/v1/notes").json() == []
        assert client.get("/auth/v1/admin/users").json()["users"] == []


def test_values_look_as_those_of_hosted(stack: SupabaseStack) -> None:
    row = {
        "id": 1,
        "amount": "87.50",
        "at": "2026-11-21T02:31:57.25+02:00",
        "plain": "2026-11-21T02:31:57",
        "raw": "\\xdeadbeef",
        "document": {"list": [1, "two"], "text": "[not json"},
    }
    with stack.service_client() as client:
        headers = {"Prefer": "return=representation"}
        written = client.post("/rest/v1/values_of_all_kinds", json=row, headers=headers).json()
        read = client.get("/rest/v1/values_of_all_kinds").json()
    expected = {**row, "amount": 87.5, "at": "2026-11-21T00:31:57.25+00:00"}
    assert written == read == [expected]


@pytest.mark.parametrize("document", ["plain text", "[1, 2", 5, None, ["a"], {}])
def test_documents_of_every_kind_stay_what_they_are(stack: SupabaseStack, document: object) -> None:
    with stack.service_client() as client:
        client.post("/rest/v1/values_of_all_kinds", json={"id": 2, "document": document})
        assert client.get("/rest/v1/values_of_all_kinds").json()[0]["document"] == document
