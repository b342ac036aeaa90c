"""PostgreSQL and the launcher as services of the stack: started, reset, killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from local.stack.identity import gone
from local.supabase import api
from tests.integration.stack.stack_process import REPOSITORY, StackProcess, some_port
from tests.integration.supabase.conftest import SCHEMA

pytestmark = [pytest.mark.database, pytest.mark.slow]
ALL = {"apikey": api.SECRET_KEY}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    shutil.copytree(SCHEMA, tmp_path / "app" / "supabase")
    return tmp_path / "app"


def up(state: Path, app: Path) -> StackProcess:
    ports = ["--supabase-port", str(some_port())]
    return StackProcess.real(state, "up", "--app", str(app), "--only", "supabase", *ports)


def url(stack: StackProcess) -> str:
    return stack.record.services["supabase"].url


def notes(stack: StackProcess) -> list[str]:
    answer = httpx.get(f"{url(stack)}/rest/v1/notes", params={"order": "id"}, headers=ALL)
    return [note["body"] for note in answer.raise_for_status().json()]


def write(stack: StackProcess, body: str) -> None:
    httpx.post(f"{url(stack)}/rest/v1/notes", json={"body": body}, headers=ALL).raise_for_status()


def verb(name: str, state: Path, app: Path, said: str = "") -> subprocess.CompletedProcess[str]:
    place = ["--state", str(state), "--source", str(app / "supabase")]
    return subprocess.run(
        [sys.executable, "-m", "local.supabase", name, *place],
        cwd=REPOSITORY,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_nothing_is_lost_when_everything_is_killed(tmp_path: Path, app: Path) -> None:
    state = tmp_path / "state"
    with up(state, app) as stack:
        stack.until_ready()
        assert notes(stack) == ["from the seed"]
        write(stack, "mine")
        key = (state / "supabase" / "signing-key.json").read_bytes()
        services = stack.services
        for service in services:
            os.kill(service.pid, signal.SIGKILL)
        stack.send(signal.SIGKILL)
        stack.wait()
    with up(state, app) as stack:
        stack.until_ready()
        assert notes(stack) == ["from the seed", "mine"]
        assert (state / "supabase" / "signing-key.json").read_bytes() == key
        services = stack.services
        stack.send(signal.SIGKILL)
        stack.wait()
        assert all(gone(service, within=5.0) for service in services)


def test_a_reset_builds_anew_under_a_running_launcher(
    tmp_path: Path, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    with up(state, app) as stack:
        stack.until_ready()
        write(stack, "gone soon")
        new_table = "create table public.later (id int); insert into public.later values (7);"
        (app / "supabase" / "migrations" / "20990101000000_later.sql").write_text(new_table, encoding="utf-8")
        done = verb("reset", state, app)
        assert (done.returncode, "The database is new: 4 files applied" in done.stdout) == (0, True)
        assert notes(stack) == ["from the seed"]
        assert httpx.get(f"{url(stack)}/rest/v1/later", headers=ALL).json() == [{"id": 7}]
        address = stack.record.services["postgres"].url
        with psycopg.connect(address) as connection:
            assert connection.execute("select id from public.later").fetchall() == [(7,)]
        monkeypatch.setenv("PATH", str(tmp_path))  # no psql
        said = verb("shell", state, app, "select 6 * 7 as answer;\nselect oops;\nselect 'still here';\n")
        assert "answer\n------\n42\n(1 rows)" in said.stdout
        assert 'column "oops" does not exist' in said.stdout
        assert "still here" in said.stdout


def test_a_reset_that_fails_leaves_the_database_as_it_is(tmp_path: Path, app: Path) -> None:
    state = tmp_path / "state"
    with up(state, app) as stack:
        stack.until_ready()
        write(stack, "kept")
        bad = app / "supabase" / "migrations" / "20990101000000_bad.sql"
        bad.write_text("select nothing;", encoding="utf-8")
        done = verb("reset", state, app)
        assert (done.returncode, "20990101000000_bad.sql, line 1" in done.stdout) == (1, True)
        assert notes(stack) == ["from the seed", "kept"]


def test_a_changed_migration_stops_the_stack_with_a_sentence(tmp_path: Path, app: Path) -> None:
    state = tmp_path / "state"
    assert verb("reset", state, app).returncode == 0
    first = app / "supabase" / "migrations" / "20260101000000_create_notes.sql"
    first.write_text(first.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with up(state, app) as stack:
        assert stack.wait() == 1
        assert "20260101000000_create_notes.sql was changed after it was applied" in stack.output
