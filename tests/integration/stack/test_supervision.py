"""The stack as a process: what it starts ends with it, whatever happens to either."""

import os
import re
import signal
import socket
import sys
from pathlib import Path

import pytest

from local.stack.identity import gone, identify
from tests.integration.stack.stack_process import StackProcess, some_port


def test_services_start_in_order_and_a_later_one_gets_what_an_earlier_one_gives(tmp_path: Path) -> None:
    port = some_port()
    with StackProcess.sample(tmp_path, port) as stack:
        stack.until_ready()
        given = stack.record.services["first"].ports["main"]
        assert f"second | given FIRST=port {given}" in stack.output
        assert re.search(r"second page +http://127.0.0.1:\d+/page", stack.output)
        assert stack.record.phase == "ready"
        assert "\033" not in stack.output, "colour belongs to terminals"
        assert f"given FIRST=port {given}" in (tmp_path / "logs/second.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_stops_every_service(tmp_path: Path, number: signal.Signals) -> None:
    with StackProcess.sample(tmp_path, some_port()) as stack:
        services = stack.until_ready().services
        stack.send(number)
        assert stack.wait() == 0
        assert not any(service.is_alive() for service in services)
        assert stack.state.read() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel ties a child to its parent")
def test_no_service_outlives_a_killed_stack_and_the_next_one_starts(tmp_path: Path) -> None:
    port = some_port()
    with StackProcess.sample(tmp_path, port) as stack:
        services = stack.until_ready().services
        stack.send(signal.SIGKILL)
        stack.wait()
        assert all(gone(service, within=2.0) for service in services)
    with StackProcess.sample(tmp_path, port) as stack:
        stack.until_ready()


def test_a_service_that_ends_stops_the_rest_and_is_named(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "mortal") as stack:
        services = stack.until_ready().services
        assert stack.wait() == 1
        assert "The stack stops: second ended with exit code 3" in stack.output
        assert "    my last words" in stack.lines
        assert not any(service.is_alive() for service in services)


def test_a_killed_service_is_named_with_its_signal(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port()) as stack:
        first = stack.until_ready().record.services["first"].identity
        os.kill(first.pid, signal.SIGKILL)
        assert stack.wait() == 1
        assert "The stack stops: first was killed by SIGKILL" in stack.output


def test_a_service_that_never_gets_ready_stops_the_stack(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "deaf") as stack:
        assert stack.wait() == 1
        assert "The stack stops: second was not ready within 1 s (tcp://127.0.0.1:" in stack.output


def test_a_stubborn_service_and_its_relatives_are_stopped_by_force(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "stubborn", "family") as stack:
        services = stack.until_ready().services
        relative = identify(int(stack.until_printed(r"relative (\d+)")[1]))
        assert relative
        stack.send(signal.SIGINT)
        assert stack.wait() == 0
        assert not any(service.is_alive() for service in services)
        assert gone(relative, within=2.0)


def test_a_second_stop_signal_means_now(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "stubborn", "patient") as stack:
        services = stack.until_ready().services
        stack.send(signal.SIGINT)
        stack.until_printed("Stopping")
        stack.send(signal.SIGINT)
        assert stack.wait() == 0
        assert not any(service.is_alive() for service in services)


def test_a_line_without_end_is_passed_on_in_pieces(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "wordy") as stack:
        stack.until_ready()
        pieces = "".join(line.removeprefix("  second | ") for line in stack.lines)
        whole = "a" * 100_000 + "b" * 100_000 in pieces
        assert whole, "it is not there"  # said without showing it


def test_relatives_do_not_outlive_a_service_that_ends_by_itself(tmp_path: Path) -> None:
    with StackProcess.sample(tmp_path, some_port(), "mortal", "family") as stack:
        relative = identify(int(stack.until_printed(r"relative (\d+)")[1]))
        assert relative
        assert stack.wait() == 1
        assert gone(relative, within=2.0)


def test_a_port_of_another_program_is_left_to_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        taken = foreign.getsockname()[1]
        with StackProcess.sample(tmp_path, taken) as stack:
            stack.until_ready()
            assert f"first: port {taken} is in use by another program" in stack.output
            assert stack.record.services["first"].ports["main"] != taken
            stack.send(signal.SIGINT)
            assert stack.wait() == 0
        with socket.create_connection(("127.0.0.1", taken), timeout=1.0):
            pass


def test_the_same_ports_are_free_again_at_once(tmp_path: Path) -> None:
    port, chosen = some_port(), []
    for _ in range(2):
        with StackProcess.sample(tmp_path, port) as stack:
            stack.until_ready()
            service = stack.record.services["first"]
            # A connection that the service's side closes keeps its port in TIME_WAIT.
            with socket.create_connection(("127.0.0.1", service.ports["main"]), timeout=1.0):
                stack.send(signal.SIGINT)
                assert stack.wait() == 0
            chosen.append(service.ports["main"])
    assert chosen[0] == chosen[1]
