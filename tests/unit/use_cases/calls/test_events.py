"""What the provider tells: each event on its own, once, in any order, and of our interview only."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.calls import CallView
from shared.domain.call_records import CallNews, RecordingStatus
from shared.domain.calls import (
    CallEvent,
    CallNotConnected,
    CallState,
    Errand,
    OtherCallEvent,
    Participant,
    ParticipantsChanged,
    Phone,
    RecordingChanged,
    RecordingNotStarted,
    RecordingState,
    Result,
)
from shared.errors import ConflictError, NotSignedInError, UnavailableError
from tests.unit.use_cases.calls.switchboard import NUMBER, Switchboard


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def participants(board: Switchboard, view: CallView, sequence: int, count: int = 1) -> ParticipantsChanged:
    there = tuple(Participant(Phone(f"{NUMBER[:-1]}{number}")) for number in range(count))
    return ParticipantsChanged(**board.common(view), participants=there, sequence=sequence)


def status(board: Switchboard, view: CallView) -> CallState:
    return board.records.kept[view.id].status


async def test_a_candidate_who_takes_the_call_begins_the_interview(board: Switchboard) -> None:
    view = await board.ring()

    assert await board.told(board.connects(view)) == 1

    assert status(board, view) is CallState.CONNECTED
    assert [each.id for each in board.begun] == [view.id]


async def test_an_event_that_comes_again_is_left_alone(board: Switchboard) -> None:
    view = await board.ring()
    event = board.connects(view, "e-1")

    for _ in range(5):
        assert await board.told(event) == 1

    assert len(board.begun) == 1


async def test_an_event_may_overtake_the_answer_to_our_own_command(board: Switchboard) -> None:
    view = await board.ring()
    board.records.kept[view.id] = replace(
        board.records.kept[view.id], connection_id=None, server_call_id=None
    )

    await board.told(board.connects(view))

    assert board.records.kept[view.id].connection_id == view.call_connection_id
    assert status(board, view) is CallState.CONNECTED


async def test_every_order_of_events_leads_to_the_same_state(board: Switchboard) -> None:
    view = await board.ring()
    events = [
        board.connects(view),
        participants(board, view, 1, 1),
        participants(board, view, 2, 2),
        board.ends(view),
    ]
    ends = set()
    for order in permutations(events):
        fresh = Switchboard()
        fresh.interview_id, fresh.book.known = board.interview_id, board.book.known
        fresh.records.kept = {view.id: board.records.kept[view.id]}
        for event in order:
            await fresh.told(event)
            await fresh.told(replace(event, id=f"{event.id}-again"))
        ends.add((status(fresh, view), fresh.records.present[view.id], view.id in fresh.records.connected))

    assert ends == {(CallState.DISCONNECTED, (2, 2), True)}


async def test_a_call_that_ends_ends_no_interview(board: Switchboard) -> None:
    view = await board.connected()

    await board.told(board.ends(view))

    assert status(board, view) is CallState.DISCONNECTED
    assert board.interview.status == "in_progress"


async def test_a_call_that_nobody_takes_is_over(board: Switchboard) -> None:
    view = await board.ring()

    await board.told(CallNotConnected(**board.common(view), result=Result(480, 0)))

    assert status(board, view) is CallState.DISCONNECTED
    assert view.id not in board.records.connected


async def test_who_hangs_up_while_it_is_answered_is_not_talked_to(board: Switchboard) -> None:
    view = await board.ring()
    event = board.connects(view)
    await board.verbs.command.hang_up(board.recruiter, view.id)

    await board.told(event)

    assert not board.begun
    assert not board.calls.lines


@pytest.mark.parametrize(
    "of_another",
    [
        lambda event: replace(event, errand=Errand(uuid4(), "call-x")),
        lambda event: replace(event, call_id="unknown", server_call_id="unknown", errand=None),
    ],
)
async def test_events_of_another_interview_change_nothing(
    board: Switchboard, of_another: Callable[[CallEvent], CallEvent]
) -> None:
    view = await board.ring()

    assert await board.told(of_another(board.connects(view))) == 1

    assert status(board, view) is CallState.CONNECTING
    assert not board.begun


async def test_an_event_at_another_interviews_address_changes_nothing(board: Switchboard) -> None:
    view = await board.ring()
    other = uuid4()
    board.knows(other, "in_progress")
    event = replace(board.connects(view), errand=None)

    await board.told(event, interview_id=other)

    assert status(board, view) is CallState.CONNECTING
    assert not board.begun


async def test_each_event_of_a_batch_is_handled_though_one_cannot_be_yet(board: Switchboard) -> None:
    view = await board.ring()
    board.refusal = UnavailableError("The database is away.")
    events = (board.connects(view, "e-1"), participants(board, view, 7), board.ends(view, "e-3"))

    with pytest.raises(UnavailableError):
        await board.told(*events)
    assert board.records.present[view.id] == (1, 7)

    board.refusal = None
    assert await board.told(*events) == 3
    assert ("acs", "e-1") in board.handled.noted


async def test_an_interview_that_may_not_begin_is_not_asked_again(board: Switchboard) -> None:
    view = await board.ring()
    board.refusal = ConflictError("It is locked.", code="interview_locked")
    event = board.connects(view, "e-1")

    assert await board.told(event) == 1

    board.refusal = None
    await board.told(event)
    assert not board.begun


async def test_an_event_that_was_handled_and_not_noted_is_harmless_again(board: Switchboard) -> None:
    view = await board.ring()
    event = board.connects(view, "e-1")
    board.handled.fault = UnavailableError("The process dies here.")
    with pytest.raises(UnavailableError):
        await board.told(event)

    board.handled.fault = None
    await board.told(event)

    assert status(board, view) is CallState.CONNECTED
    assert [each.id for each in board.begun] == [view.id, view.id]  # which is a beginning, and nothing


async def test_what_we_do_not_know_is_accepted(board: Switchboard) -> None:
    view = await board.connected()
    event = OtherCallEvent(**board.common(view), kind="HoldAudioStarted")

    assert await board.told(event) == 1


async def test_events_without_proof_are_refused(board: Switchboard) -> None:
    view = await board.ring()
    authorization, body = board.events.deliver(board.connects(view))
    board.events.expire(authorization)

    for proof in (None, "Bearer forged", authorization):
        with pytest.raises(NotSignedInError):
            await board.hear(proof, body, board.interview_id)
    assert status(board, view) is CallState.CONNECTING


# ---- recordings


def changed(board: Switchboard, provider_id: str, state: RecordingState) -> RecordingChanged:
    return RecordingChanged(
        id=str(uuid4()),
        at=board.clock.now(),
        call_id="whatever",
        server_call_id="whatever",
        recording_id=provider_id,
        state=state,
    )


@pytest.mark.parametrize("told", list(RecordingState))
async def test_what_is_told_of_a_recording_is_a_hint_to_look(
    board: Switchboard, told: RecordingState
) -> None:
    record = await board.recorded()
    assert record.provider_id
    event = changed(board, record.provider_id, told)

    await board.told(event)
    assert board.recordings.kept[record.id].status is RecordingStatus.ACTIVE
    await board.calls.pause_recording(record.provider_id)
    await board.told(replace(event, id="second"))
    assert board.recordings.kept[record.id].status is RecordingStatus.PAUSED
    await board.calls.stop_recording(record.provider_id)
    await board.told(replace(event, id="third"))
    assert board.recordings.kept[record.id].status is RecordingStatus.STOPPED


async def test_the_first_word_of_a_recording_may_overtake_our_own_note(board: Switchboard) -> None:
    record = await board.recorded()
    assert record.provider_id
    board.recordings.kept[record.id] = replace(record, provider_id=None)

    await board.told(changed(board, record.provider_id, RecordingState.ACTIVE))

    assert board.recordings.kept[record.id].provider_id == record.provider_id


async def test_a_recording_that_began_after_it_was_given_up_is_stopped(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await board.connected()
    start = board.calls.start_recording

    async def unanswered(*values: Any) -> Any:
        await start(*values)
        raise UnavailableError("No answer.")

    monkeypatch.setattr(board.calls, "start_recording", unanswered)
    with pytest.raises(UnavailableError):
        await board.commands.control.start(board.recruiter, board.wish(view))
    await board.commands.stop_all(board.interview_id)
    [provider_id] = board.calls.tapes
    assert not board.recordings.kept

    for state in RecordingState:
        await board.told(replace(changed(board, provider_id, state), id=state))

    assert not board.calls.tapes
    assert not board.recordings.kept


async def test_a_recording_ends_with_its_call(board: Switchboard) -> None:
    record = await board.recorded()
    (view,) = [await board.verbs.place.read(board.recruiter, each) for each in board.records.kept]
    event = board.ends(view)
    board.calls.end(view.call_connection_id or "")

    await board.told(event)

    assert board.recordings.kept[record.id].status is RecordingStatus.STOPPED


async def test_a_recording_that_could_not_begin_has_failed(board: Switchboard) -> None:
    record = await board.recorded()
    assert record.provider_id
    event = RecordingNotStarted(
        id="e",
        at=board.clock.now(),
        call_id="x",
        server_call_id="x",
        recording_id=record.provider_id,
        result=Result(500, 0),
    )

    await board.told(event)

    assert board.recordings.kept[record.id].status is RecordingStatus.FAILED


async def test_a_recording_of_another_interview_is_left_alone(board: Switchboard) -> None:
    record = await board.recorded()
    assert record.provider_id
    other = uuid4()
    board.knows(other, "in_progress")
    await board.calls.stop_recording(record.provider_id)

    await board.told(changed(board, record.provider_id, RecordingState.PAUSED), interview_id=other)

    assert board.recordings.kept[record.id].status is RecordingStatus.ACTIVE


async def test_news_by_the_conversations_own_name_move_the_call_too(board: Switchboard) -> None:
    """As Event Grid tells it: it knows no connection, and no errand."""
    view = await board.connected()
    news = CallNews(at=board.clock.now(), server_call_id=view.server_call_id, status=CallState.DISCONNECTED)

    record = await board.verbs.follow(news)

    assert record is not None
    assert record.is_over
    assert await board.verbs.follow(replace(news, server_call_id="unknown")) is None
