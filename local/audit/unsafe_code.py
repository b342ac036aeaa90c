"""What bandit finds in our code, less what a line answers.

ruff asks the same questions under the same numbers (`S506` is bandit's `B506`), and wants the reason
beside its `noqa`. So a finding counts as answered where its lines say why, and nothing is said twice.
What is skipped altogether stands with its reason under `[tool.bandit]` in pyproject.toml.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).parents[2]
SHIPPED: Final = ("function_app.py", "blueprints", "shared")
# the local stack starts processes; that is its purpose, and ruff lets it as well
OF_THE_STACK: Final = frozenset({"B603", "B607"})


def findings() -> list[str]:
    shipped = unanswered(bandit(*(REPOSITORY / each for each in SHIPPED)))
    stack = unanswered(bandit(REPOSITORY / "local"), OF_THE_STACK)
    return [*shipped, *stack]


def unanswered(found: Iterable[dict[str, Any]], accepted: frozenset[str] = frozenset()) -> list[str]:
    return [
        f"{_named(each)}:{each['line_number']} {each['test_id']} {each['issue_text']}"
        for each in found
        if each["test_id"] not in accepted and not _is_answered(each)
    ]


def _is_answered(found: dict[str, Any]) -> bool:
    lines = Path(found["filename"]).read_text(encoding="utf-8").splitlines()
    answer = re.compile(rf"# noqa: [A-Z0-9, ]*\bS{found['test_id'][1:]}\b[A-Z0-9, ]* - \S")
    return any(answer.search(lines[number - 1]) for number in found["line_range"])


def _named(found: dict[str, Any]) -> str:
    path = Path(found["filename"])
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


def bandit(*places: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", str(REPOSITORY / "pyproject.toml")]
    done = subprocess.run(
        [*command, "--format", "json", "--recursive", *map(str, places)],
        capture_output=True,
        text=True,
        check=False,  # it ends with 1 when there are findings
    )
    if done.returncode > 1:
        raise RuntimeError(f"bandit failed: {done.stderr}")
    told = json.loads(done.stdout)
    if told["errors"]:
        raise RuntimeError(f"bandit could not read: {told['errors']}")
    found: list[dict[str, Any]] = told["results"]
    return found
