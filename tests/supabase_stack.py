"""Supabase for tests: PostgreSQL and the launcher on free ports, with the schema of the repository."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psycopg
from psycopg import sql

from local.stack.child import LEASH
from local.supabase import api, build, database, postgres, shelter
from tests import clusters
from tests.azurite import free_ports

REPOSITORY = Path(__file__).parents[1]
TEMPLATE = "talenti_template"
NEXT = "talenti_next"
PASSWORD = "correct horse battery staple"
PATIENCE = 40.0
AUTH_TABLES = ("users", "sessions", "refresh_tokens", "identities", "flow_state", "audit_log_entries")
TABLES = """
select schemaname, tablename from pg_tables
where schemaname not in ('pg_catalog', 'information_schema', 'supabase_migrations', 'auth')
"""


class SupabaseStack:
    """`with SupabaseStack() as stack:` gives a running one; `reset()` takes all back to the migrations."""

    publishable_key = api.PUBLISHABLE_KEY
    secret_key = api.SECRET_KEY

    def __init__(self, source: Path = REPOSITORY / "supabase", *, seed: bool = False) -> None:
        self.source = source
        self.seed = seed
        self.database_port, self.api_port = free_ports(2)
        self.folder = Path(tempfile.mkdtemp(prefix="talenti-supabase-"))
        self.folder.chmod(0o711)  # PostgreSQL runs as somebody else when we are root
        self._server: subprocess.Popen[bytes] | None = None
        self._launcher: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/auth/v1"

    @property
    def database_url(self) -> str:
        """Connect as the superuser, past all policies."""
        return postgres.url(self.database_port, postgres.DATABASE)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def key_file(self) -> Path:
        return self.folder / "signing-key.json"

    @property
    def log(self) -> str:
        return (self.folder / "launcher.log").read_text(encoding="utf-8")

    def start(self) -> Self:
        try:
            clusters.lay_down(self.data, self.source, seed=self.seed, build=self._build)
            self.start_postgres()
            self.start_launcher()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        self.stop_launcher()
        self.stop_postgres()
        shutil.rmtree(self.folder)

    def _build(self) -> Path:
        self.start_postgres()
        build.build(self.database_url, self.source, with_seed=self.seed)
        with database.maintenance(self.database_url) as connection:
            database.create(connection, TEMPLATE, postgres.DATABASE)
        self.stop_postgres()
        return shelter.data_of(self.data)

    def start_postgres(self) -> None:
        place = ["--data", str(self.data), "--port", str(self.database_port)]
        with (self.folder / "postgres.log").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "local.supabase", "postgres", *place],
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )
        database.await_server(self.database_url, self._server.poll)

    def stop_postgres(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        _end(self._server, with_signal)
        self._server = None

    def start_launcher(self) -> None:
        settings = api.environment(self.database_url, self.api_port, self.key_file)
        with (self.folder / "launcher.log").open("ab") as log:
            self._launcher = subprocess.Popen(
                [*LEASH, str(os.getpid()), str(signal.SIGKILL.value), "node", str(api.LAUNCHER)],
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
            )
        self.await_launcher()

    def stop_launcher(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        _end(self._launcher, with_signal)
        self._launcher = None

    def reload_launcher(self) -> None:
        """Let it read the schema again, as after a change of tables."""
        assert self._launcher is not None
        told_before = self.log.count("reloaded")
        self._launcher.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while self.log.count("reloaded") == told_before:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def await_launcher(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_healthy():
            assert self._launcher is not None
            if self._launcher.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the launcher did not start:\n{self.log}")
            time.sleep(0.02)

    def await_rest(self) -> None:
        """Wait until requests reach the database again; they are refused for a moment when it is replaced."""
        deadline = time.monotonic() + PATIENCE
        with self.service_client() as client:
            while (answer := client.get("/rest/v1/")).status_code == 503:
                assert time.monotonic() < deadline, answer.text
                time.sleep(0.01)

    def reset(self) -> None:
        """Take the database back to what it was at the start: all rows, and all that was defined since."""
        with database.maintenance(self.database_url) as connection:
            database.drop(connection, NEXT)
            database.create(connection, NEXT, TEMPLATE)
            database.replace(connection, postgres.DATABASE, NEXT)
        self.await_rest()

    def clear(self) -> None:
        """Remove the rows of all users and of all tables that were empty at the start; takes milliseconds."""
        tables = [*self._empty_at_start(), *(("auth", name) for name in AUTH_TABLES)]
        deletions = [sql.SQL("delete from {};").format(sql.Identifier(*table)) for table in tables]
        with psycopg.connect(self.database_url) as connection:
            connection.execute("set local session_replication_role = replica")
            connection.execute(sql.Composed(deletions))

    def headers(self, token: str | None = None) -> dict[str, str]:
        """Give what a browser sends: as the user of the token, or as nobody."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return {"apikey": self.publishable_key, **bearer}

    def client(self, token: str | None = None) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers(token), timeout=PATIENCE)

    def service_client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"apikey": self.secret_key}, timeout=PATIENCE)

    def sign_up(self, email: str) -> tuple[str, str]:
        """Make a user; give the id and a token."""
        with self.client() as client:
            answer = client.post("/auth/v1/signup", json={"email": email, "password": PASSWORD})
        answer.raise_for_status()
        session = answer.json()
        return str(session["user"]["id"]), str(session["access_token"])

    def _empty_at_start(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_empty"):
            template = postgres.url(self.database_port, TEMPLATE)
            with psycopg.connect(template) as connection:
                found = connection.execute(TABLES.encode()).fetchall()
                self._empty = [
                    (schema, table) for schema, table in found if _is_empty(connection, schema, table)
                ]
        return self._empty

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2.0).is_success
        except httpx.HTTPError:
            return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _is_empty(connection: psycopg.Connection, schema: str, table: str) -> bool:
    question = sql.SQL("select not exists (select from {})").format(sql.Identifier(schema, table))
    row = connection.execute(question).fetchone()
    return bool(row and row[0])


def _end(process: subprocess.Popen[bytes] | None, with_signal: signal.Signals) -> None:
    if process is None:
        return
    process.send_signal(with_signal)
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
