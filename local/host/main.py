"""Runs the host as a program: event loop, exit code, and one clear message when it cannot start."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import traceback
from typing import TYPE_CHECKING

from local.host import shutdown
from local.host.host import Host
from local.host.loading import AppLoadError
from local.host.options import parse
from local.host.routes import RouteError
from local.host.server import PortTakenError
from local.host.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.host.options import Options


def main(arguments: Sequence[str], started: float) -> int:
    """Run until a signal comes; 1 when the app or the host cannot start."""
    options = parse(arguments)
    shutdown.while_loading()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            loop = runner.get_loop()
            shutdown.outlive(loop, loop.create_task(_run(options, started)))
    except KeyboardInterrupt:
        return shutdown.leave(0)
    except (AppLoadError, RouteError, SettingsError, PortTakenError) as error:
        _explain(error, options)
        return shutdown.leave(1)
    return shutdown.leave(0)


async def _run(options: Options, started: float) -> None:
    await Host(options, started).run()


def _explain(error: Exception, options: Options) -> None:
    """Say what is wrong in plain words; with -v, where it happened as well."""
    sys.stdout.flush()
    print(f"The app in {options.app_dir} cannot be started.\n\n{error}\n", file=sys.stderr)
    if options.verbose:
        print(getattr(error, "stack", "") or "".join(traceback.format_exception(error)), file=sys.stderr)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if importlib.util.find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415 - it is not there on every platform

    return uvloop.new_event_loop
