from pathlib import Path

import pytest

from local.host.durable.options import Options, compare_versions
from local.host.settings import HostSettings, SettingsError


def options(**section: object) -> Options:
    return Options.read(HostSettings(Path(), {"extensions": {"durableTask": section}}))


def test_without_settings_the_extensions_defaults_hold() -> None:
    assert options() == Options()
    assert (Options().hub_name, Options().max_activities, Options().default_version) == (
        "TestHubName",
        10,
        None,
    )


def test_settings_are_read_in_any_case() -> None:
    read = options(
        HUBNAME="Mine",
        maxConcurrentActivityFunctions=3,
        maxConcurrentOrchestratorFunctions=4,
        maxConcurrentEntityFunctions=5,
        overridableExistingInstanceStates="AnyState",
    )

    assert (read.hub_name, read.max_activities, read.max_orchestrators, read.max_entities) == (
        "Mine",
        3,
        4,
        5,
    )
    assert read.any_state_overridable


@pytest.mark.parametrize("value", ["many", {}, float("inf")])
def test_a_limit_that_is_no_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(SettingsError, match=r"durableTask\.maxConcurrentActivityFunctions must be a number"):
        options(maxConcurrentActivityFunctions=value)


@pytest.mark.parametrize("value", [0, -1, None])
def test_a_limit_is_at_least_one(value: object) -> None:
    assert options(maxEntityOperationBatchSize=value).max_entity_batch >= 1


def test_the_hub_name_may_be_an_app_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB", "FromSetting")

    assert options(hubName="%HUB%").hub_name == "FromSetting"


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("1.0", "1.0", 0),
        ("1.9", "1.10", -1),
        ("2", "1.9", 1),
        ("1.0.1", "1.0", 1),
        (None, "1.0", -1),
        ("", None, 0),
        ("beta", "alpha", 1),
    ],
)
def test_versions_are_compared_number_by_number(left: str | None, right: str | None, order: int) -> None:
    assert compare_versions(left, right) == order


@pytest.mark.parametrize(
    ("match", "failure", "version", "verdict"),
    [
        ("CurrentOrOlder", "Reject", "1.9", "run"),
        ("CurrentOrOlder", "Reject", "2.1", "reject"),
        ("CurrentOrOlder", "Fail", "2.1", "fail"),
        ("Strict", "Fail", "1.9", "fail"),
        ("Strict", "Fail", "2.0", "run"),
        ("None", "Fail", "9", "run"),
    ],
)
def test_the_match_strategy_decides_what_runs(match: str, failure: str, version: str, verdict: str) -> None:
    read = options(defaultVersion="2.0", versionMatchStrategy=match, versionFailureStrategy=failure)

    assert read.judge(version) == verdict


def test_without_a_default_version_everything_runs() -> None:
    assert options(versionMatchStrategy="Strict").judge("7") == "run"
