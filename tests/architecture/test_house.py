"""The rules of the house that no linter has: each is a few lines over the syntax tree."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import telemetry
from tests.host_process import REPOSITORY

SHIPPED = ["shared", "blueprints"]
LOG_METHODS = {"info", "warning", "failure"}
IMPURE = {"time", "random", "uuid", "os", "logging", "asyncio", "secrets", "socket", "pathlib", "httpx"}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "print", "sleep", "uuid4"}
LONGEST_TRIGGER = 15


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(REPOSITORY)}:{getattr(node, 'lineno', '?')}"


def test_imports_keep_to_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_folder_or_file_is_a_junk_drawer() -> None:
    names = {path.stem for folder in [*SHIPPED, "local"] for path in (REPOSITORY / folder).rglob("*.py")}

    assert not names & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_the_function_app_only_registers() -> None:
    lines = (REPOSITORY / "function_app.py").read_text().splitlines()

    assert len(lines) <= 25


def test_a_trigger_is_short_enough_to_hold_no_rule() -> None:
    long = [
        where(path, node)
        for path, tree in trees("blueprints")
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno >= LONGEST_TRIGGER
    ]

    assert long == []


def test_no_trigger_hides_its_annotations_from_the_worker_library() -> None:
    hidden = [
        where(path, node)
        for path, tree in trees("blueprints")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]

    assert hidden == []


def impurities(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if {name.name.split(".")[0] for name in names} & IMPURE:
                yield node
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in IMPURE:
                yield node
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in IMPURE_CALLS:
                yield node
            case ast.AsyncFunctionDef() | ast.Await():
                yield node


def test_orchestrators_know_no_clock_no_chance_and_no_outside() -> None:
    found = [where(path, node) for path, tree in trees("shared/workflows") for node in impurities(tree)]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from datetime import datetime\ndatetime.now()",
        "from uuid import uuid4",
        "import os",
        "async def o(context): ...",
        "open('x')",
    ],
)
def test_the_rule_for_orchestrators_sees_what_it_must(code: str) -> None:
    assert list(impurities(ast.parse(code)))


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=method)) if method in LOG_METHODS:
                yield node


def names_only(call: ast.Call) -> bool:
    """The event is a constant of Event, every key a constant of Attribute."""
    event_is_named = bool(call.args) and ast.unparse(call.args[0]).startswith("Event.")
    attributes = call.args[1] if len(call.args) > 1 else None
    if attributes is None:
        return event_is_named
    keys = attributes.keys if isinstance(attributes, ast.Dict) else [None]
    return event_is_named and all(key and ast.unparse(key).startswith("Attribute.") for key in keys)


def test_every_log_line_has_a_registered_name_and_registered_keys() -> None:
    calls = [(path, call) for path, tree in trees(*SHIPPED) for call in log_calls(tree)]

    assert calls
    assert [where(path, call) for path, call in calls if not names_only(call)] == []


@pytest.mark.parametrize(
    "code",
    [
        "log.info(f'answer {text}')",
        "log.info('http.request.finished')",
        "log.info(Event.X, {'name': name})",
        "log.info(Event.X, facts)",
    ],
)
def test_the_rule_for_log_lines_sees_what_it_must(code: str) -> None:
    (call,) = log_calls(ast.parse(code))

    assert not names_only(call)


def test_nobody_logs_beside_the_telemetry_module() -> None:
    beside = [
        where(path, node)
        for path, tree in trees(*SHIPPED)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(name.name == "logging" for name in node.names)
    ]

    assert [each.split(":")[0] for each in beside] == ["shared/telemetry.py"]


def test_no_attribute_of_a_log_line_is_personal() -> None:
    assert [key for key in telemetry.Attribute if telemetry.is_personal(key)] == []


def test_event_names_are_dotted_and_unique() -> None:
    values = [event.value for event in telemetry.Event]

    assert len(set(values)) == len(values)
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", value) for value in values)


def protocols() -> list[str]:
    return sorted(
        path.stem
        for path, tree in trees("shared/ports")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases)
    )


@pytest.mark.parametrize("port", protocols())
def test_every_port_has_a_contract_test(port: str) -> None:
    assert (REPOSITORY / "tests" / "contract" / f"test_{port}.py").exists()


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_direct_dependency_says_why_it_is_there(file: str) -> None:
    lines = (REPOSITORY / file).read_text().splitlines()
    bare = [line for line in lines if line and not line.startswith(("#", "-")) and "#" not in line]

    assert bare == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_exactly_and_by_hash(file: str) -> None:
    entries = re.findall(
        r"^([a-z0-9_.-]+)(.*)$", (REPOSITORY / file).read_text(), re.MULTILINE | re.IGNORECASE
    )

    assert len(entries) > 20
    assert [name for name, pin in entries if not re.match(r"==\S+( ; .*)? \\$", pin)] == []


LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / "local").glob("*.md"),
    ]
    broken = [
        f"{page.relative_to(REPOSITORY)} -> {target}"
        for page in pages
        for target in LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]

    assert broken == []
