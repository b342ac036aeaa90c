"""Recorded histories, given to the code of now: it has to ask for what it asked for then."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.workflows.erase_person import erase_person
from shared.workflows.interview_lifecycle import interview_lifecycle
from shared.workflows.invitation_watch import invitation_watch
from shared.workflows.process_recording import process_recording
from shared.workflows.process_resume import process_resume
from shared.workflows.score_interview import score_interview
from tests.histories.cases import CASES
from tests.histories.recorder import FOLDER, replayed

# the SDK tells once for a process that it reads inputs without a type
pytestmark = pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning")

WORKFLOWS = {
    each.__name__: each
    for each in (
        erase_person,
        interview_lifecycle,
        invitation_watch,
        process_recording,
        process_resume,
        score_interview,
    )
}
RECORDINGS = sorted(FOLDER.glob("v*.json"))
# an id, a word of ours, a key made of both, a figure, a moment: nothing that a person would have written
HARMLESS = re.compile(r"[A-Za-z0-9_.:+-]{0,120}", re.ASCII)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def workflow_of(path: Path) -> Any:
    return WORKFLOWS[path.stem.split("-")[1]]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_run_that_is_under_way_goes_on_as_it_began(path: Path) -> None:
    recording = read(path)

    for turn, told in zip(recording["turns"], replayed(workflow_of(path), recording), strict=True):
        assert told["actions"] == turn["actions"]
        assert told["status"] == turn["status"]


@pytest.mark.parametrize("name", CASES)
def test_what_is_recorded_is_what_would_be_recorded_now(name: str) -> None:
    assert CASES[name]() == read(FOLDER / f"{name}.json")


def test_a_change_of_the_order_of_steps_is_seen() -> None:
    path = FOLDER / "v1-interview_lifecycle-finished.json"
    recording = read(path)
    first, *_, last = recording["turns"]
    recording["turns"] = [first, last]

    told = replayed(workflow_of(path), recording)

    assert told[1]["actions"] != last["actions"]


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            try:
                yield from strings(json.loads(value))
            except ValueError:
                yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_history_holds_ids_and_states_and_no_words(path: Path) -> None:
    found = list(strings(read(path)))

    assert found
    assert [each for each in found if not HARMLESS.fullmatch(each)] == []


def test_every_workflow_is_recorded() -> None:
    recorded = {path.stem.split("-")[1] for path in RECORDINGS}

    assert set(WORKFLOWS) == recorded
