"""What is shipped to Azure: all that `.funcignore` leaves, and nothing a function does not need.

The file is read in two ways, and both must ship the same: azd reads it as git would; Core Tools takes each
line as the beginning of a path from the root, so that a pattern has no end and reaches no deeper folder.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

REPOSITORY = Path(__file__).parents[2]
LINES = REPOSITORY.joinpath(".funcignore").read_text(encoding="utf-8").splitlines()
SHIPPED = {"function_app.py", "host.json", "requirements.txt", "blueprints", "shared"}

Ignored = Callable[[str], bool]
AS_GIT = GitIgnoreSpec.from_lines(LINES)
WILDCARDS = {"**": ".+", "*": "[^/]+"}


def as_beginnings(path: str) -> bool:
    patterns = [line.removeprefix("/") for line in LINES if line and not line.startswith("#")]
    return any(re.match(_beginning(pattern), path) for pattern in patterns)


def _beginning(pattern: str) -> str:
    parts = re.split(r"(\*\*|\*)", pattern)
    return "".join(WILDCARDS.get(part) or re.escape(part) for part in parts)


both_readings = pytest.mark.parametrize(
    "ignored", [pytest.param(AS_GIT.match_file, id="as git"), pytest.param(as_beginnings, id="as Core Tools")]
)


def shipped(ignored: Ignored, folder: Path = REPOSITORY) -> Iterator[Path]:
    """Walk as the packagers do: an ignored folder is not entered."""
    for entry in folder.iterdir():
        path = entry.relative_to(REPOSITORY)
        if ignored(f"{path}/" if entry.is_dir() else str(path)):
            continue
        if entry.is_dir():
            yield from shipped(ignored, entry)
        else:
            yield path


@both_readings
def test_only_the_app_is_shipped(ignored: Ignored) -> None:
    assert {path.parts[0] for path in shipped(ignored)} == SHIPPED


@both_readings
def test_every_file_of_the_app_is_shipped(ignored: Ignored) -> None:
    """A pattern for the root must not reach into the app, which has a `supabase` of its own."""
    kept = set(shipped(ignored))
    for folder in ("blueprints", "shared"):
        found = REPOSITORY.joinpath(folder).rglob("*")
        files = {path.relative_to(REPOSITORY) for path in found if path.is_file()}
        assert {file for file in files - kept if "__pycache__" not in file.parts} == set()


@both_readings
@pytest.mark.parametrize(
    "path",
    [
        "local.settings.json",
        "local.settings.sample.json",
        ".env",
        ".env.production",
        ".local/storage/blob",
        ".venv/bin/python",
        ".git/config",
        ".ci/run",
        ".github/workflows/check.yml",
        "tests/unit/test_settings.py",
        "docs/architecture.md",
        "infra/main.bicep",
        "supabase/seed.sql",
        "local/host/__main__.py",
        "local/node_modules/azurite/package.json",
        "shared/__pycache__/settings.cpython-313.pyc",
        "__azurite_db_blob__.json",
        ".coverage",
        "requirements-dev.txt",
    ],
)
def test_what_must_never_be_shipped(ignored: Ignored, path: str) -> None:
    assert ignored(path)


@both_readings
@pytest.mark.parametrize(
    "path", ["shared/adapters/supabase/client.py", "shared/prompts/README.md", "shared/packs/local/a.yaml"]
)
def test_names_of_the_root_may_be_used_in_the_app(ignored: Ignored, path: str) -> None:
    assert not ignored(path)
