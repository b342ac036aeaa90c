"""The infrastructure holds together, is told what the app reads, and opens to no key."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.domain.files import Store
from shared.settings import variables
from shared.telemetry import Event, Metric
from tests.architecture.infra.rules import (
    containers,
    events_of_alerts,
    findings,
    metrics_shown,
    settings_of_ours,
)
from tests.host_process import REPOSITORY

INFRA = REPOSITORY / "infra"
type Change = Callable[[str], str]


def test_nothing_is_wrong_with_it() -> None:
    assert findings(INFRA) == []


def test_the_app_is_given_exactly_the_settings_that_it_reads() -> None:
    assert settings_of_ours(INFRA) == set(variables())


def test_every_store_of_the_app_is_a_container() -> None:
    assert {each.value for each in Store} <= containers(INFRA)


def test_alerts_and_workbook_name_what_the_app_says() -> None:
    assert events_of_alerts(INFRA) <= set(Event)
    assert metrics_shown(INFRA) <= set(Metric)


def test_events_are_sent_to_functions_that_there_are() -> None:
    named = (INFRA / "subscriptions.bicep").read_text(encoding="utf-8")
    table = json.loads((REPOSITORY / "tests/architecture/function_table.json").read_text(encoding="utf-8"))

    asked = set(re.findall(r"(?:Host\.Functions\.|/functions/)(\w+)", named))

    assert asked == {
        name
        for name, bindings in table.items()
        if any(each["type"] in {"blobTrigger", "eventGridTrigger"} for each in bindings)
    }


def swap(old: str, new: str) -> Change:
    def change(source: str) -> str:
        assert old in source
        return source.replace(old, new, 1)

    return change


def without(pattern: str) -> Change:
    def change(source: str) -> str:
        changed, count = re.subn(pattern, "", source, count=1, flags=re.MULTILINE)
        assert count
        return changed

    return change


FAULTS: dict[str, tuple[str, Change, str]] = {
    "a misspelt parameter of a module": (
        "main.bicep",
        swap("hubName: taskHub", "hubNmae: taskHub"),
        "takes no hubNmae",
    ),
    "a missing parameter of a module": ("main.bicep", without(r"^ +units: pushUnits\n"), "needs units"),
    "a file that is not there": (
        "main.bicep",
        swap("modules/storage.bicep", "modules/Storage.bicep"),
        "there is no file",
    ),
    "an unknown symbol": ("main.bicep", swap("location: location", "location: lokation"), "called lokation"),
    "an unknown output": (
        "main.bicep",
        swap("identity.outputs.clientId", "identity.outputs.client"),
        "gives no client",
    ),
    "a parameter that nobody uses": (
        "modules/identity.bicep",
        lambda source: f"param spare string\n{source}",
        "param spare is never used",
    ),
    "a variable that nobody uses": (
        "modules/storage.bicep",
        lambda source: f"var spare = 'x'\n{source}",
        "var spare is never used",
    ),
    "a second declaration": (
        "modules/identity.bicep",
        lambda source: f"param name string\n{source}",
        "name is declared twice",
    ),
    "a lost brace": (
        "modules/push.bicep",
        lambda source: source[: source.rindex("}", 0, source.index("output id"))],
        "syntax error",
    ),
    "a module that nobody uses": (
        "main.bicep",
        without(r"^module workbook [^\n]*\{\n(?:  [^\n]*\n)+\}\n"),
        "no file uses this module",
    ),
    "a value for no parameter": (
        "main.parameters.json",
        swap('"pushUnits"', '"pushUnit"'),
        "takes no pushUnit",
    ),
    "a resource that a key opens": (
        "modules/storage.bicep",
        without(r"^ +allowSharedKeyAccess: false\n"),
        "does not say allowSharedKeyAccess: false",
    ),
    "an output that gives a key away": (
        "modules/push.bicep",
        lambda source: f"{source}output key string = listKeys(push.id, '2024-03-01').primaryKey\n",
        "gives a key away",
    ),
    "a role that nobody has": (
        "modules/roles.bicep",
        swap("var roles = {\n", "var roles = {\n  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'\n"),
        "nobody has the role reader",
    ),
    "a preview version": (
        "modules/identity.bicep",
        swap("@2023-01-31'", "@2025-01-31-preview'"),
        "of a preview version",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named(fault: str, tmp_path: Path) -> None:
    name, change, words = FAULTS[fault]
    copy = Path(shutil.copytree(INFRA, tmp_path / "infra"))
    path = copy / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    found = [str(each) for each in findings(copy)]

    assert any(words in each for each in found), found


def test_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "main.bicep"
    path.write_text("param a string\n\noutput b string = c\n", encoding="utf-8")

    assert [str(each) for each in findings(tmp_path)] == [
        f"{path}:1: param a is never used",
        f"{path}:3: nothing is called c",
    ]
