"""Makes the clients. What a generator cannot make is a fault of the description, and ends it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
NOT_FOR_CLIENTS: Final = "/api/v1/webhooks/"  # what services call is no part of a client
DESCRIPTION: Final = REPOSITORY / "docs" / "openapi.json"
NODE_MODULES: Final = REPOSITORY / "local" / "node_modules"
OURS: Final = Path(__file__).with_name("typescript")
PACKAGE: Final = "talenti_client"
SETTINGS: Final[dict[str, object]] = {
    "project_name_override": "talenti-client",
    "package_name_override": PACKAGE,
    "post_hooks": [],  # what is generated is not read, and need not be formatted
}
WORRIES: Final = ("warning", "skipping", "unsupported", "⚠", "error")

type Command = Sequence[str | Path]


class ClientError(Exception):
    """A generator or a compiler was not content; what it said follows."""


def typescript(target: Path) -> None:
    """The types of the description, a small client over `openapi-fetch`, and what compiles them."""
    _fresh(target)
    for each in sorted(OURS.iterdir()):
        shutil.copy(each, target)
    with _described(target) as description:
        _content("openapi-typescript", _node("openapi-typescript", description, "-o", target / "schema.ts"))
    (target / "node_modules").symlink_to(NODE_MODULES, target_is_directory=True)


def python(target: Path) -> None:
    """A typed package over httpx, with a function for each operation."""
    _fresh(target)
    settings = target / "settings.json"
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    program = Path(sys.executable).with_name("openapi-python-client")
    with _described(target) as description:
        where: Command = ["--path", description, "--output-path", target, "--config", settings]
        _content("openapi-python-client", [program, "generate", *where, "--overwrite", "--fail-on-warning"])
    settings.unlink()


@contextmanager
def _described(folder: Path) -> Iterator[Path]:
    """The description without what services call."""
    document = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    paths = document["paths"].items()
    document["paths"] = {path: each for path, each in paths if not path.startswith(NOT_FOR_CLIENTS)}
    told = folder / "openapi.json"
    told.write_text(json.dumps(document), encoding="utf-8")
    yield told
    told.unlink()


def compile_typescript(target: Path) -> None:
    """To JavaScript in `dist`, as strictly as there is. What stands beside the client is compiled with it."""
    _run(_node("tsc", "--project", target / "tsconfig.json"))


def check_python(target: Path, *users: Path) -> None:
    """The types of every file agree; or those of the users named, and of all they use."""
    options: Command = [
        "--strict",
        "--no-warn-redundant-casts",
        "--config-file=",
        f"--cache-dir={os.devnull}",
    ]
    checked = users or (target / PACKAGE,)
    _run([sys.executable, "-m", "mypy", *options, *checked], {"MYPYPATH": str(target)})


def _fresh(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in folder.iterdir():
        if each.is_symlink() or each.is_file():
            each.unlink()
        else:
            shutil.rmtree(each)


def _node(program: str, *words: str | Path) -> Command:
    return [NODE_MODULES / ".bin" / program, *words]


def _content(program: str, command: Command) -> None:
    said = _run(command)
    worries = [line for line in said.splitlines() if any(each in line.lower() for each in WORRIES)]
    if worries:
        raise ClientError(f"{program}:\n{said}")


def _run(command: Command, more: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        cwd=REPOSITORY,
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise ClientError(f"{Path(command[0]).name}:\n{said}")
    return said
