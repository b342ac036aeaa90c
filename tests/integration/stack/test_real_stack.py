"""The real stack on a small app: `python -m local.stack up`, storage and host together."""

import json
import os
import shutil
import signal
import socket
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.stack.identity import gone
from tests.integration.stack.stack_process import REPOSITORY, StackProcess, some_port

pytestmark = [pytest.mark.azure, pytest.mark.slow]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    kept_back = shutil.ignore_patterns("local.settings.json", "__pycache__")
    return shutil.copytree(REPOSITORY / "tests/apps/stack_sample", tmp_path / "app", ignore=kept_back)


def up(state: Path, app: Path, port: int) -> StackProcess:
    names = ["--port", "--storage-port", "--supabase-port", "--simulator-port"]
    ports = [part for at, name in enumerate(names) for part in (name, str(port + 5 * at))]
    return StackProcess.real(state, "up", "--app", str(app), *ports)


def get(stack: StackProcess, path: str, service: str = "host") -> str:
    address = urlsplit(stack.record.services[service].url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_up_works_on_moved_ports_and_keeps_data_through_crashes(tmp_path: Path, app: Path) -> None:
    state = tmp_path / "state"
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        taken = foreign.getsockname()[1]
        with up(state, app, taken) as stack:
            stack.until_ready()
            assert "Made local.settings.json from local.settings.sample.json." in stack.output
            assert f"host: port {taken} is in use by another program" in stack.output
            assert get(stack, "/health/live") == "alive"
            assert "simulated cloud" in stack.output
            assert get(stack, "/_sim/health", "simulator").startswith('{"status":"ok"')
            assert json.loads(get(stack, "/_sim/options", "simulator"))["functions_url"].endswith(
                f":{stack.record.services['host'].ports['http']}"
            )
            assert get(stack, "/letters?text=hello") == "written"
            services = stack.services
            os.kill(stack.record.services["host"].identity.pid, signal.SIGKILL)
            assert stack.wait() == 1
            assert "The stack stops: host was killed by SIGKILL" in stack.output
            assert not any(service.is_alive() for service in services)
    with up(state, app, some_port()) as stack:
        stack.until_ready()
        assert "Made local.settings.json" not in stack.output
        assert get(stack, "/letters/last") == "hello"
        services = stack.services
        stack.send(signal.SIGKILL)
        stack.wait()
        assert all(gone(service, within=3.0) for service in services)


def test_an_app_that_does_not_load_stops_the_stack_and_says_why(tmp_path: Path, app: Path) -> None:
    (app / "function_app.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    with up(tmp_path / "state", app, some_port()) as stack:
        assert stack.wait() == 1
        assert "The stack stops: host ended with exit code" in stack.output
        assert "nothing_of_this_name" in stack.output


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path, app: Path) -> None:
    (app / "local.settings.json").write_text("{", encoding="utf-8")
    with up(tmp_path / "state", app, some_port()) as stack:
        assert stack.wait() == 1
        assert "local.settings.json, line 1: not valid JSON" in stack.output
