"""`make demo`: a stack of its own, one interview from the role to the last word, and everything stopped."""

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.demo.api import CallFailedError, speak_visibly
from local.demo.play import play
from local.demo.screen import Screen
from local.demo.stage import Stage, StageError


def parse(arguments: list[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m local.demo", description="Plays one interview on this machine.")
    parser.add_argument(
        "--token-seconds", type=float, default=0.012, help="how long the model takes for a token"
    )
    parser.add_argument("--keep", type=Path, help="where data and logs of the stack stay, to look at later")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options, screen = parse(arguments), Screen()
    try:
        with _folder(options.keep) as folder:
            screen.act("The stack starts")
            with Stage(folder) as stage:
                addresses = stage.addresses
                screen.fact("API", addresses.api)
                speak_visibly(addresses, options.token_seconds)
                play(addresses, screen)
    except (StageError, CallFailedError, httpx.HTTPError) as error:
        screen.note(f"The demo stops: {error}")
        return 1
    except KeyboardInterrupt:
        screen.note("Stopped.")
        return 130
    return 0


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="talenti-demo-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
