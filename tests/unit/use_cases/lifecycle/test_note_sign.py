"""Signs of a candidate over sockets: who is there is not absent, and who types is not silent."""

from uuid import uuid4

import pytest

from shared.errors import UnavailableError
from tests.unit.use_cases.realtime.lobby import Lobby


async def test_coming_in_counts_as_having_come_back() -> None:
    lobby = Lobby()
    lobby.room.clock.advance(250)
    await lobby.comes_in()

    assert lobby.watched.facts["quiet_since"] == lobby.room.clock.now()


@pytest.mark.parametrize("typing", [True, False])
async def test_a_heartbeat_is_presence_and_typing_breaks_the_silence(*, typing: bool) -> None:
    lobby = Lobby()
    socket = await lobby.comes_in()
    lobby.room.clock.advance(100)
    said = await lobby.sends(socket, {"typing": typing}, "ping")

    assert said == {"type": "pong"}
    assert lobby.watched.facts["last_seen_at"] == lobby.room.clock.now()
    assert (lobby.watched.facts["quiet_since"] == lobby.room.clock.now()) == typing


async def test_a_sign_that_is_lost_costs_nobody_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    lobby = Lobby()
    socket = await lobby.comes_in()

    async def away(*_: object, **__: object) -> None:
        raise UnavailableError("The database cannot be reached.")

    monkeypatch.setattr(lobby.lifecycles, "note_sign", away)

    assert await lobby.sends(socket, {}, "ping") == {"type": "pong"}


async def test_a_sign_of_anybody_else_is_none() -> None:
    lobby = Lobby()
    await lobby.lifecycles.note_sign(lobby.room.interview_id, uuid4(), active=True)

    assert lobby.watched.facts == {}
