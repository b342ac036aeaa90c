"""Recordings as we keep them: one suite for the fake and for the database."""

import asyncio
from uuid import UUID, uuid4

import pytest

from shared.domain.call_records import RecordingStatus
from shared.errors import ConflictError, ForbiddenError, NotFoundError, TalentiError, WrongStateError
from tests.contract.call_desk import STYLE, Desk


async def test_a_recording_begins_once_and_is_known_by_both_names(line: Desk) -> None:
    await line.consent(True)
    recording_id = await line.recorded()

    record = await line.recordings.read(recording_id)
    assert (record.status, record.style, record.is_new) == (RecordingStatus.ACTIVE, STYLE, False)
    assert record.provider_id
    assert await line.recordings.find(record.provider_id) == record
    assert await line.recordings.running(line.interview_id) == record
    again = await line.recordings.open(uuid4(), line.interview_id, line.recruiter, "another-call", STYLE)
    assert (again.id, again.is_new) == (recording_id, False)
    assert (await line.recordings.note(recording_id, "another", None)).provider_id == record.provider_id


async def test_without_consent_none_begins_and_the_reason_is_told(line: Desk) -> None:
    reasons = []
    for said in (None, False, True):
        if said is not None:
            await line.consent(said)
        if said is not True:
            with pytest.raises(ConflictError) as caught:
                await line.recordings.open(uuid4(), line.interview_id, line.candidate, "s-1", STYLE)
            assert caught.value.code == "consent_required"
            reasons.append(caught.value.message)
    opened = await line.recordings.open(uuid4(), line.interview_id, line.candidate, f"s-{uuid4()}", STYLE)
    assert opened.is_new
    assert await line.recordings.drop(opened.id)
    assert not await line.recordings.drop(opened.id)
    await line.consent(False)
    with pytest.raises(ConflictError):
        await line.recordings.open(uuid4(), line.interview_id, line.candidate, "s-1", STYLE)


async def test_a_call_that_is_known_for_another_interview_is_refused(line: Desk) -> None:
    await line.consent(True)
    call = await line.connected()

    with pytest.raises((ConflictError, ForbiddenError)):
        await line.recordings.open(
            uuid4(), line.other_interview_id, line.recruiter, call.server_call_id or "", STYLE
        )


async def test_what_is_over_is_not_recorded(line: Desk) -> None:
    await line.consent(True)
    await line.end()

    with pytest.raises(WrongStateError):
        await line.recordings.open(uuid4(), line.interview_id, line.candidate, "s-1", STYLE)


async def test_a_recording_walks_and_never_back(line: Desk) -> None:
    await line.consent(True)
    recording_id = await line.recorded()

    for status in (RecordingStatus.PAUSED, RecordingStatus.ACTIVE, RecordingStatus.STOPPED):
        for _ in range(2):
            assert (await line.recordings.move(recording_id, status, line.candidate)).status is status
    for late in (RecordingStatus.ACTIVE, RecordingStatus.PAUSED):
        assert (await line.recordings.move(recording_id, late)).status is RecordingStatus.STOPPED
    record = await line.recordings.read(recording_id)
    assert record.stopped_at is not None
    assert await line.recordings.running(line.interview_id) is None


async def test_what_is_wanted_stays_wanted_until_it_is_done(line: Desk) -> None:
    await line.consent(True)
    recording_id = await line.recorded()

    for _ in range(2):
        (record,) = await line.recordings.want_stopped(line.interview_id)
        assert record.stop_wanted
        assert [each.id for each in await line.recordings.owed(line.interview_id)] == [recording_id]
    await line.recordings.move(recording_id, RecordingStatus.STOPPED)
    assert not await line.recordings.owed(line.interview_id)
    assert [each.id for each in await line.recordings.want_stopped(line.interview_id)] == [recording_id]

    await line.recordings.want_discarded(recording_id, line.recruiter, "Because.")
    (owed,) = await line.recordings.owed(line.interview_id)
    assert owed.discard_wanted
    for _ in range(2):
        await line.recordings.mark_deleted(recording_id)
    record = await line.recordings.read(recording_id)
    assert (record.status, record.purge_at) == (RecordingStatus.DELETED, None)
    assert record.deleted_at is not None
    assert not await line.recordings.owed(line.interview_id)


async def test_what_cannot_be_discarded_stays_owed_since_it_was_wanted(line: Desk) -> None:
    await line.consent(True)
    recording_id = await line.recorded()
    await line.recordings.want_discarded(recording_id, line.recruiter, "Because.")

    since = {await line.recordings.defer(recording_id) for _ in range(2)}

    (owed,) = await line.recordings.owed(line.interview_id)
    assert (owed.id, owed.discard_failures, len(since)) == (recording_id, 2, 1)
    with pytest.raises(NotFoundError):
        await line.recordings.defer(uuid4())


async def test_a_refusal_wants_all_recordings_gone(line: Desk) -> None:
    await line.consent(True)
    recording_id = await line.recorded()

    await line.consent(False)

    (owed,) = await line.recordings.owed(line.interview_id)
    assert (owed.id, owed.stop_wanted, owed.discard_wanted) == (recording_id, True, True)


async def test_unknown_recordings_are_not_found(line: Desk) -> None:
    assert await line.recordings.find("unknown") is None
    for call in (
        line.recordings.read(uuid4()),
        line.recordings.move(uuid4(), RecordingStatus.STOPPED),
        line.recordings.want_discarded(uuid4(), line.recruiter, "Because."),
        line.recordings.note(uuid4(), "rec", None),
    ):
        with pytest.raises(NotFoundError):
            await call


async def test_two_who_open_at_once_open_one(line: Desk) -> None:
    await line.consent(True)
    call = await line.connected()

    async def opened() -> UUID | None:
        try:
            record = await line.recordings.open(
                uuid4(), line.interview_id, line.candidate, call.server_call_id or "", STYLE
            )
        except TalentiError:
            return None
        return record.id

    assert len({each for each in await asyncio.gather(*(opened() for _ in range(5))) if each}) == 1
