"""Calls that are placed, commanded and ended by people."""

from uuid import uuid4

import pytest

from shared.contracts.calls import AnswerWish, CallTokenWish, CallWish, ParticipantWish, PlayWish
from shared.domain.calls import AppUser, CallState, Phone, SoundFile, SpokenText
from shared.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError, WrongStateError
from tests.unit.use_cases.calls.switchboard import NUMBER, Switchboard, errand_names

OTHER = "+61255500222"


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


async def test_a_call_by_phone_carries_interview_and_our_id(board: Switchboard) -> None:
    view = await board.ring()

    assert (view.status, view.participants) == ("connecting", [])
    line = board.line(view)
    assert line.party == Phone(NUMBER)
    assert line.errand.interview_id == board.interview_id
    assert errand_names(line) == view.id


async def test_without_a_number_the_candidates_browser_rings(board: Switchboard) -> None:
    wish = CallWish(interview_id=str(board.interview_id))
    with pytest.raises(ConflictError, match="token"):
        await board.verbs.place(board.candidate, wish)

    token = await board.verbs.token(board.candidate, CallTokenWish(interview_id=str(board.interview_id)))
    view = await board.verbs.place(board.candidate, wish)

    assert board.line(view).party == AppUser(token.user_id)


async def test_an_interview_has_one_call_at_a_time(board: Switchboard) -> None:
    view = await board.ring()
    with pytest.raises(ConflictError):
        await board.ring()

    await board.verbs.command.hang_up(board.recruiter, view.id)
    assert (await board.ring()).id != view.id


@pytest.mark.parametrize("state", ["completed", "cancelled", "expired"])
async def test_nobody_is_called_about_what_is_over(board: Switchboard, state: str) -> None:
    board.be(state)

    with pytest.raises(WrongStateError):
        await board.ring()
    assert not board.calls.lines


async def test_a_call_that_cannot_be_placed_keeps_nobody_from_the_next(board: Switchboard) -> None:
    board.calls.fault = UnavailableError("It is away.")
    with pytest.raises(UnavailableError):
        await board.ring()
    assert [each.status for each in board.records.kept.values()] == [CallState.DISCONNECTED]

    board.calls.fault = None
    assert (await board.ring()).status == "connecting"


async def test_participants_are_shown_without_numbers(board: Switchboard) -> None:
    view = await board.connected()

    read = await board.verbs.place.read(board.viewer, view.id)

    (participant,) = read.participants
    assert (read.status, participant.kind, participant.muted) == ("connected", "phone", False)
    assert NUMBER not in read.model_dump_json()
    again = await board.verbs.place.read(board.candidate, view.id)
    assert again.participants == read.participants


async def test_hanging_up_is_for_everyone_and_harmless_twice(board: Switchboard) -> None:
    view = await board.connected()

    for _ in range(2):
        assert (await board.verbs.command.hang_up(board.recruiter, view.id)).status == "disconnected"
    assert not board.calls.lines


async def test_a_text_or_a_file_is_heard(board: Switchboard) -> None:
    view = await board.connected()
    file = "https://files.example.org/welcome.wav"

    await board.verbs.command.play(board.recruiter, view.id, PlayWish(text="One moment.", language="en-GB"))
    await board.verbs.command.play(board.recruiter, view.id, PlayWish(file=file))

    said = [speech for speech, _ in board.line(view).said]
    assert said == [SpokenText("One moment.", "en-GB", "en-GB-SoniaNeural"), SoundFile(file)]


@pytest.mark.parametrize(
    "file",
    [
        "http://files.example.org/a.wav",
        "https://127.0.0.1/a.wav",
        "https://[::1]/a.wav",
        "https://2130706433/a.wav",
        "https://localhost/a.wav",
        "https://metadata.internal/a.wav",
        "https://user:secret@files.example.org/a.wav",
        "https://files.example.org:8443/a.wav",
        "https://files.example.org:x/a.wav",
        "file:///etc/passwd",
    ],
)
def test_a_file_is_fetched_from_public_hosts_only(file: str) -> None:
    with pytest.raises(ValueError, match="public host"):
        PlayWish(file=file)


@pytest.mark.parametrize("wish", [{}, {"text": "Hello", "file": "https://files.example.org/a.wav"}])
def test_either_text_or_file_is_played(wish: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        PlayWish.model_validate(wish)


async def test_people_are_invited_muted_and_removed(board: Switchboard) -> None:
    view = await board.connected()
    command = board.verbs.command

    await command.invite(board.recruiter, view.id, ParticipantWish(target=OTHER))
    assert [party for party, _ in board.line(view).invited] == [Phone(OTHER)]
    board.calls.connect(view.call_connection_id or "", Phone(NUMBER), Phone(OTHER))
    first, second = (await board.verbs.place.read(board.recruiter, view.id)).participants

    muted = await command.mute(board.recruiter, view.id, second.id)
    assert {each.id: each.muted for each in muted.participants} == {first.id: False, second.id: True}

    await command.remove(board.recruiter, view.id, second.id)
    left = await board.verbs.place.read(board.recruiter, view.id)
    assert [each.id for each in left.participants] == [first.id]
    with pytest.raises(NotFoundError):
        await command.remove(board.recruiter, view.id, second.id)
    with pytest.raises(NotFoundError):
        await command.mute(board.recruiter, view.id, uuid4())


async def test_a_candidate_who_calls_back_is_taken_instead_of_rung(board: Switchboard) -> None:
    view = await board.ring()
    board.calls.invitations.add("context")

    taken = await board.verbs.command.answer(
        board.recruiter, view.id, AnswerWish(incoming_call_context="context")
    )

    assert taken.id == view.id
    assert taken.call_connection_id != view.call_connection_id
    assert set(board.calls.lines) == {taken.call_connection_id}


async def test_what_is_over_or_not_taken_yet_takes_no_command(board: Switchboard) -> None:
    view = await board.ring()
    with pytest.raises(ConflictError):
        await board.verbs.command.play(board.recruiter, view.id, PlayWish(text="Hello"))
    await board.verbs.command.hang_up(board.recruiter, view.id)

    with pytest.raises(ConflictError, match="over"):
        await board.verbs.command.play(board.recruiter, view.id, PlayWish(text="Hello"))
    with pytest.raises(ConflictError) as caught:
        await board.verbs.command.answer(
            board.recruiter, view.id, AnswerWish(incoming_call_context="context")
        )
    assert caught.value.code == "invalid_transition"


async def test_a_call_that_the_provider_has_ended_is_over_for_us_too(board: Switchboard) -> None:
    view = await board.connected()
    board.calls.end(view.call_connection_id or "")

    with pytest.raises(ConflictError, match="over"):
        await board.verbs.command.play(board.recruiter, view.id, PlayWish(text="Hello"))

    assert (await board.verbs.place.read(board.recruiter, view.id)).status == "disconnected"


async def test_only_recruiters_command_and_only_parties_look(board: Switchboard) -> None:
    view = await board.connected()

    for somebody in (board.candidate, board.viewer, board.stranger):
        with pytest.raises(ForbiddenError):
            await board.verbs.command.hang_up(somebody, view.id)
    with pytest.raises(ForbiddenError):
        await board.verbs.place.read(board.stranger, view.id)
    with pytest.raises(NotFoundError):
        await board.verbs.command.hang_up(board.recruiter, uuid4())
