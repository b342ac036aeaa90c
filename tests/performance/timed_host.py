"""The local host, which notes when a turn passes which place.

    python -m tests.performance.timed_host FILE APP_DIR ...

Each streamed turn adds a line of JSON to the file: places, and when they were first passed.
"""

import functools
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from local.host.http.asgi import Message, Receive, Scope, Send
from local.host.http.streaming import StreamingHttp
from local.host.main import main
from shared.adapters.openai import wire
from shared.adapters.supabase.functions import DirectFunctions
from shared.http.edge import Endpoint
from shared.use_cases.interview.take_turn import TakeTurn
from shared.use_cases.interview.word_reply import Talk

STREAM = "/chat/stream"
TOKEN = b"event: token"

passed: dict[str, float] = {}


def pass_by(place: str) -> None:
    if place:
        passed.setdefault(place, time.perf_counter())


def noted[**Given, Result](
    call: Callable[Given, Awaitable[Result]], before: str, behind: str
) -> Callable[Given, Awaitable[Result]]:
    @functools.wraps(call)
    async def noting(*given: Given.args, **named: Given.kwargs) -> Result:
        pass_by(before)
        result = await call(*given, **named)
        pass_by(behind)
        return result

    return noting


def serving(call: Callable[..., Awaitable[None]], into: Path) -> Callable[..., Awaitable[None]]:
    async def noting(
        host: StreamingHttp, function: Any, path: str, values: Any, scope: Scope, receive: Receive, send: Send
    ) -> None:
        async def watched(message: Message) -> None:
            await send(message)
            if TOKEN in message.get("body", b""):
                pass_by("they are sent")

        passed.clear()
        pass_by("the host has the request")
        await call(host, function, path, values, scope, receive, watched)
        if path.endswith(STREAM):
            with into.open("a") as lines:
                lines.write(json.dumps(passed) + "\n")

    return noting


def first_words(say: Callable[[Talk, str, float], None]) -> Callable[[Talk, str, float], None]:
    def noting(talk: Talk, text: str, now: float) -> None:
        pass_by("its first words may leave" if text else "")
        say(talk, text, now)

    return noting


def note_into(file: Path) -> None:
    places: tuple[tuple[Any, str, str, str], ...] = (
        (Endpoint, "__call__", "the function has it", ""),
        (TakeTurn, "__call__", "caller, limits and body are checked", ""),
        (DirectFunctions, "call", "", "the turn is begun"),
        (wire, "asked", "the prompt is written", "the model answers"),
    )
    for where, name, before, behind in places:
        setattr(where, name, noted(getattr(where, name), before, behind))
    for where, name, replacement in (
        (Talk, "say", first_words(Talk.say)),
        (StreamingHttp, "__call__", serving(StreamingHttp.__call__, file)),
    ):
        setattr(where, name, replacement)


if __name__ == "__main__":
    started = time.monotonic()
    note_into(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:], started))
