"""Who gets an address, and who is let in with it."""

from uuid import uuid4

import pytest

from shared.contracts.realtime import Negotiation
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.push import Audience, Knocked, Purpose
from shared.errors import ForbiddenError, NotFoundError, WrongStateError
from tests.unit.use_cases.realtime.lobby import Lobby

STRANGER = Person(uuid4(), "eve@example.com")


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


def wish(lobby: Lobby, interview_id: str | None = None, purpose: Purpose = Purpose.CHAT) -> Negotiation:
    return Negotiation(interview_id=interview_id or str(lobby.room.interview_id), purpose=purpose)


@pytest.mark.parametrize("state", ["invited", "scheduled", "in_progress"])
async def test_the_address_is_for_this_person_and_this_talk(lobby: Lobby, state: str) -> None:
    lobby.be(state)

    access = await lobby.enter(lobby.candidate, wish(lobby))

    socket = lobby.push.connect(access.url)
    assert socket is not None
    assert socket.user_id == lobby.room.candidate_id
    assert socket.audience == Audience(lobby.room.interview_id, Purpose.CHAT)
    assert access.expires_at > lobby.room.clock.now()


@pytest.mark.parametrize("state", ["pending", "in_progress"])
async def test_practice_has_sockets_too(lobby: Lobby, state: str) -> None:
    lobby.be(state, Kind.PRACTICE_INTERVIEW)

    assert (await lobby.enter(lobby.candidate, wish(lobby))).url


@pytest.mark.parametrize("state", ["completed", "cancelled", "expired"])
async def test_a_talk_that_is_over_has_none(lobby: Lobby, state: str) -> None:
    lobby.be(state)

    with pytest.raises(WrongStateError, match="not in progress") as caught:
        await lobby.enter(lobby.candidate, wish(lobby))

    assert caught.value.code == "interview_not_in_progress"


@pytest.mark.parametrize("unknown", ["6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63", "x", "' or 1=1 --", ""])
async def test_an_unknown_id_is_not_found(lobby: Lobby, unknown: str) -> None:
    with pytest.raises(NotFoundError):
        await lobby.enter(lobby.candidate, Negotiation(interview_id=unknown, purpose=Purpose.CHAT))


async def test_another_persons_interview_is_forbidden_and_their_practice_unknown(lobby: Lobby) -> None:
    lobby.be("completed")  # which a stranger is not told
    with pytest.raises(ForbiddenError):
        await lobby.enter(STRANGER, wish(lobby))

    lobby.be("in_progress", Kind.PRACTICE_INTERVIEW)
    with pytest.raises(NotFoundError):
        await lobby.enter(STRANGER, wish(lobby))


async def test_a_socket_for_speech_is_another_than_one_for_chat(lobby: Lobby) -> None:
    access = await lobby.enter(lobby.candidate, wish(lobby, purpose=Purpose.TRANSCRIPTION))

    socket = lobby.push.connect(access.url)
    assert socket is not None
    assert socket.audience == Audience(lobby.room.interview_id, Purpose.TRANSCRIPTION)


async def test_whoever_knocks_is_looked_at_again(lobby: Lobby) -> None:
    socket = lobby.a_socket()
    assert (await lobby.tell(Knocked("k", socket, ()))).status == 200

    lobby.be("completed")
    with pytest.raises(WrongStateError):
        await lobby.tell(Knocked("k", socket, ()))
    lobby.ownership.things.clear()
    with pytest.raises(NotFoundError):
        await lobby.tell(Knocked("k", socket, ()))


async def test_a_stranger_who_knocks_is_kept_out(lobby: Lobby) -> None:
    with pytest.raises(ForbiddenError):
        await lobby.tell(Knocked("k", lobby.a_socket(STRANGER.user_id), ()))
