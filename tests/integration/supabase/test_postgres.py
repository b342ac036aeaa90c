"""The server's process: one per folder, ours alone, and gone with who started it."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local.supabase import database, postgres, programs
from local.supabase.account import Account, account_for
from local.supabase.shelter import data_of
from tests.azurite import free_ports

pytestmark = pytest.mark.database
REPOSITORY = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


class ServerProcess:
    """`python -m local.supabase postgres` on one folder."""

    def __init__(self, data: Path, port: int, account: Account | None = None) -> None:
        self.data, self.port, self.account = data, port, account

    def start(self, python: str = sys.executable) -> subprocess.Popen[str]:
        other = self.account
        return subprocess.Popen(
            [python, "-m", "local.supabase", "postgres", "--data", str(self.data), "--port", str(self.port)],
            cwd=REPOSITORY,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=[] if other else None,
        )

    def started(self) -> subprocess.Popen[str]:
        process = self.start()
        database.await_server(postgres.url(self.port, database.MAINTENANCE), process.poll)
        return process

    def ask(self, question: str) -> object:
        with psycopg.connect(postgres.url(self.port, database.MAINTENANCE), autocommit=True) as connection:
            cursor = connection.execute(question.encode())
            return cursor.fetchone() if cursor.description else None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every account can reach; pytest's own is closed."""
    folder = Path(tempfile.mkdtemp(prefix="talenti-postgres-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(open_folder: Path) -> Iterator[ServerProcess]:
    yield (server := ServerProcess(open_folder / "data", free_ports(1)[0]))
    if found := postgres.running(server.data):
        postgres.stop(found)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=20)
    return process.returncode, said


def stopped(process: subprocess.Popen[str], with_signal: signal.Signals = signal.SIGINT) -> int:
    process.send_signal(with_signal)
    return ended(process)[0]


def test_data_survives_a_stop_and_a_kill(server: ServerProcess) -> None:
    process = server.started()
    server.ask("create table kept (id int)")
    assert stopped(process) == 0
    assert postgres.running(server.data) is None
    process = server.started()
    server.ask("insert into kept values (7)")
    with psycopg.connect(postgres.url(server.port, database.MAINTENANCE)):  # a session that outlives it
        stopped(process, signal.SIGKILL)
        process = server.started()
    assert server.ask("select id from kept") == (7,)
    stopped(process)


def test_a_second_starter_leaves_the_first_alone(server: ServerProcess) -> None:
    process = server.started()
    found = postgres.running(server.data)
    assert found == postgres.Server(process.pid, server.port)
    second = ServerProcess(server.data, free_ports(1)[0])
    code, said = ended(second.start())
    assert code == 1
    assert f"runs on {server.data} already (process {process.pid}, port {server.port})" in said
    assert server.ask("select 1") == (1,)
    stopped(process)


def test_two_starters_at_once_give_one_server(server: ServerProcess) -> None:
    second = ServerProcess(server.data, free_ports(1)[0])
    processes = [server.start(), second.start()]
    deadline = time.monotonic() + 20
    while all(process.poll() is None for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    loser = next(process for process in processes if process.poll() is not None)
    code, said = ended(loser)
    assert (code, "already" in said) == (1, True)
    (winner,) = (process for process in processes if process is not loser)
    assert postgres.running(server.data) is not None
    stopped(winner)


def test_a_foreign_listener_keeps_its_port(server: ServerProcess) -> None:
    with socket.create_server(("127.0.0.1", server.port)):
        code, said = ended(server.start())
    assert code == 1
    assert f"Port {server.port} is in use by another program." in said
    assert not server.data.exists()


def test_a_foreign_server_is_not_taken_for_ours(server: ServerProcess, tmp_path: Path) -> None:
    process = server.started()
    tmp_path.joinpath("postmaster.pid").write_bytes(server.data.joinpath("postmaster.pid").read_bytes())
    assert postgres.running(tmp_path) is None
    stopped(process)


def test_it_ends_with_who_started_it(server: ServerProcess) -> None:
    place = ["postgres", "--data", str(server.data), "--port", str(server.port)]
    starter = f"""import subprocess, sys, time
subprocess.Popen([sys.executable, "-m", "local.supabase", *{place}])
time.sleep(60)"""
    parent = subprocess.Popen([sys.executable, "-c", starter], cwd=REPOSITORY)
    database.await_server(postgres.url(server.port, database.MAINTENANCE), parent.poll)
    found = postgres.running(server.data)
    assert found is not None
    parent.kill()
    parent.wait()
    psutil.wait_procs([psutil.Process(found.pid)] if psutil.pid_exists(found.pid) else [], timeout=10)
    assert postgres.running(server.data) is None


def test_an_unfinished_folder_is_made_anew(server: ServerProcess) -> None:
    draft = server.data.with_name(f"{server.data.name}.new")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("17", encoding="utf-8")
    process = server.started()
    assert not draft.exists()
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    stopped(process)


def test_data_of_another_version_is_named(server: ServerProcess) -> None:
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("9.6\n", encoding="utf-8")
    if os.geteuid() == 0:
        owner = account_for(server.data)
        os.chown(server.data, owner.uid, owner.gid)
    code, said = ended(server.start())
    assert code == 1
    assert "The data was made by PostgreSQL 9.6" in said
    assert "make reset" in said


@as_root
def test_root_hands_the_server_to_another_account(server: ServerProcess) -> None:
    process = server.started()
    account = account_for(server.data)
    assert account.uid != 0
    assert psutil.Process(process.pid).uids().effective == account.uid
    assert server.data.stat().st_uid == account.uid
    stopped(process)


@as_root
def test_a_closed_folder_stays_closed_and_its_data_goes_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = ServerProcess(closed / "data", free_ports(1)[0])
    process = server.started()
    server.ask("create table kept ()")
    elsewhere = data_of(server.data)
    assert elsewhere != server.data
    assert postgres.running(server.data) == postgres.Server(process.pid, server.port)
    stopped(process)
    process = server.started()
    assert server.ask("select to_regclass('kept')::text") == ("kept",)
    stopped(process)
    shutil.rmtree(server.data)  # as `make reset` does
    process = server.started()
    assert server.ask("select to_regclass('kept')::text") == (None,)
    stopped(process)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    shutil.rmtree(elsewhere.parent)


@as_root
def test_forgotten_data_elsewhere_is_cleared(tmp_path: Path) -> None:
    places = []
    for name in ("first", "second"):
        data = tmp_path / name / "data"
        process = (server := ServerProcess(data, free_ports(1)[0])).started()
        places.append(data_of(server.data).parent)
        stopped(process)
        shutil.rmtree(tmp_path / name)
    assert [place.exists() for place in places] == [False, True]
    shutil.rmtree(places[1])


@as_root
def test_others_run_it_as_themselves(open_folder: Path) -> None:
    account = account_for(open_folder / "data")
    python = str(Path(sys.executable).resolve())
    if not account.executes(python) or not account.reaches(REPOSITORY):
        pytest.skip(f"{account.name} cannot read the interpreter or the checkout")
    os.chown(open_folder, account.uid, account.gid)
    server = ServerProcess(open_folder / "data", free_ports(1)[0], account)
    process = server.start(sys.executable)
    database.await_server(postgres.url(server.port, database.MAINTENANCE), process.poll)
    assert psutil.Process(process.pid).uids().real == account.uid
    assert stopped(process) == 0


def test_links_that_npm_leaves_out_are_made(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    build = programs.find().installation.parent
    copy = open_folder / build.name
    shutil.copytree(build, copy, symlinks=True)
    links = [path for path in copy.rglob("*") if path.is_symlink()]
    for link in links:
        link.unlink()
    damaged = programs.Programs(copy / "native" / "bin")
    with pytest.raises(programs.PostgresError, match="does not run"):
        damaged.major_version()
    assert programs.find(packages=open_folder).major_version() == "17"
    assert all(link.is_symlink() and link.exists() for link in links)


def test_a_killed_server_that_nobody_reaps_is_no_obstacle(server: ServerProcess) -> None:
    """As when the init process of a container waits for nobody."""
    process = server.started()
    server.ask("create table kept ()")
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and left as it is
    second = server.started()
    assert server.ask("select to_regclass('kept')::text") == ("kept",)
    stopped(second)
    process.communicate()
