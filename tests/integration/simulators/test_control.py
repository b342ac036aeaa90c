"""The control side: what it says, and what it refuses."""

import json
from pathlib import Path

import httpx
import pytest

from tests.simulators import NotPlayedError, Simulators

pytestmark = pytest.mark.azure


def test_health_names_the_services(simulators: Simulators) -> None:
    told = httpx.get(f"{simulators.url}/_sim/health", trust_env=False).json()

    assert told["status"] == "ok"
    assert "openai" in told["services"]


def test_the_control_side_is_not_in_the_journal(simulators: Simulators) -> None:
    simulators.options()
    simulators.faults()

    assert simulators.journal() == []


def test_options_change_while_it_runs(simulators: Simulators) -> None:
    before = simulators.options()
    try:
        told = simulators.options(functions_url="http://127.0.0.1:7999", token_delay=0.25)
        assert told == {"functions_url": "http://127.0.0.1:7999", "token_delay": 0.25}
    finally:
        simulators.options(**before)


def test_an_unknown_option_is_refused(simulators: Simulators) -> None:
    with pytest.raises(NotPlayedError, match="unknown options: colour"):
        simulators.options(colour="red")


def test_the_address_of_the_app_is_learnt_from_the_running_stack(tmp_path: Path) -> None:
    record = tmp_path / "stack.json"
    with Simulators("--stack-record", str(record)) as simulators:
        assert simulators.options()["functions_url"] == "http://127.0.0.1:7071"

        record.write_text(json.dumps({"services": {"host": {"url": "http://127.0.0.1:7075"}}}))

        assert simulators.options()["functions_url"] == "http://127.0.0.1:7075"


@pytest.mark.parametrize("body", ["not json", "[]"])
def test_what_is_no_object_is_refused(simulators: Simulators, body: str) -> None:
    answer = httpx.post(f"{simulators.url}/_sim/faults", content=body, trust_env=False)

    assert answer.status_code == 422


def test_a_script_that_cannot_be_played_is_refused(simulators: Simulators) -> None:
    with pytest.raises(NotPlayedError, match="takes no scripts"):
        simulators.script("pigeons", text="coo")
    with pytest.raises(NotPlayedError, match="one of text, json and refusal"):
        simulators.script("openai", finish_reason="stop")


def test_a_journal_is_read_by_a_regular_expression(simulators: Simulators) -> None:
    with pytest.raises(NotPlayedError):
        simulators.journal(path="(")
