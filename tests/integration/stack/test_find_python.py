"""Finding Python 3.13: what stands on PATH is believed only once it has run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.stack.stack_process import REPOSITORY

SCRIPT = REPOSITORY / "local/stack/find_python.sh"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with a shell and its tools, but no Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "ls", "sort", "cat"):
        found = next(path for folder in ("/bin", "/usr/bin") if (path := Path(folder, name)).exists())
        (tools / name).symlink_to(found)
    return tmp_path


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def python(path: Path) -> None:
    """This very interpreter under another name; it would tell its real path, so the name is told instead."""
    program(path, f'case "$2" in *print*) echo "{path}" ;; *) exec {sys.executable} "$@" ;; esac')


def find(machine: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(machine / "bin"), "HOME": str(machine)}
    shell = os.fspath(machine / "bin/sh")
    return subprocess.run([shell, str(SCRIPT)], env=env, capture_output=True, text=True, check=False)


def test_the_one_on_path_comes_first(machine: Path) -> None:
    python(machine / "bin/python3.13")
    python(machine / ".pyenv/versions/3.13.1/bin/python3.13")
    assert find(machine).stdout == f"{machine}/bin/python3.13\n"


def test_a_shim_that_fails_is_passed_over_for_the_newest_under_pyenv(machine: Path) -> None:
    program(machine / "bin/python3.13", "echo 'command not found' >&2; exit 127")
    python(machine / ".pyenv/versions/3.13.9/bin/python3.13")
    python(machine / ".pyenv/versions/3.13.10/bin/python3.13")
    assert find(machine).stdout == f"{machine}/.pyenv/versions/3.13.10/bin/python3.13\n"


def test_another_version_is_not_taken(machine: Path) -> None:
    program(machine / "bin/python3", "exit 1")
    answer = find(machine)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "Python 3.13 was not found" in answer.stderr


def test_uv_is_asked_at_last(machine: Path) -> None:
    python(machine / "uv-python")
    program(machine / "bin/uv", f'[ "$2" = find ] && echo "{machine}/uv-python"; exit 0')
    assert find(machine).stdout == f"{machine}/uv-python\n"
