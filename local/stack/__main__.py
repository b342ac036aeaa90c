"""Command line of the local stack."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from local.host.json_files import InvalidFileError
from local.stack import commands, local_settings
from local.stack.catalogue import AZURITE, REPOSITORY, services
from local.stack.console import Console
from local.stack.service import in_order
from local.stack.state import StateFolder


def parse(arguments: list[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m local.stack", description="Starts, watches and stops the stack.")
    parser.add_argument("--state", type=Path, default=REPOSITORY / ".local", help="folder of data and logs")
    verbs = parser.add_subparsers(dest="verb", required=True)
    up = verbs.add_parser("up", help="start everything and keep it running")
    up.add_argument("--app", type=Path, default=REPOSITORY, help="function app to run")
    up.add_argument("--port", type=int, default=7071, help="wanted port of the API")
    up.add_argument("--storage-port", type=int, default=10000, help="wanted first port of the storage")
    up.add_argument(
        "--supabase-port", type=int, default=54321, help="wanted port; the database is on the next"
    )
    up.add_argument("--simulator-port", type=int, default=8090, help="wanted port of the simulated cloud")
    up.add_argument("--only", action="append", default=[], metavar="SERVICE", help="and what it needs")
    verbs.add_parser("down", help="stop the running stack")
    verbs.add_parser("status", help="say what runs; exit code 0 when it is ready")
    verbs.add_parser("reset", help="stop, and clear all stored data")
    url = verbs.add_parser("url", help="print the address of one service")
    url.add_argument("service", nargs="?", default="host")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    try:
        return _run(parse(arguments))
    except KeyboardInterrupt:  # outside `up`, which hears Ctrl-C itself
        return 130


def _run(options: Namespace) -> int:
    state, console = StateFolder(options.state.resolve()), Console()
    match options.verb:
        case "up":
            return _up(options, state, console)
        case "down":
            return commands.down(state, console)
        case "status":
            return commands.status(state, console)
        case "reset":
            return commands.reset(state, console)
        case _:
            return commands.url(state, console, options.service)


def _up(options: Namespace, state: StateFolder, console: Console) -> int:
    app = options.app.resolve()
    if not AZURITE.exists():
        console.problem("The storage emulator is not installed: run `make install`.")
        return 1
    try:
        if local_settings.ensure(app):
            console.note("Made local.settings.json from local.settings.sample.json.")
        wishes = options.port, options.storage_port, options.supabase_port, options.simulator_port
        offered = services(app, state, *wishes)
        wanted = in_order(offered, options.only)
    except (ValueError, InvalidFileError) as error:
        console.problem(str(error))
        return 1
    return commands.up(wanted, state, console, REPOSITORY)


if __name__ == "__main__":
    sys.exit(main())
