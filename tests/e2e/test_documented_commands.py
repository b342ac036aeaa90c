"""A reader who copies every command of the documents, one after the other, in one shell."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.demo.api import Addresses
from local.demo.stage import Stage
from tests.documented_commands import followed
from tests.host_process import REPOSITORY

pytestmark = [pytest.mark.azure, pytest.mark.database, pytest.mark.slow]

# what `set -e` does not see: a command that fails within a substitution's pipe, or prints a problem
CAREFULLY = "set -euo pipefail\n"
WITHIN = 200.0
PROBLEM = "urn:talenti:problem:"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    with Stage(tmp_path_factory.mktemp("stack")) as stage:
        yield stage.addresses


def here(commands: str, addresses: Addresses) -> str:
    """The same, of a stack on ports of its own."""
    for written, real in (
        ("$(.venv/bin/python -m local.stack url simulator)", addresses.simulator),
        ("http://127.0.0.1:7071", addresses.api),
        ("http://127.0.0.1:54321", addresses.supabase),
        ("http://127.0.0.1:8090", addresses.simulator),
    ):
        commands = commands.replace(written, real)
    return commands


@pytest.mark.timeout(WITHIN + 60)
def test_every_command_of_the_documents_works_as_it_is_written(addresses: Addresses, tmp_path: Path) -> None:
    (tmp_path / ".local").mkdir()
    (tmp_path / ".venv").symlink_to(REPOSITORY / ".venv")
    steps = [f"echo '== {block.page}, {block.number}'\n{here(block.text, addresses)}" for block in followed()]

    printed = tmp_path / "printed.txt"
    with printed.open("wb") as out:
        code = subprocess.call(
            ["/bin/bash", "-c", CAREFULLY + "\n".join(steps)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=WITHIN,
        )

    told = printed.read_text(encoding="utf-8")
    assert code == 0, told[-3000:]
    refused = [line for line in told.splitlines() if PROBLEM in line and "being transcribed" not in line]
    assert not refused
    assert "<h1" in (tmp_path / ".local/report.html").read_text(encoding="utf-8")
    assert (tmp_path / ".local/interview.wav").read_bytes().startswith(b"RIFF")
