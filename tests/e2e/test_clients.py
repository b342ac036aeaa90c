"""The generated clients compile without a word, and hold a talk with the product."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.clients import generate
from tests.host_process import REPOSITORY, HostProcess
from tests.invited import Invited, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

USERS = REPOSITORY / "tests" / "apps" / "clients"


@pytest.fixture(scope="module")
def case(supabase: SupabaseStack) -> Invited:
    return invited(supabase)


def seen(command: list[str | Path], product: HostProcess, case: Invited, **more: str) -> list[dict[str, Any]]:
    """What the program printed, a line for each."""
    done = subprocess.run(
        [*map(str, command), product.url, case.candidate.token, str(case.interview_id)],
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_talk_in_typescript(
    tmp_path: Path, product: HostProcess, simulators: Simulators, case: Invited
) -> None:
    generate.typescript(tmp_path)
    shutil.copy(USERS / "talk.ts", tmp_path)
    generate.compile_typescript(tmp_path)

    refused, talk = seen(["node", tmp_path / "dist" / "talk.js"], product, case)

    assert refused == {"refused": 403, "code": "forbidden"}
    assert talk["me"] == str(case.candidate.user_id)
    assert (talk["begun"], talk["left"], talk["ended"]) == ("in_progress", 4, "completed")
    assert case.run("select status from public.interviews where id = %s", case.interview_id) == "completed"


def test_a_talk_read_in_python(tmp_path: Path, product: HostProcess, case: Invited) -> None:
    generate.python(tmp_path)
    generate.check_python(tmp_path, USERS / "talk.py")

    (talk,) = seen([sys.executable, USERS / "talk.py"], product, case, PYTHONPATH=str(tmp_path))

    assert talk["me"] == str(case.candidate.user_id)
    assert (talk["refused"], talk["code"]) == (403, "forbidden")
    assert talk["status"] in {"invited", "completed"}  # read before or after the other talk
    assert talk["skills"] == 0


def test_what_a_generator_cannot_make_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list_of_nothing = {"content": {"application/json": {"schema": {"type": "array"}}}, "description": "All"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Spoilt", "version": "1"},
        "paths": {"/me": {"get": {"operationId": "me", "responses": {"200": list_of_nothing}}}},
    }
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr(generate, "DESCRIPTION", spoilt)

    with pytest.raises(generate.ClientError, match="openapi-python-client"):
        generate.python(tmp_path / "client")
