"""A turn while its reply is being said, seen from where it is said."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from shared.domain.interview.progress import Standing
from shared.domain.interview.records import FinishedTurn
from shared.domain.rate_limits import Allowance
from shared.domain.turns import AnsweredTurn

SOME_WORDS: Final = re.compile(r"(?:\S+\s*){1,4}|\s+")
TASKS_ON_THE_WAY: Final = 4  # that pass a piece on, from the turn to the socket of the candidate


type Part = str | FinishedTurn
type Parts = asyncio.Queue[Part | Exception]


async def let_leave() -> None:
    """What was said goes on its way before the turn works on: nobody waits for what is counted and stored."""
    for _ in range(TASKS_ON_THE_WAY):
        await asyncio.sleep(0)


@dataclass(slots=True)
class RunningTurn:
    """A turn whose answer is saved."""

    allowance: Allowance | None
    _parts: Parts

    async def parts(self) -> AsyncGenerator[Part]:
        """Each piece as it comes, then the finished turn. Raises what kept it from being stored."""
        while True:
            part = await self._parts.get()
            if isinstance(part, Exception):
                raise part
            yield part
            if isinstance(part, FinishedTurn):
                return

    async def finished(self) -> FinishedTurn:
        """The turn, for who does not want its pieces."""
        async with aclosing(self.parts()) as parts:
            async for part in parts:
                if isinstance(part, FinishedTurn):
                    return part
        raise AssertionError("a turn ends with itself or with an error")


def replayed(turn: AnsweredTurn) -> Iterator[Part]:
    """A stored reply, given again as it was given first."""
    yield from SOME_WORDS.findall(turn.reply)
    standing = Standing.of(turn.progress, turn.seconds_left, finished=turn.finished)
    yield FinishedTurn(turn.turn_id, turn.reply, turn.degraded, standing)
