"""What has been kept long enough is deleted by the loop that deletes whatever is owed."""

import logging
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from shared.domain.call_records import RecordingRecord, RecordingStatus
from shared.domain.calls import RecordingStyle
from shared.domain.files import FilePath, Store
from shared.use_cases.retention.clean_up import AT_A_TIME, LONGEST, CleanUp
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles
from tests.fakes.recording_desk import FakeRecordingDesk
from tests.fakes.retention import FakeRetention
from tests.unit.use_cases.calls.switchboard import Switchboard
from tests.unit.use_cases.recordings.tapes import a_chunk

DAY = 24 * 3600


class Archive:
    """Recordings that were kept long enough, and everything that belongs to them."""

    def __init__(self, retention: type[FakeRetention] = FakeRetention) -> None:
        self.board = Switchboard()
        self.retention = retention(self.board.clock, self.board.recordings)
        self.clean_up = CleanUp(self.retention, self.board.commands.discard, self.board.clock)
        self.organisation_id = uuid4()

    @property
    def files(self) -> FakeFiles:
        return self.board.files

    @property
    def desk(self) -> FakeRecordingDesk:
        return self.board.desk

    async def kept(self, *, pieces: int = 0, is_whole: bool = True) -> UUID:
        """One that is due: a file of its own, and pieces that still lie where the provider wrote them."""
        provider_id = f"tape-{len(self.desk.held)}"
        recording_id = self.desk.open(provider_id)
        interview_id = self.desk.held[recording_id].work.interview_id
        path = FilePath.of(Store.RECORDINGS, interview_id, recording_id, extension="wav")
        status = RecordingStatus.COMPLETED if is_whole else RecordingStatus.FAILED
        self.board.recordings.kept[recording_id] = RecordingRecord(
            recording_id,
            interview_id,
            status,
            RecordingStyle(),
            self.board.clock.now(),
            provider_id,
            str(path) if is_whole else None,
        )
        chunks = [
            replace(
                a_chunk(index),
                content=FilePath(Store.RECORDINGS, f"20260105/{provider_id}/{index}-audio.wav"),
                metadata=FilePath(Store.RECORDINGS, f"20260105/{provider_id}/{index}-about.json"),
            )
            for index in range(pieces)
        ]
        written = [path] if is_whole else []
        written += [each for chunk in chunks for each in (chunk.content, chunk.metadata) if each]
        for each in written:
            await self.files.create(each, b"somebody speaks", "audio/wav", most_bytes=100)
        await self.desk.announce(provider_id, chunks)
        self.desk.change(recording_id, discard_wanted=True)  # both are one row
        self.retention.due[recording_id] = self.organisation_id
        return recording_id

    async def names(self) -> list[str]:
        return [each.path.name for each in (await self.files.page(Store.RECORDINGS)).files]

    def status(self, recording_id: UUID) -> RecordingStatus:
        return self.board.recordings.kept[recording_id].status

    def counts(self) -> list[tuple[str, int, int, int]]:
        return [
            (each.status, each.counts.requested, each.counts.deleted, each.counts.failed)
            for each in self.retention.runs.values()
        ]


@pytest.fixture
def archive() -> Archive:
    return Archive()


async def test_a_recording_goes_with_all_its_files(archive: Archive) -> None:
    whole, broken = await archive.kept(pieces=2), await archive.kept(pieces=1, is_whole=False)
    kept = FilePath(Store.RECORDINGS, "20260105/another/0-audio.wav")
    await archive.files.create(kept, b"not yet due", "audio/wav", most_bytes=100)

    await archive.clean_up.daily()

    assert await archive.names() == [kept.name]
    for each in (whole, broken):
        assert archive.status(each) is RecordingStatus.DELETED
        assert all(chunk.settled for chunk in archive.desk.held[each].work.chunks)
    assert archive.counts() == [("completed", 2, 2, 0)]


async def test_a_second_run_finds_nothing(archive: Archive) -> None:
    await archive.kept()
    await archive.clean_up.daily()
    told = list(archive.board.recordings.told)

    await archive.clean_up.daily()
    await archive.clean_up.go_on()

    assert archive.counts() == [("completed", 1, 1, 0)]
    assert archive.board.recordings.told == told


async def test_the_night_takes_part_after_part(archive: Archive) -> None:
    archive.retention.at_once = 2
    recordings = [await archive.kept() for _ in range(5)]

    await archive.clean_up.daily()

    assert {archive.status(each) for each in recordings} == {RecordingStatus.DELETED}
    assert archive.counts() == [("completed", 5, 5, 0)]


async def test_a_night_that_is_too_short_is_gone_on_with() -> None:
    archive = Archive(SlowRetention)
    archive.retention.at_once = 1
    recordings = [await archive.kept() for _ in range(3)]

    await archive.clean_up.daily()
    assert [archive.status(each) is RecordingStatus.DELETED for each in recordings] == [True, False, False]
    for _ in range(2):
        await archive.clean_up.go_on()

    assert archive.counts() == [("completed", 3, 3, 0)]


async def test_one_that_was_killed_before_its_deletions_is_gone_on_with(archive: Archive) -> None:
    recording = await archive.kept(pieces=1)
    await archive.retention.begin(is_daily=True)

    await archive.clean_up.go_on()

    assert archive.status(recording) is RecordingStatus.DELETED
    assert await archive.names() == []
    assert archive.counts() == [("completed", 1, 1, 0)]


async def test_what_cannot_be_deleted_is_counted_and_tried_again(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    recording = await archive.kept(pieces=1)
    archive.files.reachable = False
    with caplog.at_level(logging.INFO, "talenti"):
        await archive.clean_up.daily()
    assert archive.counts() == [("failed", 1, 0, 1)]
    assert "retention.run.finished" in caplog.text
    assert archive.status(recording) is RecordingStatus.COMPLETED

    archive.files.reachable = True
    await archive.clean_up.go_on()

    assert archive.counts() == [("completed", 1, 1, 0)]
    assert await archive.names() == []
    assert not archive.board.attention.entries


async def test_a_piece_that_stays_keeps_its_recording_owed(archive: Archive) -> None:
    recording = await archive.kept(pieces=1)
    (piece,) = archive.desk.held[recording].work.chunks
    lease = await archive.files.lease(piece.content, uuid4())

    await archive.clean_up.daily()

    assert archive.status(recording) is RecordingStatus.COMPLETED
    assert archive.counts() == [("failed", 1, 0, 1)]
    await archive.files.release(lease)
    await archive.clean_up.go_on()
    assert archive.counts() == [("completed", 1, 1, 0)]


async def test_what_stays_for_a_day_is_put_before_a_person_until_it_goes(archive: Archive) -> None:
    recording = await archive.kept()
    archive.files.reachable = False
    await archive.clean_up.daily()
    assert not archive.board.attention.entries

    archive.board.clock.advance(DAY)
    for _ in range(2):
        await archive.clean_up.go_on()
    (entry,) = archive.board.attention.entries.values()
    assert (entry.subject, entry.subject_id, entry.reason) == (
        "recording",
        recording,
        "recording_not_deleted",
    )

    archive.files.reachable = True
    await archive.clean_up.go_on()
    (entry,) = archive.board.attention.entries.values()
    assert entry.resolution == "went_on"
    assert archive.status(recording) is RecordingStatus.DELETED


async def test_rows_that_have_served_go_part_after_part(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    archive.retention.served = {"processed_events": 2 * AT_A_TIME + 1, "idempotency_keys": 3}

    with caplog.at_level(logging.INFO, "talenti"):
        await archive.clean_up.daily()

    assert archive.retention.served == {"processed_events": 0, "idempotency_keys": 0}
    told = [each.getMessage() for each in caplog.records if "retention.expired.purged" in each.getMessage()]
    assert len(told) == 2
    assert any(str(2 * AT_A_TIME + 1) in each for each in told)


class SlowRetention(FakeRetention):
    """Time goes by in the database."""

    async def begin(self, *, is_daily: bool) -> int:
        assert isinstance(self.clock, FakeClock)
        self.clock.advance(LONGEST.total_seconds())
        return await super().begin(is_daily=is_daily)
