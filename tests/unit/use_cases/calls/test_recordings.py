"""Recordings: with consent only, one at a time, ended and deleted whatever happens meanwhile."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from shared.contracts.recordings import Discard, RecordingWish
from shared.domain.call_records import RecordingStatus
from shared.domain.calls import RecordingChannel, RecordingFormat, RecordingStyle
from shared.domain.files import FilePath, Store
from shared.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnavailableError,
    UpstreamError,
    WrongStateError,
)
from tests.unit.use_cases.calls.switchboard import Switchboard

BECAUSE = Discard(reason="The candidate asked for it.")


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def status(board: Switchboard, recording_id: object) -> RecordingStatus:
    return board.recordings.kept[recording_id].status  # type: ignore[index]


# ---- how it begins


async def test_a_recording_has_a_channel_for_each_speaker_and_begins_once(board: Switchboard) -> None:
    record = await board.recorded()

    (tape,) = board.calls.tapes.values()
    assert tape.style == RecordingStyle()
    assert tape.errand.interview_id == board.interview_id
    (call,) = board.records.kept.values()
    wish = RecordingWish(interview_id=str(board.interview_id), server_call_id=call.server_call_id or "")
    again = await board.commands.control.start(board.candidate, wish)
    assert (again.recording_id, again.recording_state) == (record.id, "active")
    assert len(board.calls.tapes) == 1
    assert board.recordings.told == [("recording.started", record.id, board.recruiter.user_id)]


@pytest.mark.parametrize("consent", [None, "refused", "withdrawn"])
async def test_without_consent_nothing_is_recorded(board: Switchboard, consent: str | None) -> None:
    view = await board.connected()
    board.interview.consent = consent

    with pytest.raises(ConflictError) as caught:
        await board.commands.control.start(board.recruiter, board.wish(view))

    assert caught.value.code == "consent_required"
    assert not board.calls.tapes
    assert not board.recordings.kept


async def test_a_call_of_another_interview_is_not_recorded_for_this_one(board: Switchboard) -> None:
    view = await board.connected()
    other = uuid4()
    board.knows(other, "in_progress", consent="granted")

    with pytest.raises(ConflictError, match="another interview"):
        await board.commands.control.start(board.recruiter, board.wish(view, other))


async def test_only_an_interview_that_runs_is_recorded(board: Switchboard) -> None:
    view = await board.connected()
    board.be("completed")

    with pytest.raises(WrongStateError):
        await board.commands.control.start(board.recruiter, board.wish(view))


async def test_only_the_candidate_and_recruiters_record(board: Switchboard) -> None:
    view = await board.connected()

    for somebody in (board.viewer, board.stranger):
        with pytest.raises(ForbiddenError):
            await board.commands.control.start(somebody, board.wish(view))
    assert (await board.commands.control.start(board.candidate, board.wish(view))).recording_state == "active"


async def test_two_who_start_at_once_begin_one_recording(board: Switchboard) -> None:
    view = await board.connected()

    both = await asyncio.gather(
        *(board.commands.control.start(each, board.wish(view)) for each in (board.candidate, board.recruiter))
    )

    assert len({each.recording_id for each in both}) == len(board.calls.tapes) == 1


@pytest.mark.parametrize("fault", [UpstreamError("Badly."), ConflictError("Not in this state.")])
async def test_a_refusal_leaves_nothing_behind(board: Switchboard, fault: Exception) -> None:
    view = await board.connected()
    board.calls.fault = fault  # type: ignore[assignment]

    with pytest.raises(type(fault)):
        await board.commands.control.start(board.recruiter, board.wish(view))
    assert not board.recordings.kept


async def test_a_call_that_is_over_is_not_recorded(board: Switchboard) -> None:
    view = await board.connected()
    board.calls.end(view.call_connection_id or "")

    with pytest.raises(ConflictError, match="over"):
        await board.commands.control.start(board.recruiter, board.wish(view))


async def test_a_lost_answer_is_asked_for_again_under_the_same_id(board: Switchboard) -> None:
    view = await board.connected()
    board.calls.fault = UnavailableError("No answer.")
    with pytest.raises(UnavailableError):
        await board.commands.control.start(board.recruiter, board.wish(view))
    (kept,) = board.recordings.kept

    board.calls.fault = None
    begun = await board.commands.control.start(board.recruiter, board.wish(view))

    assert begun.recording_id == kept
    assert len(board.calls.tapes) == 1


@pytest.mark.parametrize(
    ("wish", "channel", "kind"),
    [
        ({}, RecordingChannel.UNMIXED, RecordingFormat.WAV),
        ({"format": "mp3"}, RecordingChannel.MIXED, RecordingFormat.MP3),
        ({"content": "audioVideo"}, RecordingChannel.MIXED, RecordingFormat.MP4),
        ({"channel": "mixed"}, RecordingChannel.MIXED, RecordingFormat.WAV),
    ],
)
def test_what_is_not_said_follows_from_what_is(
    wish: dict[str, str], channel: RecordingChannel, kind: RecordingFormat
) -> None:
    asked = RecordingWish.model_validate({"interview_id": "x", "server_call_id": "s"} | wish)

    assert (asked.chosen_channel, asked.chosen_format) == (channel, kind)


@pytest.mark.parametrize(
    "wish",
    [
        {"content": "audioVideo", "format": "wav"},
        {"content": "audio", "format": "mp4"},
        {"format": "mp3", "channel": "unmixed"},
        {"content": "audioVideo", "channel": "unmixed"},
    ],
)
def test_what_no_recording_can_be_is_refused(wish: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="for audio"):
        RecordingWish.model_validate({"interview_id": "x", "server_call_id": "s"} | wish)


# ---- how it is held and ends


async def test_it_is_paused_and_resumed_and_each_is_harmless_twice(board: Switchboard) -> None:
    record = await board.recorded()
    control = board.commands.control

    for _ in range(2):
        assert (await control.pause(board.candidate, record.id)).recording_state == "paused"
    for _ in range(2):
        assert (await control.resume(board.candidate, record.id)).recording_state == "active"


async def test_it_stops_and_stays_stopped(board: Switchboard) -> None:
    record = await board.recorded()
    control = board.commands.control

    for _ in range(2):
        assert (await control.stop(board.recruiter, record.id)).recording_state == "stopped"
    assert not board.calls.tapes
    for again in (control.pause, control.resume):
        with pytest.raises(ConflictError) as caught:
            await again(board.recruiter, record.id)
        assert caught.value.code == "invalid_transition"
    assert [action for action, _, _ in board.recordings.told] == ["recording.started", "recording.stopped"]


async def test_one_that_the_provider_has_ended_cannot_be_paused(board: Switchboard) -> None:
    record = await board.recorded()
    await board.calls.stop_recording(record.provider_id or "")

    with pytest.raises(ConflictError):
        await board.commands.control.pause(board.recruiter, record.id)
    assert status(board, record.id) is RecordingStatus.STOPPED


async def test_a_provider_that_is_away_is_asked_again_to_stop(board: Switchboard) -> None:
    record = await board.recorded()
    board.calls.fault = UnavailableError("It is away.")
    with pytest.raises(UnavailableError):
        await board.commands.control.stop(board.candidate, record.id)
    assert await board.commands.discard.settle() == 0

    board.calls.fault = None
    assert await board.commands.discard.settle() == 1
    assert status(board, record.id) is RecordingStatus.STOPPED
    assert await board.commands.discard.settle() == 0


async def test_only_recruiters_read_a_recording(board: Switchboard) -> None:
    record = await board.recorded()

    view = await board.commands.control.read(board.recruiter, record.id)
    assert (view.status, view.format, view.interview_id) == ("active", "wav", board.interview_id)
    for somebody in (board.candidate, board.viewer, board.stranger):
        with pytest.raises(ForbiddenError):
            await board.commands.control.read(somebody, record.id)
    with pytest.raises(NotFoundError):
        await board.commands.control.read(board.recruiter, uuid4())


# ---- what the lifecycle asks for


async def test_the_recordings_of_an_interview_are_stopped_and_their_files_awaited(board: Switchboard) -> None:
    record = await board.recorded()

    for _ in range(2):
        stopped = await board.commands.stop_all(board.interview_id)
        assert stopped.awaited == [record.id]
    assert status(board, record.id) is RecordingStatus.STOPPED


async def test_an_interview_without_recordings_awaits_none(board: Switchboard) -> None:
    assert (await board.commands.stop_all(board.interview_id)).awaited == []


async def test_one_that_is_over_at_the_provider_is_stopped_all_the_same(board: Switchboard) -> None:
    record = await board.recorded()
    board.calls.tapes.clear()

    assert (await board.commands.stop_all(board.interview_id)).awaited == [record.id]


async def test_a_provider_that_is_away_is_raised_and_remembered(board: Switchboard) -> None:
    record = await board.recorded()
    board.calls.fault = UnavailableError("It is away.")

    with pytest.raises(UnavailableError):
        await board.commands.stop_all(board.interview_id)
    assert board.recordings.kept[record.id].stop_wanted

    board.calls.fault = None
    assert (await board.commands.stop_all(board.interview_id)).awaited == [record.id]


async def test_one_that_never_began_is_awaited_by_nobody(board: Switchboard) -> None:
    record = await board.recorded()
    board.recordings.kept[record.id] = replace(record, provider_id=None)

    assert (await board.commands.stop_all(board.interview_id)).awaited == []
    assert not board.recordings.kept


async def test_one_that_begins_while_all_are_stopped_is_stopped_as_well(board: Switchboard) -> None:
    view = await board.connected()
    start = board.calls.start_recording

    async def stopped_meanwhile(*asked: object) -> object:
        begun = await start(*asked)  # type: ignore[arg-type]
        await board.commands.stop_all(board.interview_id)
        return begun

    board.calls.start_recording = stopped_meanwhile  # type: ignore[method-assign,assignment]
    with pytest.raises(ConflictError):
        await board.commands.control.start(board.recruiter, board.wish(view))

    assert not board.calls.tapes
    assert not board.recordings.kept


# ---- what may not be kept


async def kept_file(board: Switchboard) -> tuple[FilePath, object]:
    record = await board.recorded()
    await board.commands.control.stop(board.recruiter, record.id)
    path = FilePath.of(Store.RECORDINGS, board.interview_id, record.id, extension="wav")
    await board.files.create(path, b"RIFF", "audio/wav", most_bytes=100)
    board.recordings.file(record.id, str(path))
    return path, record.id


async def test_an_admin_deletes_it_with_its_file_and_says_why(board: Switchboard) -> None:
    path, recording_id = await kept_file(board)

    for _ in range(2):
        await board.commands.discard(board.admin, recording_id, BECAUSE)  # type: ignore[arg-type]

    assert await board.files.find(path) is None
    assert status(board, recording_id) is RecordingStatus.DELETED
    assert list(board.recordings.reasons.values()) == [BECAUSE.reason]
    assert board.recordings.told[-1] == ("recording.deleted", recording_id, board.admin.user_id)
    assert [action for action, _, _ in board.recordings.told].count("recording.deleted") == 1


async def test_nobody_but_an_admin_deletes_it(board: Switchboard) -> None:
    path, recording_id = await kept_file(board)

    for somebody in (board.candidate, board.recruiter, board.viewer, board.stranger):
        with pytest.raises(ForbiddenError):
            await board.commands.discard(somebody, recording_id, BECAUSE)  # type: ignore[arg-type]
    assert await board.files.find(path) is not None


async def test_a_store_that_is_away_deletes_it_later(board: Switchboard) -> None:
    path, recording_id = await kept_file(board)
    board.files.reachable = False
    with pytest.raises(UnavailableError):
        await board.commands.discard(board.admin, recording_id, BECAUSE)  # type: ignore[arg-type]
    assert status(board, recording_id) is RecordingStatus.COMPLETED

    board.files.reachable = True
    await board.commands.discard.settle()

    assert await board.files.find(path) is None
    assert status(board, recording_id) is RecordingStatus.DELETED


async def test_a_file_that_comes_while_it_is_deleted_is_deleted_too(board: Switchboard) -> None:
    record = await board.recorded()
    await board.commands.control.stop(board.recruiter, record.id)
    path = FilePath.of(Store.RECORDINGS, board.interview_id, record.id, extension="wav")
    mark = board.recordings.mark_deleted

    async def just_before(recording_id: UUID, caller_id: UUID | None = None) -> None:
        await board.files.create(path, b"RIFF", "audio/wav", most_bytes=100)
        board.recordings.file(recording_id, str(path))
        await mark(recording_id, caller_id)

    board.recordings.mark_deleted = just_before  # type: ignore[method-assign]
    await board.commands.discard(board.admin, record.id, BECAUSE)

    assert await board.files.find(path) is None
    assert status(board, record.id) is RecordingStatus.DELETED


async def test_a_consent_that_is_withdrawn_stops_and_deletes_what_runs(board: Switchboard) -> None:
    record = await board.recorded()
    board.recordings.discard(record.id)

    await board.commands.discard.after_refusal(board.interview_id)

    assert not board.calls.tapes
    assert status(board, record.id) is RecordingStatus.DELETED
    assert (await board.commands.stop_all(board.interview_id)).awaited == []


async def test_withdrawing_a_consent_does_not_fail_with_the_provider(board: Switchboard) -> None:
    record = await board.recorded()
    board.recordings.discard(record.id)
    board.calls.fault = UnavailableError("It is away.")
    await board.commands.discard.after_refusal(board.interview_id)
    board.book.fault = UnavailableError("And so is the database.")
    await board.commands.discard.after_refusal(board.interview_id)
    assert status(board, record.id) is RecordingStatus.ACTIVE

    board.calls.fault = board.book.fault = None
    await board.commands.discard.settle()
    assert status(board, record.id) is RecordingStatus.DELETED
