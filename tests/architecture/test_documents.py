"""The documents say what is there: settings, errors, events, decisions, diagrams, the worked example."""

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shared import bootstrap, errors
from shared.domain.secret import Secret
from shared.http.edge import Delivery
from shared.http.problem import status_of
from shared.settings import PLATFORM, variables
from shared.telemetry import Event
from tests import documented_commands as commands
from tests.host_process import REPOSITORY
from tests.plain_asgi import client_of

DOCS = REPOSITORY / "docs"
DECISIONS = DOCS / "decisions"
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives"]
DIAGRAMS = ("C4Context", "C4Container", "C4Component", "flowchart ", "sequenceDiagram", "stateDiagram-v2")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    return sorted([*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")])


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def rows(page: Path) -> Iterator[list[str]]:
    """The cells of every line of a table whose first cell is code, without its backticks."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


def test_the_table_of_settings_names_exactly_those_of_the_code() -> None:
    names = [cells[0] for cells in rows(DOCS / "settings.md")]

    assert sorted(names) == sorted([*variables(), *PLATFORM])


def test_the_table_of_settings_gives_local_values_defaults_and_secrets_as_the_code_does() -> None:
    told = {name: rest for name, _, *rest in rows(DOCS / "settings.md")}

    for name, each in variables().items():
        default = "none" if each.default is None else each.default or "empty"
        is_secret = "yes" if isinstance(each.parse(each.local), Secret) else "no"
        assert told[name] == [each.local or "empty", default, is_secret], name
    assert {name: told[name][0] for name in PLATFORM} == PLATFORM


def kinds(root: type[errors.TalentiError]) -> Iterator[type[errors.TalentiError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def test_every_code_of_an_error_is_listed_with_its_status() -> None:
    listed = {(code, status) for code, status, *_ in rows(DOCS / "api.md") if status.isdigit()}

    given = {(kind.default_code, str(status_of(kind("")))) for kind in kinds(errors.TalentiError)}
    assert given <= listed
    assert len({code for code, _ in listed}) == len(listed)


def test_the_runbooks_explain_every_event() -> None:
    explained = [cells[0] for cells in rows(DOCS / "runbooks" / "README.md")]

    assert sorted(explained) == sorted(event.value for event in Event)


def decisions() -> list[Path]:
    return sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize("page", decisions(), ids=lambda page: page.stem)
def test_a_decision_has_its_number_its_status_and_the_four_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.match(rf"# {page.name[:4]}\. \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    if not page.name.startswith("0000"):
        assert re.search(r"^- Status: (proposed|accepted|replaced by \d{4})$", text, re.MULTILINE)
        assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)


def test_every_decision_has_a_number_of_its_own_and_a_line_in_the_index() -> None:
    numbered = [page for page in decisions() if not page.name.startswith("0000")]
    index = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \| (.+) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE
    )

    assert [number for number, *_ in index] == [f"{n:04}" for n in range(1, len(index) + 1)]
    assert [target for _, target, *_ in index] == [page.name for page in numbered]
    for number, target, title, status in index:
        text = (DECISIONS / target).read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. {title}\n")
        assert f"- Status: {status}\n" in text


def test_every_diagram_has_a_known_kind_and_a_content() -> None:
    diagrams = list(chain.from_iterable(blocks(page, "mermaid") for page in pages()))

    assert diagrams
    for diagram in diagrams:
        lines = diagram.splitlines()
        assert lines[0].startswith(DIAGRAMS), lines[0]
        assert len(lines) > 2


def test_every_block_of_a_shell_is_followed_or_left_out_for_a_reason() -> None:
    kinds = {
        (block.page, start)
        for block in commands.blocks()
        for start in commands.LEFT_OUT.get(block.page, ())
        if block.text.startswith(start)
    }

    assert {block.page for block in commands.followed()} <= set(commands.FOLLOWED)
    assert kinds == {(page, start) for page, starts in commands.LEFT_OUT.items() for start in starts}


@pytest.mark.parametrize("block", list(commands.blocks()), ids=lambda block: f"{block.page}-{block.number}")
def test_a_command_names_only_verbs_modules_and_files_that_are_there(block: commands.Block) -> None:
    verbs = set(
        re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert set(re.findall(r"^make ([a-z-]+)", block.text, re.MULTILINE)) <= verbs
    for module in re.findall(r"python -m ([\w.]+)", block.text):
        assert find_spec(module), module
    for path in re.findall(r"(?<![\w/.])(?:tests|infra|local|shared|supabase)/[\w/.-]+", block.text):
        assert (REPOSITORY / path).exists(), path


def test_every_block_of_code_is_closed() -> None:
    for page in pages():
        fences = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("```")]
        assert len(fences) == 2 * len(FENCE.findall(page.read_text(encoding="utf-8"))), page.name


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """The files of the worked example, imported as if they stood in the repository."""
    monkeypatch.setattr(bootstrap.edge, "endpoints", [])
    monkeypatch.setattr(bootstrap.edge, "delivery", Delivery)
    files = {}
    for code in blocks(REPOSITORY / "CONTRIBUTING.md", "python"):
        if named := re.match(r"# (\S+)\.py\n", code):
            module = ModuleType(named[1].replace("/", "."))
            monkeypatch.setitem(sys.modules, module.__name__, module)
            exec(compile(code, f"CONTRIBUTING.md: {named[1]}", "exec"), module.__dict__)  # noqa: S102
            files[named[1]] = module.__dict__
    return files


async def test_the_worked_example_works(example: dict[str, dict[str, Any]]) -> None:
    async with client_of(bootstrap.edge) as client:
        counted = await client.post("/api/v1/word-counts", json={"text": "I kept the queue short."})
        refused = await client.post("/api/v1/word-counts", json={"text": " "})

    assert (counted.status_code, counted.json()) == (200, {"words": 5})
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_error")
    checks = [
        value
        for name, value in example["tests/unit/use_cases/test_count_words"].items()
        if name.startswith("test_")
    ]
    assert len(checks) == 2
    for check in checks:
        check()
