"""Known holes of what is installed: asks the registries, so it needs a network and a day may change it."""

import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
PYTHON: Final = (
    sys.executable,
    "-m",
    "pip_audit",
    "--requirement",
    str(REPOSITORY / "requirements-dev.txt"),  # which holds all of requirements.txt
    "--require-hashes",
    "--disable-pip",
    "--strict",  # what could not be looked up was not looked at
    "--progress-spinner=off",
)
NODE: Final = ("npm", "audit", "--package-lock-only", "--audit-level=high")


def findings() -> list[str]:
    return [*told("pip-audit", PYTHON, REPOSITORY), *told("npm audit", NODE, REPOSITORY / "local")]


def told(name: str, command: tuple[str, ...], folder: Path) -> list[str]:
    """What a program says when it does not end well: holes it found, or why it could not look."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return (
        [f"{name}: {line}" for line in f"{done.stdout}{done.stderr}".splitlines()] if done.returncode else []
    )
