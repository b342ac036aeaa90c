"""Recognises what a browser uploads over its socket, and holds it for the turn it belongs to.

The service waits for the answer to an utterance before it sends the next event of that socket. So an
utterance is answered once it is recognised: pieces keep their order, and the end counts all of them.
"""

import asyncio
from typing import Final
from uuid import UUID

from shared.contracts import realtime
from shared.contracts.realtime import Begin, Ended, Partial, Ping, Pong, ServerFrame, Stop
from shared.domain.dictation import (
    MOST_BYTES,
    MOST_SECONDS,
    Dictation,
    length_ms,
    utterance_key,
)
from shared.domain.interview.records import Final as HeldFinal
from shared.domain.interview.records import FinalWord, Prepared
from shared.domain.push import Socket
from shared.domain.rate_limits import RateClass
from shared.domain.speech import MAX_HINTS, HeardSegment, Utterance
from shared.errors import RateLimitedError, TooLargeError, WrongStateError
from shared.ports.interviews import Interviews
from shared.ports.question_packs import QuestionPacks
from shared.ports.rate_limits import RateLimits
from shared.ports.speech import Speech
from shared.use_cases.realtime.send_frame import SendFrame

LIMITS: Final = (RateClass.DEFAULT, RateClass.AI_OPERATION)
WAV_HEADER: Final = 44


class TakeDictation:
    def __init__(
        self,
        interviews: Interviews,
        speech: Speech,
        packs: QuestionPacks,
        limits: RateLimits,
        send: SendFrame,
    ) -> None:
        self._interviews = interviews
        self._speech = speech
        self._packs = packs
        self._limits = limits
        self._send = send

    async def __call__(
        self, socket: Socket, said: Begin | Stop | Ping | bytes, note: str
    ) -> tuple[ServerFrame | None, Dictation | None]:
        """What goes back at once, and what is to be remembered, if that has changed.

        Raises what refuses the frame; the utterance may then be uploaded again.
        """
        dictation = Dictation.parse(note, socket.id)
        match said:
            case Ping():
                return Pong(), None
            case Begin(turn_id=turn_id, start_time_ms=at_ms):
                return None, dictation.begun(turn_id, at_ms)
            case Stop():
                ended = Ended(turn_id=dictation.turn_id, total=dictation.finals)
                return ended, dictation.ended(socket.id)
            case bytes():
                return await self._utterance(socket, said, dictation)

    async def _utterance(
        self, socket: Socket, audio: bytes, dictation: Dictation
    ) -> tuple[ServerFrame | None, Dictation]:
        if len(audio) > MOST_BYTES:
            raise TooLargeError(f"An utterance lasts {MOST_SECONDS} seconds at most.")
        allowance = await self._limits.take(str(socket.user_id), LIMITS)
        if not allowance.allowed:
            raise RateLimitedError("Too many calls.", retry_after=allowance.reset_seconds)
        talk_id = socket.audience.interview_id
        prepared = await self._interviews.prepare(talk_id, socket.user_id)
        if prepared.status != "in_progress":
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")
        segments = await self._recognise(socket, audio, dictation.turn_id, prepared)
        key = utterance_key(audio)
        finals = _finals(segments, key, dictation.begins_at(key))
        if not finals:
            nothing = Partial(turn_id=dictation.turn_id, text="")
            return nothing, dictation.heard(key, _length_ms(audio), 0)
        await self._hold(socket, talk_id, dictation.turn_id, finals)
        return None, dictation.heard(key, _length_ms(audio), len(finals))

    async def _recognise(
        self, socket: Socket, audio: bytes, turn_id: str, prepared: Prepared
    ) -> tuple[HeardSegment, ...]:
        utterance = Utterance(audio, prepared.language, self._hints(prepared))
        understood: asyncio.Queue[str] = asyncio.Queue()
        telling = asyncio.create_task(self._tell(socket, turn_id, understood))
        try:
            return (await self._speech.recognise(utterance, understood.put_nowait)).segments
        finally:
            telling.cancel()

    async def _tell(self, socket: Socket, turn_id: str, understood: asyncio.Queue[str]) -> None:
        """Pass on what is understood so far: while one frame is on its way, only the latest counts."""
        while True:
            text = await understood.get()
            while not understood.empty():
                text = understood.get_nowait()
            await self._send(socket, Partial(turn_id=turn_id, text=text))

    async def _hold(self, socket: Socket, talk_id: UUID, turn_id: str, finals: list[HeldFinal]) -> None:
        """Held first and told then: what the browser is shown is safe. A known key is held already."""
        await self._interviews.hear(talk_id, socket.user_id, turn_id, finals)
        for each in finals:
            told = realtime.Final(
                turn_id=turn_id,
                segment_key=each.segment_key,
                text=each.content,
                start_time_ms=each.start_time_ms or 0,
                end_time_ms=each.end_time_ms or 0,
                confidence=each.confidence or 0.0,
            )
            await self._send(socket, told)

    def _hints(self, prepared: Prepared) -> tuple[str, ...]:
        """The words of the pack that the questions are from, and of the role."""
        pack_id = (prepared.plan or {}).get("pack_id")
        shipped = self._packs.find(pack_id) if pack_id else None
        words = [each.say for each in shipped.pack.speech_hints] if shipped else []
        skills = ((prepared.role or {}).get("requirements") or {}).get("technical_skills") or []
        return tuple(dict.fromkeys([*words, *(str(each) for each in skills)]))[:MAX_HINTS]


def _finals(segments: tuple[HeardSegment, ...], key: str, at_ms: int) -> list[HeldFinal]:
    return [
        HeldFinal(
            f"{key}-{number}",
            each.text,
            at_ms + each.begins_ms,
            at_ms + each.begins_ms + each.lasts_ms,
            each.confidence,
            tuple(
                FinalWord(word.text, at_ms + word.begins_ms, at_ms + word.begins_ms + word.lasts_ms)
                for word in each.words
            ),
        )
        for number, each in enumerate(segments, 1)
        if each.text.strip()
    ]


def _length_ms(audio: bytes) -> int:
    return length_ms(max(0, len(audio) - WAV_HEADER))
