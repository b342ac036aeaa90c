"""One PostgreSQL server per data folder: made, started in the foreground, and found when it runs."""

import fcntl
import locale
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psutil

from local.stack import leash
from local.stack.ports import LOOPBACK, is_free
from local.supabase import programs as installed
from local.supabase.account import Account, account_for
from local.supabase.programs import PostgresError, Programs
from local.supabase.shelter import data_of, reachable_data, readable_programs

SUPERUSER = "postgres"
DATABASE = "talenti"
STOP_WITHIN = 10.0
# Nothing is forced to the disk: a power cut may damage the data of this machine. A killed process must not:
# a commit is with the operating system before it is answered.
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "max_connections": "100",
    # Statements and rows stay out of the log: a failing statement is reported to who sent it.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server of ours."""

    pid: int
    port: int

    def url(self, database: str) -> str:
        return url(self.port, database)


def url(port: int, database: str) -> str:
    return f"postgresql://{SUPERUSER}@{LOOPBACK}:{port}/{database}"


def running(wanted: Path) -> Server | None:
    """Find the server of this data folder: the process that its pid file names, if it works in there."""
    data = data_of(wanted)
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, port = int(lines[0]), int(lines[3])
        works_in = psutil.Process(pid).cwd()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return Server(pid, port) if Path(works_in) == data.resolve() else None


def stop(server: Server) -> None:
    """Ask for a fast shutdown, which does not wait for clients."""
    try:
        process = psutil.Process(server.pid)
        process.send_signal(signal.SIGINT)
        process.wait(STOP_WITHIN)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        raise PostgresError(f"PostgreSQL (process {server.pid}) did not stop.") from None


def run(wanted: Path, port: int) -> NoReturn:
    """Become the server of this data folder; it ends with the process that has started us."""
    parent = os.getppid()
    wanted = wanted.resolve()
    wanted.parent.mkdir(parents=True, exist_ok=True)
    _hold(wanted)
    if not is_free(port):
        raise PostgresError(f"Port {port} is in use by another program.")
    account, programs, data = prepare(wanted)
    _forget_ended(wanted, data)
    os.chdir("/")
    account.become()
    leash.tie_to_parent(parent, signal.SIGINT)  # again: the kernel forgets it when the account changes
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    os.execv(programs.postgres, [programs.postgres, "-D", str(data), "-p", str(port), *options])  # noqa: S606 - to become the server is the purpose


def prepare(wanted: Path) -> tuple[Account, Programs, Path]:
    """Make all that a start needs: who, with what, and an initialised folder."""
    account = account_for(data_of(wanted))
    programs = readable_programs(installed.find(), account)
    data = reachable_data(wanted, account)
    if (data / "PG_VERSION").exists():
        _check_version(data, programs)
    else:
        _initialise(data, account, programs)
    return account, programs, data


def _hold(wanted: Path) -> None:
    """Lock the folder for as long as the server or any process of it lives: all inherit the open file."""
    lock = os.open(wanted.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.set_inheritable(lock, True)
    deadline = time.monotonic() + STOP_WITHIN
    while not _locked(lock):
        _refuse_running(wanted)  # but sessions of a killed server end a moment after it
        if time.monotonic() > deadline:
            raise PostgresError(f"{wanted} is held by another process.")
        time.sleep(0.05)


def _refuse_running(wanted: Path) -> None:
    if server := running(wanted):
        raise PostgresError(
            f"PostgreSQL runs on {wanted} already (process {server.pid}, port {server.port})."
        )


def _forget_ended(wanted: Path, data: Path) -> None:
    """Remove what a killed server left: while nobody reaps its process, PostgreSQL takes it for alive."""
    _refuse_running(wanted)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_version(data: Path, programs: Programs) -> None:
    made_by = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if made_by != (version := programs.major_version()):
        raise PostgresError(
            f"The data was made by PostgreSQL {made_by}, this is {version}: run `make reset`."
        )


def _initialise(data: Path, account: Account, programs: Programs) -> None:
    """Make the folder beside its place: one that was not finished never looks finished."""
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(draft, account.uid, account.gid)
    done = account.run(
        [
            programs.initdb,
            *("-D", str(draft), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"),
            *(f"--locale={_locale()}", "--no-sync"),
        ]
    )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresError(f"initdb failed: {done.stderr.strip()}")
    shutil.rmtree(data, ignore_errors=True)
    draft.rename(data)


def _locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"
