"""Holds the interview on a telephone: says the question, listens, takes the turn, says the reply.

Each step is begun by what came of the one before, so nothing waits in a process. The words go through
the same engine as any other answer; the event's id names the turn, so that one that comes twice is
answered with what was said already.
"""

from typing import Final

from shared.domain.call_records import CallRecord
from shared.domain.calls import (
    Errand,
    Listening,
    ListeningFailed,
    NothingHeard,
    Party,
    Phone,
    Speech,
    SpeechFailed,
    SpeechFinished,
    SpokenText,
    WordsHeard,
)
from shared.domain.interview.records import Final as HeldFinal
from shared.domain.interview.records import FinishedTurn
from shared.domain.speech import USUAL_LANGUAGE, VOICES
from shared.domain.turns import Answer
from shared.errors import ConflictError, NotFoundError, WrongStateError
from shared.ports.calls import Calls
from shared.ports.interviews import Interviews
from shared.use_cases.realtime.talk_over_socket import Take

TALK: Final = "talk"
LAST_WORDS: Final = "talk.over"
PATIENCE_SECONDS: Final = 20  # thinking is no end; the lifecycle ends a talk in which nobody speaks
PAUSE_SECONDS: Final = 2.0

type Step = WordsHeard | NothingHeard | ListeningFailed | SpeechFinished | SpeechFailed


class TalkOverPhone:
    def __init__(self, calls: Calls, interviews: Interviews, take_turn: Take) -> None:
        self._calls = calls
        self._interviews = interviews
        self._take_turn = take_turn

    async def begin(self, record: CallRecord) -> None:
        """Say what the interviewer said last, which is the opening at first, and listen.

        On a call between browsers the browser speaks and hears by itself.
        """
        party = await self._party(record)
        if party is not None:
            view = await self._interviews.read(record.interview_id, record.candidate_id, {"transcript"})
            said = [each["content"] for each in view.transcript or () if each["speaker"] == "interviewer"]
            await self._ask(record, party, said[-1] if said else None)

    async def go_on(self, record: CallRecord, step: Step) -> None:
        """What follows from what was heard, or said."""
        match step:
            case WordsHeard(text=text) if text.strip():
                await self._answer(record, step)
            case SpeechFinished() | SpeechFailed():
                if step.errand is not None and step.errand.step == LAST_WORDS:
                    await self._hang_up(record)
            case _:
                await self._listen_again(record)

    async def _answer(self, record: CallRecord, heard: WordsHeard) -> None:
        turn_id = f"call-{heard.id}"[:100]
        final = HeldFinal(heard.id[:100], heard.text, None, None, heard.confidence)
        try:
            await self._interviews.hear(record.interview_id, record.candidate_id, turn_id, [final])
            answer = Answer(record.interview_id, record.candidate_id, turn_id, heard.text)
            turn = await (await self._take_turn(answer)).finished()
        except WrongStateError:  # it ended while they spoke
            await self._hang_up(record)
        except ConflictError:  # somebody answers elsewhere at this moment
            await self._listen_again(record)
        else:
            await self._reply(record, turn)

    async def _reply(self, record: CallRecord, turn: FinishedTurn) -> None:
        if turn.standing.finished:
            await self._calls.say(
                _line(record), await self._spoken(record, turn.response), _errand(record, LAST_WORDS)
            )
            return
        party = await self._party(record)
        if party is not None:
            await self._ask(record, party, turn.response)

    async def _listen_again(self, record: CallRecord) -> None:
        party = await self._party(record)
        if record.interview_status != "in_progress" or party is None:
            await self._hang_up(record)
        else:
            await self._ask(record, party, None)

    async def _ask(self, record: CallRecord, party: Party, words: str | None) -> None:
        language = await self._language(record)
        listening = Listening(
            prompt=_speech(words, language) if words else None,
            language=language,
            patience_seconds=PATIENCE_SECONDS,
            pause_seconds=PAUSE_SECONDS,
        )
        await self._calls.listen(_line(record), party, listening, _errand(record, TALK))

    async def _party(self, record: CallRecord) -> Party | None:
        """The telephone on the line; its number is kept nowhere, so the provider is asked."""
        try:
            there = await self._calls.participants(_line(record))
        except (NotFoundError, ConflictError):
            return None
        return next((each.party for each in there if isinstance(each.party, Phone)), None)

    async def _spoken(self, record: CallRecord, words: str) -> Speech:
        return _speech(words, await self._language(record))

    async def _language(self, record: CallRecord) -> str:
        view = await self._interviews.read(record.interview_id, record.candidate_id)
        return str(view.interview["language"])

    async def _hang_up(self, record: CallRecord) -> None:
        await self._calls.hang_up(_line(record))


def _speech(words: str, language: str) -> Speech:
    return SpokenText(words, language, VOICES.get(language, VOICES[USUAL_LANGUAGE]))


def _errand(record: CallRecord, step: str) -> Errand:
    return Errand(record.interview_id, step)


def _line(record: CallRecord) -> str:
    if record.connection_id is None:
        raise ConflictError("The call is not connected yet.")
    return record.connection_id
