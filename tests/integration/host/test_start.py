"""How the host starts, and how it explains why it does not."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.host_process import APPS, REPOSITORY, HostProcess


def run(app: Path, *arguments: str, cwd: Path = REPOSITORY) -> tuple[int, str]:
    """Start a host that is expected to end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "local.host", str(app), "--port", "0", "--grpc-port", "0", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


BROKEN = [
    (
        "missing_package",
        "function_app.py, line 2: ModuleNotFoundError: No module named 'package_that_nobody_has'",
        "pip install -r ",
    ),
    ("raises", "parts/settings.py, line 1: ValueError: invalid literal for int()", ""),
    ("two_names", "Two functions are named 'HELLO'", "@app.function_name"),
    ("no_app", "Could not find top level function app", "app = func.FunctionApp()"),
    ("two_apps", "More than one FunctionApp", "use Blueprints"),
    (
        "streaming_request",
        "function_app.py, line 13: FunctionLoadError: cannot load the classic function",
        "switches HTTP streaming on for the whole app",
    ),
    ("annotation", "function_app.py, line 7: FunctionLoadError", "write `dict` for `dict[str, int]`"),
    ("binding", "function_app.py, line 7: FunctionLoadError", "Each parameter needs a binding"),
    ("namesake", "local.py has the name of the host's own package", "rename it"),
    ("no_script", "There is no function_app.py in", "Give the folder"),
    ("route", "The route 'items/{id:integer}' of 'items' cannot be used", "'integer' is no route constraint"),
    ("schedule", "the schedule 'every day' of the function 'daily'", "NCRONTAB"),
]


@pytest.mark.parametrize(("app", "problem", "advice"), BROKEN, ids=[app for app, _, _ in BROKEN])
def test_a_broken_app_is_explained(app: str, problem: str, advice: str) -> None:
    code, output = run(APPS / f"broken_{app}")
    assert code == 1
    assert problem in output
    assert advice in output
    assert "Traceback" not in output


def test_each_broken_app_has_its_explanation() -> None:
    assert {f"broken_{app}" for app, _, _ in BROKEN} == {path.name for path in APPS.glob("broken_*")}


def test_verbose_adds_the_stack() -> None:
    code, output = run(APPS / "broken_raises", "-v")
    assert code == 1
    assert "Traceback (most recent call last)" in output
    assert 'LIMIT = int("many")' in output


def write_app(folder: Path, code: str) -> Path:
    (folder / "host.json").write_text('{"version": "2.0"}')
    (folder / "function_app.py").write_text(code)
    return folder


def test_a_syntax_error_is_shown_with_its_line(tmp_path: Path) -> None:
    code, output = run(write_app(tmp_path, "import azure.functions as func\n\ndef (:\n"))
    assert code == 1
    assert f"{tmp_path}/function_app.py, line 3: SyntaxError" in output
    assert "Traceback" not in output


def test_an_app_that_exits_while_loading_is_explained(tmp_path: Path) -> None:
    code, output = run(write_app(tmp_path, "import sys\n\nsys.exit(0)\n"))
    assert code == 1
    assert f"{tmp_path}/function_app.py, line 3: the app ended the process while loading" in output


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ not json", "host.json, line 1: not valid JSON"),
        ('{"functionTimeout": "99999999999.00:00:00"}', "functionTimeout is '99999999999.00:00:00'"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        ('{"functionTimeout": "soon"}', "functionTimeout is 'soon'; it must be a time span"),
        (
            '{"extensions": {"http": {"maxConcurrentRequests": "x"}}}',
            "maxConcurrentRequests must be a number",
        ),
        ('{"extensions": {"http": {"customHeaders": {"a b": "x"}}}}', "'a b' is no header name"),
    ],
)
def test_a_wrong_host_json_is_explained(tmp_path: Path, text: str, problem: str) -> None:
    write_app(tmp_path, "import azure.functions as func\n\napp = func.FunctionApp()\n")
    (tmp_path / "host.json").write_text(text)
    code, output = run(tmp_path)
    assert code == 1
    assert problem in output
    assert "Traceback" not in output


def test_a_folder_of_data_may_have_the_name_of_the_hosts_package(tmp_path: Path) -> None:
    write_app(tmp_path, "import azure.functions as func\n\napp = func.FunctionApp()\n")
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "data.json").write_text("{}")
    with HostProcess(tmp_path) as host:
        assert "Ready" in host.output


def test_a_package_of_the_azure_namespace_is_named_whole(tmp_path: Path) -> None:
    code, output = run(write_app(tmp_path, "import azure.nothing.there\n"))
    assert code == 1
    assert "pip install azure-nothing" in output


def test_durable_blueprints_on_a_plain_app_are_explained(tmp_path: Path) -> None:
    lines = ["import azure.durable_functions as df", "import azure.functions as func", ""]
    lines += ["app = func.FunctionApp()", *["app.register_functions(df.Blueprint())"] * 2, ""]
    code, output = run(write_app(tmp_path, "\n".join(lines)))
    assert code == 1
    assert "app = df.DFApp()" in output
    assert "rename one" not in output


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("A=B", "x"), ("A", "a\0b"), ("A", "\ud800")])
def test_a_setting_that_no_variable_can_hold_is_refused_by_name(
    tmp_path: Path, name: str, value: str
) -> None:
    write_app(tmp_path, "import azure.functions as func\n\napp = func.FunctionApp()\n")
    (tmp_path / "local.settings.json").write_text(json.dumps({"Values": {name: value}}))
    code, output = run(tmp_path)
    assert code == 1
    assert f"{name!a} cannot be set" in output
    assert "Traceback" not in output


def test_an_app_without_functions_starts(tmp_path: Path) -> None:
    with HostProcess(
        write_app(tmp_path, "import azure.functions as func\n\napp = func.FunctionApp()\n")
    ) as host:
        assert "No functions were found" in host.output
        assert httpx.get(f"{host.url}/api/x", trust_env=False).status_code == 404


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = run(APPS / "classic", "--port", str(port))
    assert code == 1
    assert f"Port {port} cannot be used" in output
    assert "choose another with --port" in output
    assert "Traceback" not in output


def test_two_hosts_do_not_share_a_port() -> None:
    with HostProcess(APPS / "classic") as first:
        code, output = run(APPS / "classic", "--port", first.url.rsplit(":", 1)[1])
    assert code == 1
    assert "cannot be used" in output


def test_the_listing_shows_each_function_and_the_ready_line_their_number() -> None:
    with HostProcess(APPS / "classic") as host:
        base = host.url.replace("127.0.0.1", "localhost")
        assert f"    constrained: [GET] {base}/api/items/{{id:int}}" in host.lines
        assert re.fullmatch(rf"Ready in \d+\.\d\d s: {host.url} \(28 functions\)", host.lines[-1])


def test_only_the_chosen_functions_are_served() -> None:
    with (
        HostProcess(APPS / "classic", "--functions", "Plain", "text") as host,
        httpx.Client(base_url=f"{host.url}/api", trust_env=False) as client,
    ):
        assert client.get("/plain").status_code == 200
        assert client.get("/text").status_code == 200
        assert client.get("/echo").status_code == 404
        assert "(2 functions)" in host.output


def test_an_unknown_function_name_is_named() -> None:
    code, output = run(APPS / "classic", "--functions", "plain", "nobody")
    assert code == 1
    assert "no function named nobody" in output


def test_it_starts_from_any_folder_with_a_relative_path(tmp_path: Path) -> None:
    code, output = run(Path(os.path.relpath(APPS / "broken_raises", tmp_path)), cwd=tmp_path)
    assert code == 1
    assert f"{APPS}/broken_raises/parts/settings.py, line 1" in output


@pytest.mark.parametrize("package", ["shared", "tests", "blueprints"])
@pytest.mark.parametrize("init", [True, False])
def test_folders_of_the_app_go_before_those_of_the_hosts_source(
    tmp_path: Path, package: str, init: bool
) -> None:
    folder = tmp_path / package
    folder.mkdir()
    (folder / "own.py").write_text("NAME = 'own'\n")
    if init:
        (folder / "__init__.py").write_text("")
    lines = ["import azure.functions as func", f"from {package}.own import NAME", "app = func.FunctionApp()"]
    with HostProcess(write_app(tmp_path, "\n".join(lines))) as host:
        assert "Ready" in host.output


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "BaseException('x')", "GeneratorExit"])
def test_an_app_that_raises_no_error_while_loading_is_explained(tmp_path: Path, raised: str) -> None:
    code, output = run(write_app(tmp_path, f"import sys\n\nraise {raised}\n"))
    assert code == 1
    assert f"{tmp_path}/function_app.py, line 3: the app ended the process while loading" in output
    assert "Traceback" not in output


def test_an_app_does_not_find_modules_of_the_folder_it_is_started_in(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "stray_module.py").write_text("")
    code, output = run(write_app(tmp_path / "app", "import stray_module\n"), cwd=tmp_path)
    assert code == 1
    assert "No module named 'stray_module'" in output


def test_an_app_without_durable_functions_does_not_load_grpc() -> None:
    heavy = "{'grpc', 'aiohttp', 'durabletask', 'azure.storage'}"
    check = f"import sys; import local.host.main; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
