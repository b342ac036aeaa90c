"""How calls and the host end: time limits, draining, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.host_process import APPS, REPOSITORY, HostProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMITED = {"AzureFunctionsJobHost__functionTimeout": "00:00:00.5"}


class Call:
    """A request in a thread of its own."""

    def __init__(self, send: Callable[[], httpx.Response]) -> None:
        self.response: httpx.Response | None = None
        self.error: httpx.HTTPError | None = None
        self._send = send
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        time.sleep(0.5)  # let it arrive

    def _run(self) -> None:
        try:
            self.response = self._send()
        except httpx.HTTPError as error:
            self.error = error

    def wait(self) -> httpx.Response:
        self._thread.join(15)
        assert self.response is not None, self.error
        return self.response

    def wait_for_error(self) -> httpx.HTTPError:
        self._thread.join(15)
        assert self.error is not None, self.response
        return self.error


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=15)


def assert_timed_out(host: HostProcess, path: str, remark: str) -> None:
    started = time.monotonic()
    assert get(f"{host.url}/api/{path}").status_code == 500
    assert time.monotonic() - started < 8
    host.wait_until_printed(remark)
    assert get(f"{host.url}/api/plain").text == "ok"


def test_a_classic_call_over_the_time_limit_is_500_and_named() -> None:
    with HostProcess(APPS / "classic", env=LIMITED) as host:
        assert_timed_out(host, "slow/12", "'slow' ran longer than functionTimeout")
        assert_timed_out(host, "slow-thread/12", "its thread cannot be stopped")
        assert get(f"{host.url}/api/events").json() == ["slow started", "slow cancelled"]


def test_a_streaming_call_over_the_time_limit_is_500_but_a_stream_may_last() -> None:
    with HostProcess(APPS / "streaming", env=LIMITED) as host:
        assert_timed_out(host, "slow/12", "'slow' ran longer than functionTimeout")
        assert get(f"{host.url}/api/events/8?pause=0.1").text.count("data:") == 8


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_idle_host_at_once_and_well(with_signal: signal.Signals) -> None:
    with HostProcess(APPS / "classic") as host:
        started = time.monotonic()
        assert host._end(with_signal, 9.0) == 0
        assert time.monotonic() - started < 5  # half of what it would give a call
        assert "Traceback" not in host.output


@pytest.mark.parametrize(
    ("app", "path"), [("classic", "slow/1"), ("classic", "slow-thread/1"), ("streaming", "slow/1")]
)
def test_calls_in_flight_are_finished_before_the_end(app: str, path: str) -> None:
    with HostProcess(APPS / app) as host:
        call = Call(lambda: get(f"{host.url}/api/{path}"))
        assert host.stop() == 0
        assert call.wait().text == "slept"
        assert "Traceback" not in host.output


def test_no_new_connection_is_accepted_while_draining() -> None:
    with HostProcess(APPS / "classic") as host:
        call = Call(lambda: get(f"{host.url}/api/slow/1.5"))
        os.kill(host.pid, signal.SIGINT)
        host.wait_until_printed("Ending")
        time.sleep(0.3)
        with pytest.raises(httpx.ConnectError):
            get(f"{host.url}/api/plain")
        assert call.wait().text == "slept"


@pytest.mark.parametrize(
    ("app", "path"), [("classic", "slow/30"), ("streaming", "endless/x"), ("streaming", "slow/30")]
)
def test_what_outlasts_the_drain_is_cut_off(app: str, path: str) -> None:
    with HostProcess(APPS / app, "--drain-seconds", "0.5") as host:
        call = Call(lambda: get(f"{host.url}/api/{path}"))
        started = time.monotonic()
        assert host.stop() == 0
        assert time.monotonic() - started < 8
        assert "Traceback" not in host.output
        if path == "endless/x":
            assert isinstance(call.wait_for_error(), httpx.RemoteProtocolError)
        else:
            assert call.wait().status_code == 500


def test_a_call_nobody_waits_for_is_finished_before_the_end() -> None:
    with HostProcess(APPS / "classic") as host:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{host.url}/api/slow/2.5", trust_env=False, timeout=httpx.Timeout(20, read=0.2))
        started = time.monotonic()
        assert host.stop() == 0
        assert 0.3 < time.monotonic() - started < 8


def test_a_thread_that_does_not_end_does_not_hold_the_host() -> None:
    with HostProcess(APPS / "classic", "--drain-seconds", "0.3") as host:
        Call(lambda: get(f"{host.url}/api/slow-thread/60"))
        started = time.monotonic()
        assert host.stop() == 0
        assert time.monotonic() - started < 9
        assert "Traceback" not in host.output


def test_a_second_signal_ends_it_at_once() -> None:
    with HostProcess(APPS / "streaming", "--drain-seconds", "60") as host:
        Call(lambda: get(f"{host.url}/api/endless/x"))
        os.kill(host.pid, signal.SIGINT)
        host.wait_until_printed("Ending")
        started = time.monotonic()
        assert host.stop() == 0
        assert time.monotonic() - started < 9
        assert "Traceback" not in host.output


def test_a_signal_breaks_off_an_app_that_loads_for_ever(tmp_path: Path) -> None:
    code = "import time\n\nprint('loading', flush=True)\ntime.sleep(60)\n"
    (tmp_path / "function_app.py").write_text(code)
    process = subprocess.Popen(
        [sys.executable, "-m", "local.host", str(tmp_path), "--port", "0"],
        cwd=REPOSITORY,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=5)
    assert (process.returncode, output) == (0, "")


def blocked(*arguments: str) -> HostProcess:
    """Start a host whose loop is blocked by a function from now on."""
    host = HostProcess(APPS / "ends_classic", *arguments).start()
    Call(lambda: get(f"{host.url}/api/block/60"))
    host.wait_until_printed("blocking")
    return host


def test_a_second_signal_ends_a_host_whose_loop_is_blocked() -> None:
    host = blocked()
    os.kill(host.pid, signal.SIGINT)
    started = time.monotonic()
    time.sleep(0.3)
    assert host.stop() == 0
    assert time.monotonic() - started < 9


def test_a_host_whose_loop_is_blocked_ends_when_its_patience_does() -> None:
    host = blocked("--drain-seconds", "0")
    started = time.monotonic()
    assert host.stop(20) == 1
    assert 8 < time.monotonic() - started < 19
    assert "without the calls that keep it" in host.output
