"""The pieces of a reply, a few at a time: each frame is a call to the service, and forty would be late."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from shared.domain.interview.records import FinishedTurn
from shared.use_cases.interview.running_turn import Part


@dataclass(slots=True)
class _Said:
    """What has been said and is not passed on yet."""

    text: str = ""
    is_over: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, piece: str) -> None:
        self.text += piece
        self.news.set()

    def end(self) -> None:
        self.is_over = True
        self.news.set()

    def take(self) -> str:
        text, self.text = self.text, ""
        if not self.is_over:
            self.news.clear()
        return text


async def in_batches(parts: AsyncGenerator[Part], pause: float) -> AsyncGenerator[Part]:
    """The pieces that come within a pause as one, then the finished turn.

    Neither the first piece nor the end is kept waiting.
    """
    said = _Said()
    reading = asyncio.create_task(_read(parts, said))
    try:
        while True:
            await said.news.wait()
            if text := said.take():
                yield text
            if said.is_over and not said.text:
                yield await reading
                return
            await asyncio.wait({reading}, timeout=pause)
    finally:
        reading.cancel()


async def _read(parts: AsyncGenerator[Part], said: _Said) -> FinishedTurn:
    try:
        async with aclosing(parts):
            async for part in parts:
                if isinstance(part, FinishedTurn):
                    return part
                said.add(part)
    finally:
        said.end()
    raise AssertionError("a turn ends with itself or with an error")
