"""What is printed, and what is kept in the logs."""

import io
from pathlib import Path

import pytest

from local.stack import console as console_module
from local.stack.console import Console, ServiceLog


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class GoneTerminal(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, text)


def test_each_line_has_the_name_of_its_service(tmp_path: Path) -> None:
    screen = io.StringIO()
    log = ServiceLog("host", Console(screen), tmp_path)
    log.write("100 % ready")
    log.close()
    assert screen.getvalue() == "    host | 100 % ready\n"
    assert (tmp_path / "host.log").read_text(encoding="utf-8").endswith(" 100 % ready\n")


def test_colour_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Console(Terminal()).prefix("host") == "\033[36m    host | \033[0m"
    assert Console(io.StringIO()).prefix("host") == "    host | "
    monkeypatch.setenv("NO_COLOR", "1")
    assert Console(Terminal()).prefix("host") == "    host | "


def test_a_terminal_that_is_gone_does_not_disturb() -> None:
    Console(GoneTerminal()).problem("nobody reads this")


def test_addresses_stand_in_a_table() -> None:
    screen = io.StringIO()
    Console(screen).addresses({"docs": "http://a", "health": "http://b"})
    assert screen.getvalue() == "\n  docs    http://a\n  health  http://b\n\n"


def test_a_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_module, "LARGEST_LOG", 1_000)
    log = ServiceLog("host", Console(io.StringIO()), tmp_path)
    for _ in range(100):
        log.write("x" * 100)
    log.close()
    assert {file.name for file in tmp_path.iterdir()} == {"host.log", "host.log.1"}
    assert all(file.stat().st_size <= 1_000 for file in tmp_path.iterdir())
