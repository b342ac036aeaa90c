"""Every control of the security page is held by a test that there is."""

import ast
import re
from functools import cache

import pytest

from tests.host_process import REPOSITORY

PAGE = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", PAGE)))
# a row of a table of controls: what threatens, what holds, which test
CONTROLS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for table in re.findall(r"^\| [^|]+ \| control \| test \|\n\| --- .*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    for line in table.splitlines()
]


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in found if node.name.startswith("test_")}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    assert (REPOSITORY / file).is_file()
    assert not name or name in functions(file)


def test_every_control_names_its_test() -> None:
    without = [row for row in CONTROLS if len(row) != 3 or not re.search(r"`tests/", row[-1])]

    assert len(CONTROLS) > 70
    assert without == []


@pytest.mark.parametrize(("list_of", "entries"), [("API", 10), ("LLM", 10)])
def test_no_risk_of_the_lists_is_left_out(list_of: str, entries: int) -> None:
    told = [row[0].split()[0] for row in CONTROLS if row[0].startswith(list_of)]

    width = 2 if list_of == "LLM" else 1
    assert told == [f"{list_of}{number:0{width}}" for number in range(1, entries + 1)]


def test_the_short_page_leads_here() -> None:
    assert "(docs/security.md)" in (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")


def test_no_code_reads_what_became_of_a_hire() -> None:
    """It would teach a model, or whoever tunes a prompt, to repeat the decisions of before."""
    files = [each for folder in ("blueprints", "shared") for each in (REPOSITORY / folder).rglob("*.py")]

    assert len(files) > 300
    assert [each.name for each in files if "post_hire" in each.read_text(encoding="utf-8")] == []


def test_no_vector_of_anybody_is_kept() -> None:
    schema = (REPOSITORY / "tests/integration/database/schema.golden").read_text(encoding="utf-8")

    assert "transcript_segments" in schema
    assert not re.search(r"\b(vector|embedding|halfvec)\b", schema)
