"""Tells how far an interview is whenever it has changed, until it is over or the time for it is.

The database is looked at every two seconds, and only then; who left off comes back with the mark of
what was seen last. Streams are counted for each person and process: one page needs one.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.contracts.interview import HeldProgress, OwnProgress
from shared.domain.identity import Person
from shared.errors import RateLimitedError
from shared.ports.clock import Clock
from shared.ports.workflows import Workflows
from shared.use_cases.interview.read_progress import ReadProgress

LOOK_SECONDS: Final = 2.0
LONGEST_SECONDS: Final = 210.0  # the platform's front end ends an answer after 230
MOST_STREAMS: Final = 5
OVER: Final = {"completed", "cancelled", "expired"}

type Engine = AbstractAsyncContextManager[Workflows]


@dataclass(frozen=True, slots=True)
class Seen:
    """What changed, with the mark to come back with."""

    progress: OwnProgress | HeldProgress
    mark: str

    @property
    def is_last(self) -> bool:
        carried = self.progress.lifecycle
        return self.progress.status in OVER and (carried is None or carried.is_final)


class FollowProgress:
    """`pause` waits in the place of sleep."""

    def __init__(
        self, read: ReadProgress, clock: Clock, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._read = read
        self._clock = clock
        self._pause = pause
        self._open: Counter[UUID] = Counter()

    async def __call__(
        self, caller: Person, talk_id: UUID, workflows: Workflows, lasting: Engine, seen: str = ""
    ) -> AsyncGenerator[Seen]:
        """What is told from now on. Raises before it begins what a single reading would raise.

        `workflows` serves the first look; the others need an engine that outlives the invocation.
        """
        self._check_room(caller)
        first = await self._read(caller, talk_id, workflows)
        return self._follow(caller, talk_id, lasting, first, seen)

    async def _follow(
        self,
        caller: Person,
        talk_id: UUID,
        lasting: Engine,
        progress: OwnProgress | HeldProgress,
        seen: str,
    ) -> AsyncGenerator[Seen]:
        self._check_room(caller)  # again: others may have begun since
        until = self._clock.monotonic() + LONGEST_SECONDS
        self._open[caller.user_id] += 1
        try:
            async with lasting as workflows:
                while True:
                    now = Seen(progress, _mark(progress))
                    if now.mark != seen or now.is_last:
                        yield now
                        seen = now.mark
                    if now.is_last or self._clock.monotonic() + LOOK_SECONDS > until:
                        return
                    await self._pause(LOOK_SECONDS)
                    progress = await self._read.look(caller, talk_id, workflows)
        finally:
            self._open[caller.user_id] -= 1
            self._open += Counter()  # forgets who has none

    def _check_room(self, caller: Person) -> None:
        if self._open[caller.user_id] >= MOST_STREAMS:
            raise RateLimitedError("Too many streams are open.", retry_after=LOOK_SECONDS)


def _mark(progress: OwnProgress | HeldProgress) -> str:
    """The same for what looks the same: seconds run by themselves."""
    told = progress.model_dump_json(exclude={"progress": {"seconds_left"}})
    return hashlib.sha256(told.encode()).hexdigest()[:16]
