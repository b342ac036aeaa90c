"""The services of this project and the settings they read."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from local.stack import local_settings
from local.stack.__main__ import parse
from local.stack.catalogue import PASSWORD, REPOSITORY, SOMEBODY, services
from local.stack.service import in_order, placed
from local.stack.state import StateFolder


def settings(app: Path, **values: str) -> None:
    (app / "local.settings.json").write_text(json.dumps({"Values": values}), encoding="utf-8")


def test_every_placeholder_is_a_port_of_its_service(tmp_path: Path) -> None:
    for service in in_order(services(tmp_path, StateFolder(tmp_path), 7071, 10000, 54321, 8090)):
        texts = [
            service.ready,
            service.url,
            *service.command,
            *service.gives.values(),
            *service.environment.values(),
            *service.links.values(),
        ]
        assert not any("{" in placed(text, service.ports) for text in texts)


def test_the_ports_are_those_that_every_tool_expects(tmp_path: Path) -> None:
    options = parse(["up"])
    wishes = (options.port, options.storage_port, options.supabase_port, options.simulator_port)
    offered = {service.name: service for service in services(tmp_path, StateFolder(tmp_path), *wishes)}
    assert list(offered["storage"].ports.values()) == [10000, 10001, 10002]
    assert list(offered["supabase"].ports.values()) == [54321]
    assert list(offered["postgres"].ports.values()) == [54322]
    assert list(offered["simulator"].ports.values()) == [8090]
    assert list(offered["host"].ports.values()) == [7071, 4001]


def test_every_connection_to_local_storage_follows_it_to_its_ports(tmp_path: Path) -> None:
    settings(
        tmp_path,
        AzureWebJobsStorage="UseDevelopmentStorage=true",
        ResumeStorage="UseDevelopmentStorage=true",
        BLOB_SERVICE_URL="http://127.0.0.1:10000/devstoreaccount1",
        Greeting="{hello}",
    )
    storage = services(tmp_path, StateFolder(tmp_path), 7071, 10000, 54321, 8090)[0]
    given = {name: placed(text, {"blob": 1, "queue": 2, "table": 3}) for name, text in storage.gives.items()}
    assert given.keys() == {"AzureWebJobsStorage", "ResumeStorage", "BLOB_SERVICE_URL"}
    assert given["BLOB_SERVICE_URL"] == "http://127.0.0.1:1/devstoreaccount1"
    assert "QueueEndpoint=http://127.0.0.1:2/devstoreaccount1;" in given["ResumeStorage"]


def test_braces_of_a_setting_are_kept(tmp_path: Path) -> None:
    settings(tmp_path, AzureWebJobsStorage="", Template="http://localhost:10001/{name}")
    template = local_settings.following_storage(tmp_path)["Template"]
    assert placed(template, {"queue": 5}) == "http://127.0.0.1:5/{name}"


def test_an_account_the_developer_has_chosen_is_left_alone(tmp_path: Path) -> None:
    settings(tmp_path, AzureWebJobsStorage="AccountName=mine")
    assert local_settings.following_storage(tmp_path) == {}


def test_without_settings_the_host_gets_its_storage(tmp_path: Path) -> None:
    assert local_settings.following_storage(tmp_path).keys() == {"AzureWebJobsStorage"}


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:54321", "http://localhost:54321/"])
def test_the_host_follows_the_supabase_of_this_machine(tmp_path: Path, address: str) -> None:
    settings(tmp_path, SUPABASE_URL=address)
    given = local_settings.following_supabase(tmp_path)
    assert given.keys() == {"SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY"}
    assert placed(given["SUPABASE_URL"], {"api": 5}) == "http://127.0.0.1:5"


def test_a_project_the_developer_has_chosen_is_left_alone(tmp_path: Path) -> None:
    settings(tmp_path, SUPABASE_URL="https://project.supabase.co")
    assert local_settings.following_supabase(tmp_path) == {}


def test_every_setting_that_points_at_the_simulated_cloud_follows_it_to_its_port(tmp_path: Path) -> None:
    settings(
        tmp_path,
        AZURE_OPENAI_ENDPOINT="http://localhost:8090",
        ACS_CONNECTION_STRING="endpoint=http://127.0.0.1:8090;accesskey=a2V5",
        EVENT_GRID_TOPIC_ENDPOINT="http://127.0.0.1:8090/api/events",
        AZURE_SPEECH_ENDPOINT="https://real.cognitiveservices.azure.com",
        Other="http://127.0.0.1:80901",
    )

    given = local_settings.following_simulator(tmp_path)

    assert {name: placed(value, {"cloud": 5}) for name, value in given.items()} == {
        "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:5",
        "ACS_CONNECTION_STRING": "endpoint=http://127.0.0.1:5;accesskey=a2V5",
        "EVENT_GRID_TOPIC_ENDPOINT": "http://127.0.0.1:5/api/events",
    }


def test_the_address_of_the_app_follows_the_host_to_its_port(tmp_path: Path) -> None:
    settings(tmp_path, PUBLIC_API_URL="http://127.0.0.1:7071", FRONTEND_URL="http://localhost:5173")

    given = local_settings.following_host(tmp_path)

    assert {name: placed(value, {"http": 5}) for name, value in given.items()} == {
        "PUBLIC_API_URL": "http://127.0.0.1:5"
    }


def test_an_address_of_the_shell_or_of_the_developer_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(
        tmp_path, AZURE_OPENAI_ENDPOINT="http://127.0.0.1:8090", PUBLIC_API_URL="https://tunnel.example.org"
    )
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com")

    assert local_settings.following_simulator(tmp_path) == {}
    assert local_settings.following_host(tmp_path) == {}


def test_an_older_settings_file_gets_what_the_sample_has_gained(tmp_path: Path) -> None:
    (tmp_path / "local.settings.sample.json").write_text(
        json.dumps(
            {
                "Values": {
                    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
                    "LOG_LEVEL": "INFO",
                    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:8090",
                    "AZURE_OPENAI_API_KEY": "local-openai-key",
                    "PUBLIC_API_URL": "http://127.0.0.1:7071",
                }
            }
        ),
        encoding="utf-8",
    )
    settings(tmp_path, LOG_LEVEL="DEBUG")
    offered = {each.name: each for each in services(tmp_path, StateFolder(tmp_path), 1, 2, 3, 4)}

    host, simulator = offered["host"], offered["simulator"]
    assert placed(simulator.gives["AZURE_OPENAI_ENDPOINT"], {"cloud": 5}) == "http://127.0.0.1:5"
    assert host.environment["AZURE_OPENAI_API_KEY"] == "local-openai-key"
    assert placed(host.environment["PUBLIC_API_URL"], {"http": 5}) == "http://127.0.0.1:5"
    # what is given, and what the developer has chosen, is not taken back
    assert not {"AzureWebJobsStorage", "LOG_LEVEL", "AZURE_OPENAI_ENDPOINT"} & host.environment.keys()
    assert json.loads((tmp_path / "local.settings.json").read_text())["Values"] == {"LOG_LEVEL": "DEBUG"}


def test_no_address_of_the_sample_stays_behind_when_the_cloud_moves(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "local.settings.sample.json", tmp_path)
    local_settings.ensure(tmp_path)
    values = json.loads((tmp_path / "local.settings.json").read_text(encoding="utf-8"))["Values"]
    pointing = {name for name, value in values.items() if "8090" in value}

    assert len(pointing) > 5
    assert local_settings.following_simulator(tmp_path).keys() == pointing


def test_settings_are_made_from_the_sample_once(tmp_path: Path) -> None:
    own = tmp_path / "local.settings.json"
    assert not local_settings.ensure(tmp_path)
    (tmp_path / "local.settings.sample.json").write_text("{}", encoding="utf-8")
    assert local_settings.ensure(tmp_path)
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    own.write_text('{"Values": {"Mine": "1"}}', encoding="utf-8")
    assert not local_settings.ensure(tmp_path)
    assert "Mine" in own.read_text(encoding="utf-8")


def test_a_verb_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([])
    assert "up,down,status,reset,url" in capsys.readouterr().err


def test_the_somebody_to_sign_in_as_is_in_the_seed(tmp_path: Path) -> None:
    seed = (REPOSITORY / "supabase" / "seed.sql").read_text(encoding="utf-8")
    told = [
        service.links.get("sign in", "")
        for service in services(REPOSITORY, StateFolder(tmp_path), 1, 2, 3, 4)
    ]

    assert SOMEBODY in seed
    assert PASSWORD in seed
    assert any(SOMEBODY in each and PASSWORD in each for each in told)


def test_where_the_seed_brings_nobody_nobody_is_told(tmp_path: Path) -> None:
    assert not any("sign in" in each.links for each in services(tmp_path, StateFolder(tmp_path), 1, 2, 3, 4))
