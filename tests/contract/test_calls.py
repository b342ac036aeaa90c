"""The Calls port, held against the fake and Call Automation on the simulator."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.domain.calls import (
    AppUser,
    CallState,
    Choice,
    Errand,
    Listening,
    Participant,
    Party,
    Phone,
    RecordingState,
    RecordingStyle,
    SpokenText,
)
from shared.errors import ConflictError, InvalidInputError, NotFoundError
from shared.ports.calls import Calls
from tests.acs import AUDIENCE, NUMBER, Acs, make_container
from tests.azurite import Azurite
from tests.fakes.calls import FakeCalls
from tests.simulators import Simulators

ADA = Phone("+61255500101")
GRACE = AppUser(f"8:acs:{AUDIENCE}_00000000-0000-4000-8000-000000000001")
HELLO = SpokenText("Good morning.")


@dataclass
class Exchange:
    """Calls, and whoever takes them or rings us."""

    calls: Calls
    connect: Callable[[str], Awaitable[None]]
    ring: Callable[[], Awaitable[str]]
    let_it_ring: Callable[[], None]
    said: Callable[[str], list[str]]
    """What is heard of us on a call."""

    async def connected(self, party: Party = ADA) -> str:
        call = await self.calls.place(uuid4(), party, an_errand())
        await self.connect(call.id)
        return call.id


def an_errand(step: str = "") -> Errand:
    return Errand(uuid4(), step)


def fake() -> Exchange:
    calls = FakeCalls()

    async def connect(call_id: str) -> None:
        calls.connect(call_id)

    async def ring() -> str:
        invitation = str(uuid4())
        calls.invitations.add(invitation)
        return invitation

    def said(call_id: str) -> list[str]:
        spoken = [speech for speech, _ in calls.lines[call_id].said]
        return [each.text for each in spoken if isinstance(each, SpokenText)]

    return Exchange(calls, connect, ring, lambda: None, said)


@pytest.fixture(scope="module")
def with_storage(azurite: Azurite) -> Iterator[Simulators]:
    with Simulators(storage=azurite.connection_string) as simulators:
        yield simulators


async def communication_services(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    simulators: Simulators = request.getfixturevalue("with_storage")
    simulators.reset()
    acs = Acs(simulators.url, recordings_url=await make_container(request.getfixturevalue("azurite")))
    acs.pace(0.0001)
    calls = acs.calls()

    async def connect(call_id: str) -> None:
        async with asyncio.timeout(5):
            await _until_connected(calls, call_id)

    async def ring() -> str:
        return str(acs.do("calls/incoming", {"caller": ADA.number, "called": NUMBER})["incomingCallContext"])

    def let_it_ring() -> None:
        simulators.script("rings", after=2_000)  # a fifth of a second at this pace

    def said(call_id: str) -> list[str]:
        (call,) = [each for each in acs.look("calls")["calls"] if each["callConnectionId"] == call_id]
        return [each["text"] for each in call["said"]]

    yield Exchange(calls, connect, ring, let_it_ring, said)
    await calls.close()


async def _until_connected(calls: Calls, call_id: str) -> None:
    for _ in range(1_000):
        if (await calls.look(call_id)).state is CallState.CONNECTED:
            return
        await asyncio.sleep(0.005)


@pytest.fixture(params=["fake", pytest.param("communication services", marks=pytest.mark.azure)])
async def exchange(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    if request.param == "fake":
        yield fake()
        return
    async for made in communication_services(request):
        yield made


async def test_a_placed_call_is_connecting_until_it_is_taken(exchange: Exchange) -> None:
    call = await exchange.calls.place(uuid4(), ADA, an_errand())
    assert call.state is CallState.CONNECTING

    await exchange.connect(call.id)

    found = await exchange.calls.look(call.id)
    assert (found.id, found.server_call_id) == (call.id, call.server_call_id)
    assert found.state is CallState.CONNECTED
    assert await exchange.calls.participants(call.id) == (Participant(ADA),)


async def test_the_same_key_is_the_same_call(exchange: Exchange) -> None:
    key, other, errand = uuid4(), uuid4(), an_errand()

    first = await exchange.calls.place(key, ADA, errand)
    again = await exchange.calls.place(key, ADA, errand)

    assert again.id == first.id
    assert (await exchange.calls.place(other, ADA, errand)).id != first.id


@pytest.mark.parametrize("number", ["", "0255500101", "+61 2 5550 0101", "+0", "+61255500101x"])
async def test_what_no_phone_can_have_is_refused(exchange: Exchange, number: str) -> None:
    call_id = await exchange.connected()

    with pytest.raises(InvalidInputError):
        await exchange.calls.place(uuid4(), Phone(number), an_errand())
    with pytest.raises(InvalidInputError):
        await exchange.calls.add(uuid4(), call_id, Phone(number), an_errand())


async def test_an_incoming_call_is_answered_once(exchange: Exchange) -> None:
    key, errand, invitation = uuid4(), an_errand(), await exchange.ring()

    call = await exchange.calls.answer(key, invitation, errand)
    again = await exchange.calls.answer(key, invitation, errand)

    assert again.id == call.id


async def test_what_needs_a_connection_waits_for_one(exchange: Exchange) -> None:
    exchange.let_it_ring()
    call = await exchange.calls.place(uuid4(), GRACE, an_errand())

    with pytest.raises(ConflictError):
        await exchange.calls.say(call.id, HELLO, an_errand())

    await exchange.connect(call.id)
    await exchange.calls.say(call.id, HELLO, an_errand())


async def test_words_are_said_listened_for_and_cancelled(exchange: Exchange) -> None:
    call_id = await exchange.connected()
    choices = (Choice("yes", ("yes", "sure"), "one"),)

    await exchange.calls.say(call_id, HELLO, an_errand("greeting"))
    for listening in (Listening(HELLO), Listening(most_tones=4), Listening(choices=choices)):
        await exchange.calls.listen(call_id, ADA, listening, an_errand("question-1"))
    await exchange.calls.be_silent(call_id)


async def test_a_long_text_is_said_word_for_word(exchange: Exchange) -> None:
    call_id = await exchange.connected()
    text = " ".join(f'Sentence {number}: 1 < 2 & "so on".' for number in range(30))

    await exchange.calls.say(call_id, SpokenText(text), an_errand())

    async with asyncio.timeout(5):
        while not (said := exchange.said(call_id)):  # noqa: ASYNC110 - the simulator tells nobody
            await asyncio.sleep(0.01)
    assert said == [text]


async def test_somebody_is_muted_and_removed(exchange: Exchange) -> None:
    call_id = await exchange.connected()
    await exchange.calls.add(uuid4(), call_id, GRACE, an_errand())

    await exchange.calls.mute(call_id, ADA)
    assert Participant(ADA, muted=True) in await exchange.calls.participants(call_id)
    with pytest.raises(NotFoundError):
        await exchange.calls.mute(call_id, Phone("+61255500199"))


@pytest.mark.parametrize("for_everyone", [True, False])
async def test_hanging_up_ends_the_call_and_may_be_repeated(exchange: Exchange, for_everyone: bool) -> None:
    call_id = await exchange.connected()

    for _ in range(2):
        await exchange.calls.hang_up(call_id, for_everyone=for_everyone)

    calls, errand = exchange.calls, an_errand()
    commands: list[Callable[[], Awaitable[object]]] = [
        lambda: calls.look(call_id),
        lambda: calls.say(call_id, HELLO, errand),
        lambda: calls.listen(call_id, ADA, Listening(), errand),
        lambda: calls.be_silent(call_id),
        lambda: calls.participants(call_id),
        lambda: calls.add(uuid4(), call_id, GRACE, errand),
        lambda: calls.remove(call_id, ADA, errand),
        lambda: calls.mute(call_id, ADA),
    ]
    for command in commands:
        with pytest.raises(NotFoundError):
            await command()


async def test_a_recording_runs_pauses_and_stops(exchange: Exchange) -> None:
    call_id = await exchange.connected()
    server_call_id = (await exchange.calls.look(call_id)).server_call_id
    key, errand, style = uuid4(), an_errand(), RecordingStyle()

    recording = await exchange.calls.start_recording(key, server_call_id, style, errand)
    again = await exchange.calls.start_recording(key, server_call_id, style, errand)
    assert again == recording
    with pytest.raises(ConflictError):
        await exchange.calls.start_recording(uuid4(), server_call_id, style, errand)

    await exchange.calls.pause_recording(recording.id)
    assert (await exchange.calls.look_at_recording(recording.id)).state is RecordingState.PAUSED
    await exchange.calls.resume_recording(recording.id)
    assert (await exchange.calls.look_at_recording(recording.id)).state is RecordingState.ACTIVE
    for _ in range(2):
        await exchange.calls.stop_recording(recording.id)
    with pytest.raises(NotFoundError):
        await exchange.calls.look_at_recording(recording.id)
    with pytest.raises(NotFoundError):
        await exchange.calls.pause_recording(recording.id)


async def test_a_recording_needs_a_call_and_ends_with_it(exchange: Exchange) -> None:
    with pytest.raises(NotFoundError):
        await exchange.calls.start_recording(uuid4(), "no-such-call", RecordingStyle(), an_errand())
    call_id = await exchange.connected()
    server_call_id = (await exchange.calls.look(call_id)).server_call_id
    recording = await exchange.calls.start_recording(uuid4(), server_call_id, RecordingStyle(), an_errand())

    await exchange.calls.hang_up(call_id)

    with pytest.raises(NotFoundError):
        await exchange.calls.look_at_recording(recording.id)
