"""The other verbs, from another terminal: status, url, down, reset, and a second up."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.identity import Identity, identify
from local.stack.state import Record, ServiceRecord, StateFolder
from tests.integration.stack.stack_process import StackProcess, some_port


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that no running stack started, in a group of its own as services are."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as process:
        yield process
        process.kill()


def run(state: Path, *arguments: str) -> tuple[int, str]:
    with StackProcess.real(state, *arguments) as stack:
        return stack.wait(), stack.output


def test_a_second_up_reports_the_first_and_leaves_it_alone(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port()) as first:
        services = first.until_ready().services
        with StackProcess.sample(tmp_path, some_port()) as second:
            assert second.wait() == 0
            assert "A stack runs here already." in second.output
            assert first.record.services["first"].url in second.output
        assert all(service.is_alive() for service in services)


def test_status_url_and_down_of_a_running_stack(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port()) as stack:
        services = stack.until_ready().services
        code, text = run(tmp_path, "status")
        assert (code, "The stack is ready" in text) == (0, True)
        assert run(tmp_path, "url", "second") == (0, stack.record.services["second"].url)
        assert run(tmp_path, "url", "nobody") == (1, "nobody does not run.")
        assert run(tmp_path, "down") == (0, "Stopped.")
        assert stack.wait() == 0
        assert not any(service.is_alive() for service in services)


def test_nothing_runs(tmp_path: Path) -> None:
    assert run(tmp_path, "status") == (1, "No stack runs. Start it with `make up`.")
    assert run(tmp_path, "url") == (1, "host does not run.")
    assert run(tmp_path, "down") == (0, "No stack runs.")
    assert run(tmp_path / "absent", "reset") == (0, "")


def test_reset_stops_the_stack_and_clears_its_data(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port()) as stack:
        stack.until_ready()
        (tmp_path / "durable.sqlite").write_text("history", encoding="utf-8")
        code, text = run(tmp_path, "reset")
        assert code == 0, text
        assert stack.wait() == 0
    assert {entry.name for entry in tmp_path.iterdir()} == {"stack.lock"}


def test_what_an_earlier_stack_left_running_is_stopped(
    tmp_path: Path, stranger: subprocess.Popen[bytes]
) -> None:
    _leave_behind(tmp_path, stranger.pid, started=None)
    with StackProcess.sample(tmp_path, some_port()) as stack:
        stack.until_ready()
        assert f"Stopped lost (process {stranger.pid}), left by an earlier run." in stack.output
    assert stranger.wait(5.0) == -signal.SIGTERM


def test_a_process_that_only_has_the_recorded_number_is_left_alone(
    tmp_path: Path, stranger: subprocess.Popen[bytes]
) -> None:
    _leave_behind(tmp_path, stranger.pid, started="in another life")
    assert run(tmp_path, "down") == (0, "No stack runs.")
    with StackProcess.sample(tmp_path, some_port()) as stack:
        stack.until_ready()
        assert "left by an earlier run" not in stack.output
    assert stranger.poll() is None


def _leave_behind(folder: Path, pid: int, started: str | None) -> None:
    """Write the record of a stack that was killed, with one service still running."""
    found = identify(pid)
    assert found
    left = Identity(pid, started or found.started)
    ended = Identity(pid=2**22 + 1, started="long ago")
    record = Record(ended, "ready", {"lost": ServiceRecord(left, {}, "")})
    StateFolder(folder).write(record)
