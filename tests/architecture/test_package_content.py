"""What is shipped to Azure: all that `.funcignore` leaves, and nothing a function does not need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

REPOSITORY = Path(__file__).parents[2]
SHIPPED = {"function_app.py", "host.json", "requirements.txt", "blueprints", "shared"}
IGNORED = GitIgnoreSpec.from_lines(
    REPOSITORY.joinpath(".funcignore").read_text(encoding="utf-8").splitlines()
)


def shipped(folder: Path = REPOSITORY) -> Iterator[Path]:
    """Walk as the packagers do: an ignored folder is not entered."""
    for entry in folder.iterdir():
        path = entry.relative_to(REPOSITORY)
        if IGNORED.match_file(f"{path}/" if entry.is_dir() else path):
            continue
        if entry.is_dir():
            yield from shipped(entry)
        else:
            yield path


def test_only_the_app_is_shipped() -> None:
    assert {path.parts[0] for path in shipped()} == SHIPPED


def test_every_file_of_the_app_is_shipped() -> None:
    """An ignore pattern for the root must not reach into the app: a prompt is a document too."""
    kept = set(shipped())
    for folder in ("blueprints", "shared"):
        files = {
            file.relative_to(REPOSITORY) for file in REPOSITORY.joinpath(folder).rglob("*") if file.is_file()
        }
        assert {file for file in files - kept if "__pycache__" not in file.parts} == set()


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
def test_what_must_never_be_shipped(path: str) -> None:
    assert IGNORED.match_file(path)
