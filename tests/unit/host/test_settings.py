"""host.json, local.settings.json and the environment are read as Microsoft's tools read them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from local.host.json_files import InvalidFileError, read_object
from local.host.settings import HostSettings, SettingsError, expand_development_storage, parse_time_span

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an environment of its own, as loading settings adds to it."""
    monkeypatch.setattr("os.environ", {"HOME": "/home/tests"})


def settings(folder: Path, host: object = None, local: object = None) -> HostSettings:
    if host is not None:
        (folder / "host.json").write_text(json.dumps(host))
    if local is not None:
        (folder / "local.settings.json").write_text(json.dumps(local))
    return HostSettings.load(folder)


def test_without_files_the_defaults_hold(tmp_path: Path) -> None:
    loaded = settings(tmp_path)
    assert loaded.route_prefix == "api"
    assert loaded.function_timeout == timedelta(minutes=30)
    assert loaded.extension("http") == {}
    assert not loaded.disabled("f")


@pytest.mark.parametrize(("prefix", "expected"), [("", ""), ("v1", "v1"), ("/v1/", "v1"), (None, "api")])
def test_the_route_prefix_may_be_changed_or_empty(tmp_path: Path, prefix: str | None, expected: str) -> None:
    loaded = settings(tmp_path, {"extensions": {"HTTP": {"routeprefix": prefix}}})
    assert loaded.route_prefix == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("00:05:00", timedelta(minutes=5)), ("1.00:00:00", timedelta(days=1)), ("-1", None)],
)
def test_the_function_timeout_is_a_time_span(tmp_path: Path, text: str, expected: timedelta | None) -> None:
    assert settings(tmp_path, {"functionTimeout": text}).function_timeout == expected


def test_a_time_span_may_have_a_fraction() -> None:
    assert parse_time_span("00:00:01.5", "x") == timedelta(seconds=1.5)
    with pytest.raises(SettingsError, match="functionTimeout is 'soon'"):
        parse_time_span("soon", "functionTimeout")


def test_values_go_into_the_environment_unless_they_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("os").environ, "TAKEN", "outside")
    loaded = settings(tmp_path, local={"Values": {"TAKEN": "file", "FLAG": True, "NUMBER": 5}})
    assert loaded.setting("TAKEN") == "outside"
    assert loaded.setting("FLAG") == "true"
    assert loaded.setting("NUMBER") == "5"
    assert loaded.setting("flag") == "true"
    assert loaded.setting("ABSENT") is None


def test_app_settings_override_host_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = __import__("os").environ
    monkeypatch.setitem(environment, "AzureFunctionsJobHost__extensions__http__routePrefix", "v2")
    monkeypatch.setitem(environment, "AzureFunctionsJobHost__functionTimeout", "00:00:09")
    loaded = settings(tmp_path, {"extensions": {"Http": {"routePrefix": "v1"}}})
    assert loaded.route_prefix == "v2"
    assert loaded.function_timeout == timedelta(seconds=9)


def test_development_storage_becomes_a_whole_connection_string(tmp_path: Path) -> None:
    loaded = settings(tmp_path, local={"Values": {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}})
    assert "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1" in (
        loaded.setting("AzureWebJobsStorage") or ""
    )
    assert loaded.connection() == loaded.setting("AzureWebJobsStorage")
    proxied = expand_development_storage(
        "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite"
    )
    assert "QueueEndpoint=http://azurite:10001/devstoreaccount1" in proxied


def test_a_connection_is_found_by_name_then_with_the_prefix(tmp_path: Path) -> None:
    loaded = settings(tmp_path, local={"Values": {"AzureWebJobsMine": "a", "Other": "b"}})
    assert loaded.connection("Mine") == "a"
    assert loaded.connection("Other") == "b"


def test_a_missing_connection_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"add 'Mine' to Values in local\.settings\.json"):
        settings(tmp_path).connection("Mine")


def test_an_identity_connection_is_refused_in_clear_words(tmp_path: Path) -> None:
    loaded = settings(tmp_path, local={"Values": {"Mine__blobServiceUri": "https://x.blob.core.windows.net"}})
    with pytest.raises(SettingsError, match="identity-based"):
        loaded.connection("Mine")


def test_percent_names_are_resolved(tmp_path: Path) -> None:
    loaded = settings(tmp_path, local={"Values": {"QUEUE": "jobs"}})
    assert loaded.resolve("x-%QUEUE%-%queue%") == "x-jobs-jobs"
    assert loaded.resolve("100% sure, 5 %") == "100% sure, 5 %"
    with pytest.raises(SettingsError, match="'%GONE%' in a binding needs the app setting 'GONE'"):
        loaded.resolve("%GONE%")


@pytest.mark.parametrize(
    "name", ["AzureWebJobs.f.Disabled", "AzureWebJobs_f_Disabled", "azurewebjobs.F.disabled"]
)
@pytest.mark.parametrize("value", ["1", "true", "True"])
def test_a_function_may_be_disabled_by_setting(tmp_path: Path, name: str, value: str) -> None:
    loaded = settings(tmp_path, local={"Values": {name: value}})
    assert loaded.disabled("f")
    assert not loaded.disabled("g")


@pytest.mark.parametrize("value", ["0", "false", ""])
def test_a_disabled_setting_of_false_leaves_it_on(tmp_path: Path, value: str) -> None:
    assert not settings(tmp_path, local={"Values": {"AzureWebJobs.f.Disabled": value}}).disabled("f")


def test_only_the_chosen_functions_run(tmp_path: Path) -> None:
    loaded = HostSettings.load(tmp_path, frozenset({"One"}))
    assert not loaded.disabled("one")
    assert loaded.disabled("two")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="func settings decrypt"):
        settings(tmp_path, local={"IsEncrypted": True, "Values": {"A": "CfDJ8"}})


def test_a_nested_value_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the value of 'A' must be a text"):
        settings(tmp_path, local={"Values": {"A": {"B": "c"}}})


def test_a_value_of_null_is_passed_over(tmp_path: Path) -> None:
    assert settings(tmp_path, local={"Values": {"A_NULL": None, "A_TEXT": "x"}}).setting("A_NULL") is None


def test_the_host_id_is_stable_and_may_be_set(tmp_path: Path) -> None:
    assert settings(tmp_path).host_id == settings(tmp_path).host_id
    loaded = settings(tmp_path, local={"Values": {"AzureFunctionsWebHost__hostid": "Mine"}})
    assert loaded.host_id == "mine"


def test_the_log_level_comes_from_host_json(tmp_path: Path) -> None:
    assert settings(tmp_path).log_level() is None
    loaded = settings(tmp_path, {"logging": {"logLevel": {"default": "Warning", "Function": "Debug"}}})
    assert loaded.log_level() == "Warning"


def test_json_may_have_comments_trailing_commas_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text(
        '\ufeff{ // a line\n "a": "http://x//y", /* a\n block */ "b": ["c,]", 1,],\n "d": "\\"//e",\n}',
        "utf-8",
    )
    assert read_object(path) == {"a": "http://x//y", "b": ["c,]", 1], "d": '"//e'}


def test_broken_json_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text('{\n "a": 1\n "b": 2\n}')
    with pytest.raises(SettingsError, match=r"host\.json, line 3: not valid JSON"):
        HostSettings.load(tmp_path)


def test_json_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text("[]")
    with pytest.raises(InvalidFileError, match="must hold a JSON object"):
        read_object(path)
