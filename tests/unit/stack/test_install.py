"""Installing: once per lock file, and never half."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from local.stack import install


class Machine:
    """Notes what would be run; an environment works once it was made."""

    def __init__(self, repository: Path) -> None:
        self.venv = repository / ".venv"
        self.commands: list[str] = []
        self.fails_at = ""

    def run(self, command: Sequence[str]) -> None:
        text = " ".join(command)
        self.commands.append(text)
        if self.fails_at and self.fails_at in text:
            raise install.InstallError(text)
        if "venv" in command:
            self.venv.mkdir(exist_ok=True)
            (self.venv / ".unfinished").unlink(missing_ok=True)
        if "npm" in command:
            (self.venv.parent / "local/node_modules").mkdir(exist_ok=True)

    def works(self, venv: Path) -> bool:
        return venv.exists()

    def ran(self, part: str) -> bool:
        return any(part in command for command in self.commands)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "local").mkdir()
    (tmp_path / "requirements-dev.txt").write_text("one==1", encoding="utf-8")
    (tmp_path / "local/package-lock.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def machine(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(repository)
    monkeypatch.setattr(install, "run", machine.run)
    monkeypatch.setattr(install, "works", machine.works)
    monkeypatch.setattr(install, "checked_node", lambda: "20")
    return machine


def test_everything_is_installed_once(repository: Path, machine: Machine) -> None:
    install.install(repository)
    assert machine.ran("-m venv --clear")
    assert machine.ran("--require-hashes")
    assert machine.ran("npm ci --prefix")
    machine.commands.clear()
    install.install(repository)
    assert machine.commands == []


def test_a_changed_lock_is_installed_into_what_is_there(repository: Path, machine: Machine) -> None:
    install.install(repository)
    machine.commands.clear()
    (repository / "requirements-dev.txt").write_text("one==2", encoding="utf-8")
    install.install(repository)
    assert machine.ran("pip install")
    assert machine.ran("piptools sync")
    assert not machine.ran("venv --clear")
    assert not machine.ran("npm ci")


@pytest.mark.parametrize("step", ["pip install", "piptools sync"])
def test_what_an_interrupted_installation_left_is_replaced(
    repository: Path, machine: Machine, step: str
) -> None:
    machine.fails_at = step
    with pytest.raises(install.InstallError):
        install.install(repository)
    machine.fails_at = ""
    machine.commands.clear()
    install.install(repository)
    assert machine.ran("venv --clear")


def test_an_interrupted_update_forgets_the_old_stamp(repository: Path, machine: Machine) -> None:
    install.install(repository)
    old = (repository / "requirements-dev.txt").read_bytes()
    (repository / "requirements-dev.txt").write_text("one==2", encoding="utf-8")
    machine.fails_at = "pip install"
    with pytest.raises(install.InstallError):
        install.install(repository)
    machine.fails_at = ""
    (repository / "requirements-dev.txt").write_bytes(old)
    machine.commands.clear()
    install.install(repository)
    assert machine.ran("venv --clear")


@pytest.mark.parametrize("version", ["v18.20.1", "", "nonsense"])
def test_an_old_or_broken_node_is_refused(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout=version)
    )
    with pytest.raises(install.InstallError, match=r"Node\.js 20 or newer"):
        install.checked_node()


def test_a_missing_node_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(install.InstallError, match=r"Node\.js was not found"):
        install.checked_node()


def test_a_command_holds_the_lock_even_when_its_parent_is_gone(tmp_path: Path) -> None:
    lock = tmp_path / "install.lock"
    look = f"import fcntl; fcntl.flock(open({str(lock)!r}, 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with install.one_at_a_time(lock):
        left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with left:
        assert subprocess.run([sys.executable, "-c", look], check=False, stderr=subprocess.DEVNULL).returncode
        left.communicate(b"\n")
    install.run([sys.executable, "-c", look])


def test_a_command_that_fails_or_is_missing_is_named() -> None:
    with pytest.raises(install.InstallError, match="exit code 3 of: sh -c exit 3"):
        install.run(["sh", "-c", "exit 3"])
    with pytest.raises(install.InstallError, match="no-such-program was not found"):
        install.run(["no-such-program"])


def test_an_environment_is_believed_when_it_runs(tmp_path: Path) -> None:
    assert install.works(Path(sys.prefix))
    assert not install.works(tmp_path)
