"""Command line of the local Supabase; the stack and the Makefile use it."""

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from local.stack.state import StateFolder
from local.supabase import postgres
from local.supabase.programs import PostgresError

REPOSITORY = Path(__file__).parents[2]
ADDRESS = "LOCAL_DATABASE_URL"


def parse(arguments: list[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m local.supabase", description="Runs Supabase on this machine.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    server = verbs.add_parser("postgres", help="be the database server")
    server.add_argument("--data", type=Path, required=True)
    server.add_argument("--port", type=int, required=True)
    api = verbs.add_parser("api", help=f"bring the database of {ADDRESS} up to date, then be its HTTP side")
    api.add_argument("--port", type=int, required=True)
    api.add_argument("--source", type=Path, default=REPOSITORY / "supabase", help="migrations and seed")
    api.add_argument("--key-file", type=Path, required=True)
    for name, what in {"reset": "make the database anew", "shell": "talk SQL to the database"}.items():
        verb = verbs.add_parser(name, help=what)
        verb.add_argument("--state", type=Path, default=REPOSITORY / ".local")
        verb.add_argument("--source", type=Path, default=REPOSITORY / "supabase")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    try:
        if options.verb == "postgres":
            postgres.run(options.data, options.port)
        return _with_driver(options)
    except PostgresError as error:
        print(error)
        return 1


def _with_driver(options: Namespace) -> int:
    # Not loaded by the server's process, which starts faster without.
    from local.supabase.migrate import MigrationError  # noqa: PLC0415

    try:
        {"api": _api, "reset": _reset, "shell": _shell}[options.verb](options)
    except MigrationError as error:
        print(error)
        return 1
    return 0


def _api(options: Namespace) -> None:
    from local.supabase import api, build, database  # noqa: PLC0415

    address = os.environ[ADDRESS]
    database.await_server(address)
    for name in build.build(address, options.source):
        print(f"applied {name}")
    api.become(address, options.port, options.key_file.resolve())


def _reset(options: Namespace) -> None:
    from local.supabase.reset import reset  # noqa: PLC0415

    began = time.monotonic()
    done = reset(StateFolder(options.state.resolve()), options.source)
    print(f"The database is new: {len(done)} files applied in {time.monotonic() - began:.1f} s.")


def _shell(options: Namespace) -> None:
    from local.supabase import shell  # noqa: PLC0415

    server = postgres.running(options.state.resolve() / "postgres")
    if server is None:
        raise PostgresError("No database runs. Start it with `make up`.")
    shell.open_shell(server.url(postgres.DATABASE), sys.stdin)


if __name__ == "__main__":
    sys.exit(main())
