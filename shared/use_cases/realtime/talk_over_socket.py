"""A turn that is taken over a socket: the same engine, its reply pushed as it is worded.

The event that brought the answer is answered once the answer is saved. The reply then goes to every
socket of the talk, so that a second device follows. A frame that cannot be sent costs the view of it
and no more: the turn is stored all the same, and the same `turn_id` gives it again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any, Final
from uuid import UUID

from shared import telemetry
from shared.contracts.problem import Problem
from shared.contracts.realtime import Chunk, Done, Failed, Message
from shared.domain.interview.records import FinishedTurn
from shared.domain.push import Audience, Socket
from shared.domain.turns import Answer
from shared.telemetry import Event
from shared.use_cases.interview.running_turn import RunningTurn
from shared.use_cases.realtime.batches import in_batches
from shared.use_cases.realtime.send_frame import SendFrame

log = telemetry.Log(__name__)

PAUSE_SECONDS: Final = 0.08

type Take = Callable[[Answer], Coroutine[Any, Any, RunningTurn]]
type Describe = Callable[[Exception], Problem]
type _Turn = tuple[UUID, UUID, str]


class TalkOverSocket:
    def __init__(
        self, take_turn: Take, send: SendFrame, describe: Describe, pause: float = PAUSE_SECONDS
    ) -> None:
        self._take_turn = take_turn
        self._send = send
        self._describe = describe
        self._pause = pause
        self._begun: dict[_Turn, asyncio.Task[RunningTurn]] = {}
        self._speaking: set[asyncio.Task[None]] = set()

    async def __call__(self, socket: Socket, message: Message) -> None:
        """Save the answer; its reply follows. Raises what refuses the turn.

        A message that comes again while this process still words its reply has joined it.
        """
        answer = message.answer(socket.audience.interview_id, socket.user_id)
        turn = (answer.interview_id, answer.caller_id, answer.turn_id)
        if turn not in self._begun:
            self._begun[turn] = asyncio.create_task(self._take_turn(answer))
            speaking = asyncio.create_task(self._speak(socket.audience, turn))
            self._speaking.add(speaking)
            speaking.add_done_callback(self._speaking.discard)
        await asyncio.shield(self._begun[turn])

    async def _speak(self, to: Audience, turn: _Turn) -> None:
        try:
            running = await self._begun[turn]
        except Exception:  # noqa: BLE001 - it is raised where the turn was asked for
            del self._begun[turn]
            return
        try:
            finished = await self._word(to, running, turn[-1])
        except Exception as error:  # noqa: BLE001 - likewise: it travels behind the chunks
            log.failure(Event.STREAM_CRASHED, error=error)
            last: Done | Failed = Failed.of(self._describe(error), error, turn[-1])
        else:
            last = Done.of(finished)
        # from here on a repeat is answered with what is stored: it could miss this frame
        del self._begun[turn]
        await self._send(to, last)

    async def _word(self, to: Audience, running: RunningTurn, turn_id: str) -> FinishedTurn:
        """Pass on the words; once a frame is lost the rest of them comes with the turn."""
        sent, heard = 0, True
        async with aclosing(in_batches(running.parts(), self._pause)) as parts:
            async for part in parts:
                if isinstance(part, FinishedTurn):
                    return part
                if heard:
                    sent += 1
                    heard = await self._send(to, Chunk(turn_id=turn_id, sequence=sent, content=part))
        raise AssertionError("a turn ends with itself or with an error")
