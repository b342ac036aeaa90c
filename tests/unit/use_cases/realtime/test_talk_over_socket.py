"""Turns over sockets: the guarantees of the engine, whatever happens to the frames."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic import BaseModel

from shared.domain.identity import Person
from shared.domain.language import Prompt
from shared.domain.push import Frame, Opened
from shared.errors import RateLimitedError, UnavailableError
from tests.fakes.language_model import FakeLanguageModel
from tests.unit.use_cases.interview.room import QUESTIONS, turn
from tests.unit.use_cases.realtime.lobby import Lobby, until

REPLY = f"Thank you, that is clear. {QUESTIONS[1]}"


class SlowModel(FakeLanguageModel):
    """Says two words, then waits until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def stream[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> AsyncGenerator[Any]:
        async for number, part in _numbered(super().stream(prompt, shape)):
            if number == 8:
                await self.go_on.wait()
            yield part


async def _numbered(parts: AsyncGenerator[Any]) -> AsyncGenerator[tuple[int, Any]]:
    number = 0
    async for part in parts:
        yield number, part
        number += 1


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowModel:
    model = SlowModel()
    monkeypatch.setattr("tests.unit.use_cases.interview.room.FakeLanguageModel", lambda clock: model)
    return model


def words(frames: list[Frame]) -> str:
    chunks = [each for each in frames if each["type"] == "chunk"]
    assert [each["sequence"] for each in chunks] == list(range(1, len(chunks) + 1))
    return "".join(each["content"] for each in chunks)


async def test_a_turn_is_answered_by_chunks_in_order_and_the_turn_last(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()

    assert await lobby.says(socket, "I write Python.") is None

    frames = await lobby.heard(socket)
    assert words(frames) == REPLY
    assert {each["turn_id"] for each in frames[:-1]} == {"t-1"}
    assert frames[-1] == {
        "type": "done",
        "turn": {
            "response": REPLY,
            "turn_id": "t-1",
            "degraded": False,
            "progress": {
                "questions_asked": 2,
                "questions_total": 6,
                "phase": "technical",
                "seconds_left": 900,
                "finished": False,
            },
        },
    }
    assert lobby.room.transcript[1:] == [("candidate", "I write Python."), ("interviewer", REPLY)]


async def test_the_event_is_answered_once_the_answer_is_safe_and_before_the_reply(slow: SlowModel) -> None:
    lobby = Lobby()
    slow.says(turn(REPLY))
    socket = await lobby.comes_in()

    await lobby.says(socket)

    assert lobby.room.transcript[-1] == ("candidate", "I built it.")
    slow.go_on.set()
    assert words(await lobby.heard(socket)) == REPLY


async def test_a_second_device_follows_and_another_talk_hears_nothing(lobby: Lobby) -> None:
    elsewhere = await Lobby().comes_in()
    lobby.push.frames[elsewhere] = []
    lobby.room.model.says(turn(REPLY))
    laptop, phone = await lobby.comes_in(), await lobby.comes_in()

    await lobby.says(laptop)

    assert await lobby.heard(phone) == await lobby.heard(laptop)
    assert lobby.push.frames[elsewhere] == []


async def test_the_same_message_again_gives_the_stored_reply(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()
    await lobby.says(socket)
    first = list(await lobby.heard(socket))

    assert await lobby.says(socket, "Something else.") is None

    again = (await lobby.heard(socket, turns=2))[len(first) :]
    assert words(again) == REPLY
    assert again[-1] == first[-1]
    assert len(lobby.room.transcript) == 3


async def test_a_message_that_comes_twice_while_its_turn_runs_joins_it(slow: SlowModel) -> None:
    lobby = Lobby()
    slow.says(turn(REPLY))
    socket = await lobby.comes_in()

    said = await asyncio.gather(*(lobby.says(socket) for _ in range(3)))
    calls = lobby.room.turns.calls
    slow.go_on.set()

    assert said == [None, None, None]
    assert calls == 1
    assert words(await lobby.heard(socket)) == REPLY
    assert [each["type"] for each in lobby.push.frames[socket]].count("done") == 1
    assert len(lobby.room.transcript) == 3


async def test_another_turn_meanwhile_is_told_so(slow: SlowModel) -> None:
    lobby = Lobby()
    slow.says(turn(REPLY))
    socket = await lobby.comes_in()
    await lobby.says(socket)

    refused = await lobby.says(socket, turn_id="t-2")

    assert refused is not None
    assert (refused["type"], refused["turn_id"]) == ("error", "t-2")
    assert (refused["problem"]["status"], refused["problem"]["code"]) == (409, "turn_in_progress")
    slow.go_on.set()
    assert words(await lobby.heard(socket)) == REPLY


async def test_who_leaves_in_the_middle_finds_the_reply_when_they_come_back(slow: SlowModel) -> None:
    lobby = Lobby()
    slow.says(turn(REPLY))
    socket = await lobby.comes_in()
    await lobby.says(socket)

    await lobby.leaves(socket)
    slow.go_on.set()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert len(lobby.room.transcript) == 3
    back = await lobby.comes_in()
    await lobby.says(back)

    frames = await lobby.heard(back)
    assert words(frames) == frames[-1]["turn"]["response"] == REPLY


async def test_without_the_service_the_turn_is_stored_and_the_next_frame_comes(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()
    lobby.push.reachable = False

    assert await lobby.says(socket) is None
    await until(lambda: len(lobby.room.transcript) == 3)
    await asyncio.sleep(0.01)
    lobby.push.reachable = True
    await lobby.says(socket)

    assert words(await lobby.heard(socket)) == REPLY


async def test_after_a_lost_chunk_the_words_come_with_the_turn(slow: SlowModel) -> None:
    lobby = Lobby()
    slow.says(turn(REPLY))
    socket = await lobby.comes_in()
    lobby.push.reachable = False
    await lobby.says(socket)
    for _ in range(50):
        await asyncio.sleep(0)

    lobby.push.reachable = True
    slow.go_on.set()

    (done,) = await lobby.heard(socket)
    assert done["turn"]["response"] == REPLY


async def test_a_turn_that_cannot_be_stored_ends_with_a_problem(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("The database is away.", retry_after=7.4)

    lobby.room.model.says(turn(REPLY), turn(REPLY))
    socket = await lobby.comes_in()
    with monkeypatch.context() as broken:
        broken.setattr(lobby.room.turns, "commit", away)
        await lobby.says(socket)
        *chunks, error = await lobby.heard(socket)

    assert words(chunks) == REPLY
    assert (error["type"], error["turn_id"], error["retry_after"]) == ("error", "t-1", 7)
    assert error["problem"]["code"] == "upstream_unavailable"
    lobby.room.clock.advance(31)
    await lobby.says(socket)
    assert (await lobby.heard(socket, turns=2))[-1]["type"] == "done"


async def test_a_refusal_goes_back_to_who_asked_and_to_nobody_else(lobby: Lobby) -> None:
    asking, other = await lobby.comes_in(), await lobby.comes_in()
    lobby.room.talk.status = "completed"

    refused = await lobby.says(asking)

    assert refused is not None
    assert refused["problem"]["code"] == "interview_not_in_progress"
    assert "not in progress" in refused["problem"]["detail"]
    assert "retry_after" not in refused
    assert lobby.push.frames[asking] == lobby.push.frames[other] == []


async def test_a_refused_turn_can_be_sent_again(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()
    lobby.room.talk.status = "completed"
    await lobby.says(socket)

    lobby.room.talk.status = "in_progress"

    assert await lobby.says(socket) is None
    assert words(await lobby.heard(socket)) == REPLY


async def test_too_many_turns_are_told_when_to_come_again(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(answer: Any) -> None:
        assert [each.value for each in answer.limits] == ["default", "ai_operation", "chat_turn"]
        raise RateLimitedError("Too many calls.", retry_after=2)

    monkeypatch.setattr(lobby.room.turns, "begin", refuse)

    refused = await lobby.says(await lobby.comes_in())

    assert refused is not None
    assert (refused["problem"]["status"], refused["retry_after"]) == (429, 2)


async def test_a_socket_of_somebody_else_takes_no_turn(lobby: Lobby) -> None:
    stranger = lobby.a_socket(Person(lobby.a_socket().audience.interview_id, "").user_id)

    refused = await lobby.says(stranger)

    assert refused is not None
    assert refused["problem"]["status"] == 403
    assert len(lobby.room.transcript) == 1


async def test_a_heartbeat_is_answered_however_it_is_sent(lobby: Lobby) -> None:
    socket = await lobby.comes_in()

    sent: list[tuple[str, Any]] = [
        ("ping", {}),
        ("ping", None),
        ("ping", ""),
        ("message", '{"type": "ping"}'),
    ]

    assert [await lobby.sends(socket, data, name) for name, data in sent] == [{"type": "pong"}] * 4


async def test_a_frame_of_text_is_a_message_too(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()

    frame = {"type": "message", "content": "I built it.", "turn_id": "t-1"}
    assert await lobby.sends(socket, json.dumps(frame)) is None

    assert words(await lobby.heard(socket)) == REPLY


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"content": "", "turn_id": "t"}, "content"),
        ({"content": "x" * 50_001, "turn_id": "t"}, "content"),
        ({"content": " \n", "turn_id": "t"}, "content"),
        ({"content": 7, "turn_id": "t"}, "content"),
        ({"content": "\ud800", "turn_id": "t"}, "frame"),
        ({"content": "a"}, "turn_id"),
        ({"content": "a", "turn_id": ""}, "turn_id"),
        ({"content": "a", "turn_id": "t" * 101}, "turn_id"),
        ({"content": "a", "turn_id": "t", "history": []}, "history"),
        ({"content": "a\0b", "turn_id": "t"}, "frame"),
        ({"type": "done"}, "type"),
        ({"type": ["message"]}, "type"),
        ({"type": "<script>alert(1)</script>"}, "type"),
        ("Hello", "frame"),
        ("[" * 100_000, "frame"),
        ([1], "frame"),
        (b"\x00\x01", "frame"),
    ],
)
async def test_what_is_no_frame_is_refused_and_nothing_happens(lobby: Lobby, data: Any, field: str) -> None:
    socket = await lobby.comes_in()

    refused = await lobby.sends(socket, data)

    assert refused is not None
    assert refused["problem"]["code"] == "validation_error"
    assert refused["problem"]["errors"][0]["field"] == field
    assert "script" not in json.dumps(refused)
    assert len(lobby.room.transcript) == 1


async def test_the_longest_message_is_taken(lobby: Lobby) -> None:
    lobby.room.model.says(turn(REPLY))
    socket = await lobby.comes_in()

    assert await lobby.says(socket, "x" * 50_000) is None
    assert words(await lobby.heard(socket)) == REPLY


async def test_whoever_came_in_is_told_for_what(lobby: Lobby) -> None:
    socket = await lobby.comes_in()

    for _ in range(2):  # events may come twice
        await lobby.tell(Opened("k", socket))

    hello = {"type": "connected", "interview_id": str(lobby.room.interview_id), "heartbeat_seconds": 30}
    assert lobby.push.frames[socket] == [hello, hello]
    lobby.push.reachable = False
    assert (await lobby.tell(Opened("k", socket))).status == 204
