"""`make demo` as a newcomer runs it: one interview from the role to the last word."""

import re
import subprocess
import sys

import pytest

from tests.host_process import REPOSITORY

pytestmark = [pytest.mark.azure, pytest.mark.database, pytest.mark.slow]


def test_the_demo_plays_an_interview_to_its_end() -> None:
    command = [sys.executable, "-m", "local.demo", "--token-seconds", "0"]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=110, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "I am an AI interviewer" in " ".join(done.stdout.split())
    assert re.search(r"status +completed", done.stdout)
    assert re.search(r"read as skills +.*PostgreSQL", done.stdout)
    assert re.search(r"score +\d+\.\d of 100", done.stdout)
    assert re.search(r"proof +[1-9]\d* of \d+ quotes", done.stdout)
    assert re.search(r"\d+ answers in \d+ seconds", done.stdout)
    assert done.stdout.count("interviewer:") >= 7
