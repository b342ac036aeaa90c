"""A stack of two small services, run by the real commands: `sample_stack.py STATE PORT [QUIRK...]`."""

import sys
from pathlib import Path

from local.stack import commands
from local.stack.console import Console
from local.stack.service import Service
from local.stack.state import StateFolder

FAKE = Path(__file__).with_name("fake_service.py")


def fake(name: str, port: int, *quirks: str, needs: tuple[str, ...] = ()) -> Service:
    listens_on = "0" if "deaf" in quirks else "{main}"
    return Service(
        name=name,
        command=[sys.executable, str(FAKE), listens_on, *quirks],
        ports={"main": port},
        ready="tcp://127.0.0.1:{main}",
        url="http://127.0.0.1:{main}",
        links={f"{name} page": "http://127.0.0.1:{main}/page"},
        gives={name.upper(): "port {main}"},
        needs=needs,
        start_within=1.0 if "deaf" in quirks else 15.0,
        stop_within=60.0 if "patient" in quirks else 1.0,
    )


def main() -> int:
    state, port, *quirks = sys.argv[1:]
    services = [fake("first", int(port)), fake("second", int(port) + 10, *quirks, needs=("first",))]
    return commands.up(services, StateFolder(Path(state)), Console(), Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
