"""The short form of `make load`: the command as it is called, and the report that it leaves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.host_process import REPOSITORY
from tests.load.records import WEIGHTS

pytestmark = [pytest.mark.azure, pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(300)]


def test_people_by_the_mix_and_whole_interviews_beside_them_meet_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.load", "--short", "--seed", "7", "--output", str(tmp_path)]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=280, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["errors"] == {}
    assert figures["refused"] > 0
    assert figures["talks"]["interviews"] > 0
    assert set(figures["mix"]) == {route.value for route in WEIGHTS}
    judged = {each["name"]: each["word"] for each in figures["verdicts"]}
    assert judged["answers kept once"] == judged["the ledger balances"] == "holds"
    assert judged["memory is flat"] == "not judged"
    assert all(f"{word:<12}{name}" in done.stdout for name, word in judged.items())
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert report.count("<svg") == report.count("<figure>") > len(WEIGHTS)
