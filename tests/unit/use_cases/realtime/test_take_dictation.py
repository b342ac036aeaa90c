"""Speech that is uploaded: recognised, held for its turn once, told, counted."""

from typing import Any

import pytest

from shared.domain.dictation import MOST_BYTES
from shared.domain.push import Frame, Purpose, Socket
from shared.errors import UnavailableError
from tests.fakes.speech import WORD_MS, utter
from tests.unit.use_cases.realtime.lobby import Lobby


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


@pytest.fixture
async def socket(lobby: Lobby) -> Socket:
    return await lobby.comes_in(Purpose.TRANSCRIPTION)


def finals(lobby: Lobby, socket: Socket) -> list[Frame]:
    return [each for each in lobby.push.frames[socket] if each["type"] == "final"]


async def uploads(lobby: Lobby, socket: Socket, text: str) -> Any:
    return await lobby.sends(socket, utter(text), "utterance")


async def test_an_utterance_is_held_for_its_turn_and_told(lobby: Lobby, socket: Socket) -> None:
    assert await lobby.sends(socket, {"turn_id": "t-1", "start_time_ms": 100}, "start") is None
    assert await uploads(lobby, socket, "I built the ledger") is None

    (final,) = finals(lobby, socket)
    assert (final["turn_id"], final["text"]) == ("t-1", "I built the ledger")
    assert (final["start_time_ms"], final["end_time_ms"]) == (100, 100 + 4 * WORD_MS)
    assert 0 < final["confidence"] <= 1
    assert lobby.held.finals == {final["segment_key"]: "t-1"}
    assert await lobby.sends(socket, {}, "stop") == {"type": "ended", "turn_id": "t-1", "total": 1}


async def test_what_is_understood_so_far_is_told_meanwhile(lobby: Lobby, socket: Socket) -> None:
    await lobby.sends(socket, {"turn_id": "t-1"}, "start")
    lobby.speech.takes_its_time = True
    await uploads(lobby, socket, "I built it")

    kinds = [each["type"] for each in lobby.push.frames[socket]]
    assert kinds == ["partial", "final"]


async def test_the_words_of_pack_and_role_are_listened_for(lobby: Lobby, socket: Socket) -> None:
    await uploads(lobby, socket, "I use pytest")

    (heard,) = lobby.speech.heard
    assert {"pytest", "asyncio", "PostgreSQL"} <= set(heard.hints)
    assert heard.language == "en-AU"


async def test_an_utterance_that_comes_twice_is_one(lobby: Lobby, socket: Socket) -> None:
    await lobby.sends(socket, {"turn_id": "t-1"}, "start")
    for text in ("First this", "Then that", "Then that"):
        await uploads(lobby, socket, text)

    keys = [each["segment_key"] for each in finals(lobby, socket)]
    assert keys[1] == keys[2]
    assert len(lobby.held.finals) == 2
    ended = await lobby.sends(socket, {}, "stop")
    assert ended is not None
    assert ended["total"] == 2


async def test_without_a_name_each_answer_is_a_turn_of_its_own(lobby: Lobby, socket: Socket) -> None:
    turns = []
    for text in ("One", "Two"):
        await uploads(lobby, socket, text)
        ended = await lobby.sends(socket, {}, "stop")
        assert ended is not None
        turns.append(ended["turn_id"])
        assert ended["total"] == 1

    assert [each["turn_id"] for each in finals(lobby, socket)] == turns
    assert len(set(turns)) == 2


async def test_silence_is_told_and_holds_nothing(lobby: Lobby, socket: Socket) -> None:
    said = await lobby.sends(socket, utter(""), "utterance")

    assert said is not None
    assert (said["type"], said["text"]) == ("partial", "")
    assert not lobby.held.finals


async def test_a_heartbeat_is_answered(lobby: Lobby, socket: Socket) -> None:
    assert await lobby.sends(socket, {}, "ping") == {"type": "pong"}


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"no sound", "utterance", "unsupported_file"),
        (b"RIFF" + bytes(MOST_BYTES), "utterance", "payload_too_large"),
        ({"content": "I typed it", "turn_id": "t-1"}, "message", "validation_error"),
        ({"turn_id": ""}, "start", "validation_error"),
        ("nonsense", "start", "validation_error"),
    ],
)
async def test_what_is_refused_leaves_the_socket_and_the_turn_as_they_are(
    lobby: Lobby, socket: Socket, data: Any, name: str, code: str
) -> None:
    await lobby.sends(socket, {"turn_id": "t-1"}, "start")

    error = await lobby.sends(socket, data, name)

    assert error is not None
    assert (error["type"], error["problem"]["code"]) == ("error", code)
    await uploads(lobby, socket, "And now in earnest")
    assert list(lobby.held.finals.values()) == ["t-1"]


async def test_speech_that_is_down_is_a_problem_that_passes(lobby: Lobby, socket: Socket) -> None:
    lobby.speech.fault = UnavailableError("Speech is away.")
    error = await uploads(lobby, socket, "I built it")
    assert error["problem"]["code"] == "upstream_unavailable"
    assert error["retry_after"] >= 1

    lobby.speech.fault = None
    assert await uploads(lobby, socket, "I built it") is None
    assert len(lobby.held.finals) == 1


async def test_nobody_dictates_into_a_talk_that_is_over(lobby: Lobby, socket: Socket) -> None:
    lobby.held.status = "completed"

    error = await uploads(lobby, socket, "One more thing")

    assert error["problem"]["code"] == "interview_not_in_progress"
    assert not lobby.speech.heard


async def test_who_uploads_too_often_is_slowed_down(lobby: Lobby, socket: Socket) -> None:
    for number in range(100):
        assert await uploads(lobby, socket, f"Piece {number}") is None

    error = await uploads(lobby, socket, "Too much")

    assert error["problem"]["code"] == "rate_limited"
