"""Installs what is missing: `.venv` and `local/node_modules`, exactly as the lock files say.

Runs on a bare Python 3.13, before anything is installed: standard library only, nothing of this project.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
OLDEST_NODE = 20
STAMP = ".stamp-"


class InstallError(Exception):
    """Something that the developer has to install or repair; the message says what."""


def install(repository: Path) -> None:
    with one_at_a_time(repository / ".local" / "install.lock"):
        install_python(repository)
        install_node(repository)


def install_python(repository: Path) -> None:
    venv, lock = repository / ".venv", repository / "requirements-dev.txt"
    stamp = stamp_of(venv, lock, sys.version)
    if stamp.exists() and works(venv):
        return
    print(f"Installing Python packages into {venv.name} ...", flush=True)
    unfinished = venv / ".unfinished"
    forget_stamps(venv)
    # What an interrupted run left is not repaired but replaced: it may look complete and not be.
    if unfinished.exists() or not works(venv):
        run([sys.executable, "-m", "venv", "--clear", str(venv)])
    unfinished.touch()
    python = str(venv / "bin" / "python")
    quiet = ["-qq", "--disable-pip-version-check"]
    run([python, "-m", "pip", "install", *quiet, "--require-hashes", "--requirement", str(lock)])
    run([python, "-m", "piptools", "sync", "--quiet", str(lock)])  # removes what an older lock had
    unfinished.unlink()
    stamp.touch()


def install_node(repository: Path) -> None:
    folder = repository / "local"
    lock = folder / "package-lock.json"
    node = checked_node()
    stamp = stamp_of(folder / "node_modules", lock, node)
    if stamp.exists():
        return
    print(f"Installing Node packages into {folder.name}/node_modules ...", flush=True)
    # npm clears the folder, and an old stamp with it, before it begins.
    run(["npm", "ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error"])
    stamp.touch()


def checked_node() -> str:
    advice = f"Node.js {OLDEST_NODE} or newer (with npm) is needed: https://nodejs.org/en/download"
    if not shutil.which("node") or not shutil.which("npm"):
        raise InstallError(f"Node.js was not found. {advice}")
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    found = re.match(r"v(\d+)\.", answer)
    if not found or int(found[1]) < OLDEST_NODE:
        raise InstallError(f"Node.js is {answer or 'not working'}. {advice}")
    return found[1]


def stamp_of(folder: Path, lock: Path, version: str) -> Path:
    """Name the file that says: this folder holds all of this lock, for this interpreter."""
    return folder / (STAMP + hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()[:16])


def forget_stamps(folder: Path) -> None:
    for stamp in folder.glob(f"{STAMP}*"):
        stamp.unlink()


def works(venv: Path) -> bool:
    """Run it: a moved folder or a removed interpreter leaves an environment that only looks right."""
    command = [str(venv / "bin" / "python"), "-c", "import pip, sys; print(sys.version)"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


@contextmanager
def one_at_a_time(lock_file: Path) -> Iterator[None]:
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as lock:
        # pip may outlive this process when it is killed: the lock is then held until pip has ended.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another installation to finish ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, close_fds=False)
    except FileNotFoundError:
        raise InstallError(f"{command[0]} was not found") from None
    except subprocess.CalledProcessError as error:
        raise InstallError(f"exit code {error.returncode} of: {' '.join(command)}") from None


def main() -> int:
    try:
        install(REPOSITORY)
    except InstallError as error:
        print(f"Not installed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
