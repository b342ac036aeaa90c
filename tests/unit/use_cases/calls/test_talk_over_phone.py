"""An interview on the telephone: each step follows from the one before, and comes to the same turns."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.calls import CallTokenWish, CallView
from shared.domain.calls import (
    AppUser,
    CallConnected,
    Errand,
    Listening,
    ListeningFailed,
    NothingHeard,
    Phone,
    Result,
    SpeechFinished,
    SpokenText,
    WordsHeard,
)
from tests.unit.use_cases.calls.switchboard import NUMBER, OPENING, Switchboard
from tests.unit.use_cases.interview.room import QUESTIONS


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def listened(board: Switchboard, view: CallView) -> list[Listening]:
    return [listening for _, listening, _ in board.line(view).listened]


def words(listening: Listening) -> str | None:
    assert listening.prompt is None or isinstance(listening.prompt, SpokenText)
    return listening.prompt.text if listening.prompt else None


def common(board: Switchboard, view: CallView, step: str = "talk", event_id: str = "") -> dict[str, Any]:
    return board.common(view, event_id) | {"errand": Errand(board.interview_id, step)}


def answer(board: Switchboard, view: CallView, text: str, event_id: str = "") -> WordsHeard:
    return WordsHeard(**common(board, view, event_id=event_id), text=text, confidence=0.8)


async def test_the_opening_is_said_and_the_candidate_listened_to(board: Switchboard) -> None:
    view = await board.connected()

    ((party, listening, errand),) = board.line(view).listened
    assert party == Phone(NUMBER)
    assert words(listening) == OPENING
    assert listening.language == "en-AU"
    assert errand == Errand(board.interview_id, "talk")


async def test_an_answer_is_a_turn_and_its_reply_is_said(board: Switchboard) -> None:
    view = await board.connected()
    await board.told(answer(board, view, "I build services.", "e-1"))

    assert board.room.transcript[1] == ("candidate", "I build services.")
    assert words(listened(board, view)[-1]) == board.room.transcript[2][1] == QUESTIONS[1]
    assert board.held.finals == {"e-1": "call-e-1"}


async def test_an_answer_that_comes_twice_is_one_turn(board: Switchboard) -> None:
    view = await board.connected()
    event = answer(board, view, "I build services.", "e-1")

    for _ in range(3):
        await board.told(event)
    board.handled.noted.clear()  # as if the process had died before it noted the event
    await board.told(event)

    assert len(board.room.transcript) == 3
    said = [words(each) for each in listened(board, view)]
    assert said[1] == said[2] == board.room.transcript[2][1]
    assert len(said) == 3


@pytest.mark.parametrize("kind", [NothingHeard, ListeningFailed])
async def test_silence_is_thinking_and_is_listened_to_on(board: Switchboard, kind: type) -> None:
    view = await board.connected()
    more = {"silent": True} if kind is NothingHeard else {"result": Result(500, 0)}

    await board.told(kind(**common(board, view), **more))
    await board.told(answer(board, view, "   "))

    assert [words(each) for each in listened(board, view)] == [OPENING, None, None]
    assert len(board.room.transcript) == 1


async def test_after_the_last_answer_the_last_words_are_said_and_the_call_ends(board: Switchboard) -> None:
    view = await board.connected()
    for number in range(3 * len(QUESTIONS)):
        if not board.line(view).said:
            await board.told(answer(board, view, f"Answer {number}, with what I did and how it ended."))

    ((speech, errand),) = board.line(view).said
    assert isinstance(speech, SpokenText)
    assert speech.text == board.room.transcript[-1][1]
    assert errand.step == "talk.over"

    await board.told(SpeechFinished(**common(board, view, "talk.over")))
    assert not board.calls.lines


async def test_what_recruiters_play_is_no_step_of_the_talk(board: Switchboard) -> None:
    view = await board.connected()

    await board.told(SpeechFinished(**common(board, view, f"call-{view.id}")))

    assert len(listened(board, view)) == 1
    assert board.calls.lines


async def test_who_speaks_after_the_end_is_let_go(board: Switchboard) -> None:
    view = await board.connected()
    board.held.status = board.interview.status = "completed"

    await board.told(NothingHeard(**common(board, view), silent=True))

    assert not board.calls.lines
    assert len(board.room.transcript) == 1


async def test_a_call_between_browsers_is_left_to_them(board: Switchboard) -> None:
    wish = CallTokenWish(interview_id=str(board.interview_id))
    token = await board.verbs.token(board.candidate, wish)
    view = await board.ring(None)
    board.calls.connect(view.call_connection_id or "", AppUser(token.user_id))

    await board.told(board.connects(view))

    assert not listened(board, view)


async def test_a_second_call_goes_on_where_the_first_was_cut(board: Switchboard) -> None:
    view = await board.connected()
    event: CallConnected = board.connects(view)
    board.calls.end(view.call_connection_id or "")
    await board.told(replace(board.ends(view), id=str(uuid4())))
    assert event.errand is not None

    again = await board.connected()

    assert words(listened(board, again)[-1]) == OPENING
