"""What is printed is readable, and said once."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import pytest

from local.host.console import quiet_uvicorn, set_up_logging, silence_uvicorn
from local.host.options import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = (
    "",
    "local.host",
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "azure",
    "azure.functions",
    "asyncio",
)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Undo what setting up does to loggers that other tests use."""
    loggers = [logging.getLogger(name) for name in _NAMES]
    before = [(it.level, it.handlers[:], it.filters[:], it.propagate) for it in loggers]
    yield
    logging.captureWarnings(capture=False)
    for logger, (level, handlers, filters, propagate) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:], logger.filters[:], logger.propagate = handlers, filters, propagate


def test_a_line_begins_with_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=False)
    logging.getLogger("an.app").info("hello %s", "world")
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\.\d{3}\] hello world\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("level", "shown"),
    [(None, "iwe"), ("Debug", "iwe"), ("information", "iwe"), ("Warning", "we"), ("None", "")],
)
def test_the_level_of_host_json_holds(
    level: str | None, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(level, verbose=False)
    app = logging.getLogger("an.app")
    for log, text in ((app.debug, "d"), (app.info, "i"), (app.warning, "w"), (app.error, "e")):
        log(text)
    assert "".join(line[-1] for line in capsys.readouterr().err.splitlines()) == shown


def test_verbose_shows_the_hosts_own_details(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=True)
    logging.getLogger("local.host.calls").debug("Executing")
    logging.getLogger("an.app").debug("detail")
    assert "Executing" in (printed := capsys.readouterr().err)
    assert "detail" not in printed


def test_the_sdks_report_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=False)
    logging.getLogger("azure.core.pipeline").info("every request")
    logging.getLogger("azure.functions").info("every call")
    logging.getLogger("azure.core").warning("trouble")
    assert capsys.readouterr().err.endswith("] trouble\n")


def error_raised_in(name: str) -> logging.LogRecord:
    """Make uvicorn's record of an exception that passed a function of this name."""
    namespace: dict[str, object] = {}
    exec(f"def {name}():\n    raise ValueError('x')", namespace)  # noqa: S102 - the name of a frame is the test
    try:
        namespace[name]()  # type: ignore[operator]
    except ValueError:
        return logging.LogRecord(
            "uvicorn.error", 40, "", 0, "Exception in ASGI application\n", (), sys.exc_info()
        )
    raise AssertionError("it did not raise")


def test_a_failure_that_is_logged_already_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=False)
    logging.getLogger("uvicorn.error").handle(error_raised_in("catch_all"))
    assert capsys.readouterr().err == ""
    logging.getLogger("uvicorn.error").handle(error_raised_in("produce"))
    assert "A streaming function failed after its answer had begun" in capsys.readouterr().err


def test_uvicorn_keeps_no_handlers_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=False)
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    quiet_uvicorn()
    logging.getLogger("uvicorn.access").error("GET /")
    logging.getLogger("uvicorn.error").info("Started")
    silence_uvicorn()
    logging.getLogger("uvicorn.error").error("Ended")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "arguments", [["--port", "70000"], ["--drain-seconds", "-1"], ["--drain-seconds", "inf"], ["--unknown"]]
)
def test_a_wrong_argument_ends_with_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["app", *arguments])
    assert "usage: python -m local.host" in capsys.readouterr().err


def test_paths_become_absolute() -> None:
    options = parse(["app", "--state", "state.db", "--functions", "a", "b"])
    assert options.app_dir.is_absolute()
    assert options.state is not None
    assert options.state.is_absolute()
    assert options.functions == {"a", "b"}
