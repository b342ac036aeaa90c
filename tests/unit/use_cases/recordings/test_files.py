"""From the pieces that the service wrote to one file that is proven."""

import hashlib
import random
from datetime import timedelta

import pytest

from shared.contracts.lifecycle import recording_key
from shared.contracts.recording_workflow import FILE_TOLD
from shared.domain.files import FilePath
from shared.domain.recordings.media import MediaFormat, read
from shared.domain.recordings.work import FileStep, RecordingWork
from shared.errors import NotFoundError, UnavailableError
from shared.telemetry import Event
from shared.use_cases.recordings.fail_recording import FailRecording
from shared.use_cases.recordings.watch_recordings import WatchRecordings
from tests.unit.domain.recordings.samples import a_wav, an_mp3, an_mp4
from tests.unit.use_cases.recordings.tapes import PROVIDER, Tapes, a_chunk


@pytest.fixture
def tapes() -> Tapes:
    return Tapes()


async def content_of(tapes: Tapes, work: RecordingWork) -> bytes:
    assert work.blob_path
    return await tapes.files.read(work.blob_path, most_bytes=10**9)


async def test_one_piece_is_kept_as_it_is_and_its_source_goes(tapes: Tapes) -> None:
    sound = a_wav(1.5, channels=2) + b"LIST\4\0\0\0INFO"

    work = await tapes.kept(sound)

    assert (work.status, work.file_step) == ("completed", FileStep.COMPLETED)
    assert await content_of(tapes, work) == sound
    assert (work.size_bytes, work.duration_ms, work.channels) == (len(sound), 1500, 2)
    assert tapes.desk.held[work.recording_id].sha256 == hashlib.sha256(sound).hexdigest()
    assert await tapes.names() == [f"{work.interview_id}/{work.recording_id}.wav"]
    assert all(each.settled for each in work.chunks)


@pytest.mark.parametrize(
    ("format_", "pieces", "lasts_ms"),
    [
        (MediaFormat.WAV, [a_wav(0.5), a_wav(1.0), a_wav(0.25)], 1750),
        (MediaFormat.MP3, [an_mp3(100), an_mp3(50, tag=b"second")], 3909),
    ],
)
async def test_pieces_become_one_file_in_their_order(
    tapes: Tapes, format_: MediaFormat, pieces: list[bytes], lasts_ms: int
) -> None:
    recording_id = await tapes.told(*pieces, format_=format_)

    assert (await tapes.keep(recording_id)).state == "completed"

    work = await tapes.desk.read(recording_id)
    assert work.duration_ms == lasts_ms
    assert abs(read(format_, await content_of(tapes, work)).lasts_ms - lasts_ms) <= 1
    assert [each.sha256 for each in work.parts] == [hashlib.sha256(each).hexdigest() for each in pieces]
    assert len(await tapes.names()) == 1


@pytest.mark.parametrize(
    ("format_", "pieces", "reason"),
    [
        (MediaFormat.WAV, [b""], "recording_empty"),
        (MediaFormat.WAV, [a_wav(1)[:-7]], "recording_truncated"),
        (MediaFormat.WAV, [a_wav(1), b"<html>"], "recording_unreadable"),
        (MediaFormat.WAV, [a_wav(1), a_wav(1, channels=2)], "recording_parts_differ"),
        (MediaFormat.MP4, [an_mp4(), an_mp4()], "recording_parts_differ"),
        (MediaFormat.MP4, [a_wav(1)], "recording_unreadable"),
    ],
)
async def test_what_is_no_recording_is_never_completed(
    tapes: Tapes, format_: MediaFormat, pieces: list[bytes], reason: str
) -> None:
    recording_id = await tapes.told(*pieces, format_=format_)

    kept = await tapes.keep(recording_id)

    work = await tapes.desk.read(recording_id)
    assert (kept.state, kept.reason) == ("failed", reason)
    assert (work.status, work.file_step, work.blob_path) == ("failed", FileStep.FAILED, None)
    assert len(await tapes.names()) == 2 * len(pieces)  # a person may still look at them


async def test_a_repaired_piece_is_kept_when_it_is_tried_again(tapes: Tapes) -> None:
    recording_id = await tapes.told(a_wav(1)[:-7])
    await tapes.keep(recording_id)
    await tapes.files.delete(a_chunk().content)
    await tapes.files.create(a_chunk().content, a_wav(1), "audio/wav", most_bytes=10**6)

    assert (await tapes.find(recording_id)).state == "here"
    assert (await tapes.keep(recording_id)).state == "completed"


async def test_keeping_again_changes_nothing(tapes: Tapes) -> None:
    work = await tapes.kept(a_wav(1))

    for _ in range(3):
        assert (await tapes.keep(work.recording_id)).state == "completed"
        assert (await tapes.find(work.recording_id)).state == "here"

    assert await tapes.desk.read(work.recording_id) == work


async def test_a_process_that_dies_after_the_copy_has_lost_nothing(
    tapes: Tapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = await tapes.told(a_wav(0.5), a_wav(0.5))

    async def dies(*_: object) -> bool:
        raise UnavailableError("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(tapes.desk, "complete", dies)
        with pytest.raises(UnavailableError):
            await tapes.keep(recording_id)
    assert (await tapes.keep(recording_id)).state == "completed"

    assert len(await tapes.names()) == 1


async def test_a_copy_of_fewer_pieces_gives_way(tapes: Tapes, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await tapes.write(a_wav(0.5), a_wav(1.0))
    recording_id = tapes.open()
    await tapes.announce(PROVIDER, (first,))

    async def dies(*_: object) -> bool:
        raise UnavailableError("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(tapes.desk, "complete", dies)
        with pytest.raises(UnavailableError):
            await tapes.keep(recording_id)
    await tapes.announce(PROVIDER, (second,))

    assert (await tapes.keep(recording_id)).state == "completed"

    work = await tapes.desk.read(recording_id)
    content = await content_of(tapes, work)
    assert (work.duration_ms, len(work.parts)) == (1500, 2)
    assert read(MediaFormat.WAV, content).lasts_ms == 1500
    assert tapes.desk.held[recording_id].sha256 == hashlib.sha256(content).hexdigest()


async def test_a_file_of_a_recording_that_nobody_knows_goes_after_a_week(
    tapes: Tapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tapes.announce(PROVIDER, await tapes.write(a_wav(1)))
    watch = WatchRecordings(tapes.desk, tapes.files)
    tapes.clock.advance(6 * 24 * 3600)
    await watch(tapes.announce)
    assert len(await tapes.names()) == 2

    async def away(_: FilePath) -> bool:
        raise UnavailableError("Blob Storage cannot be reached.")

    tapes.clock.advance(24 * 3600)
    with monkeypatch.context() as broken:
        broken.setattr(tapes.files, "delete", away)
        with pytest.raises(UnavailableError):
            await watch(tapes.announce)
    await watch(tapes.announce)

    assert await tapes.names() == []
    assert list(await tapes.desk.strays(timedelta(0))) == []


async def test_a_piece_that_goes_meanwhile_is_looked_for_again(tapes: Tapes) -> None:
    recording_id = await tapes.told(a_wav(1))
    await tapes.files.delete(a_chunk().content)

    with pytest.raises(NotFoundError):
        await tapes.keep(recording_id)
    assert (await tapes.find(recording_id)).state == "missing"


async def test_a_piece_that_comes_after_all_was_kept_is_told_of_and_stays(
    tapes: Tapes, caplog: pytest.LogCaptureFixture
) -> None:
    work = await tapes.kept(a_wav(1))
    assert Event.RECORDING_CHUNK_LATE not in caplog.text
    late = a_chunk(1)
    await tapes.files.create(late.content, a_wav(1), "audio/wav", most_bytes=10**6)

    await tapes.announce(PROVIDER, (late,))
    assert caplog.text.count(Event.RECORDING_CHUNK_LATE) == 1
    await tapes.announce(PROVIDER, (late,))
    assert caplog.text.count(Event.RECORDING_CHUNK_LATE) == 1
    assert (await tapes.keep(work.recording_id)).state == "completed"

    assert late.content.name in await tapes.names()
    assert [each.document_id for each in (await tapes.desk.read(work.recording_id)).late] == ["1-AbC"]


@pytest.mark.parametrize("changes", [{"status": "deleted"}, {"discard_wanted": True}])
async def test_of_a_recording_that_was_withdrawn_nothing_stays(
    tapes: Tapes, changes: dict[str, object]
) -> None:
    recording_id = await tapes.told(a_wav(1), a_wav(1))
    tapes.desk.change(recording_id, **changes)

    assert (await tapes.find(recording_id)).state == "gone"

    assert await tapes.names() == []
    assert (await tapes.keep(recording_id)).state == "gone"


async def test_a_withdrawal_while_it_is_copied_leaves_nothing(
    tapes: Tapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = await tapes.told(a_wav(1))
    fingerprint = tapes.files.fingerprint

    async def withdrawn(path: FilePath) -> object:
        tapes.desk.change(recording_id, discard_wanted=True)
        return await fingerprint(path)

    monkeypatch.setattr(tapes.files, "fingerprint", withdrawn)

    assert (await tapes.keep(recording_id)).state == "gone"
    assert await tapes.names() == []


async def test_a_file_is_late_by_how_it_was_told_of(tapes: Tapes) -> None:
    silent = tapes.desk.open("another")
    tapes.clock.advance(11 * 3600)
    told = tapes.open()
    await tapes.announce(PROVIDER, (a_chunk(),))

    async def standing() -> list[tuple[bool, bool]]:
        found = [await tapes.find(each) for each in (silent, told)]
        assert {each.state for each in found} == {"missing"}
        return [(each.late, each.lost) for each in found]

    assert await standing() == [(False, False), (False, False)]
    tapes.clock.advance(3600)
    assert await standing() == [(True, False), (True, False)]
    tapes.clock.advance(12 * 3600)
    assert await standing() == [(True, True), (True, False)]
    assert (await tapes.desk.read(told)).file_step is FileStep.DOWNLOADING


async def test_erased_recordings_are_left_alone(tapes: Tapes) -> None:
    erased = tapes.open()
    tapes.desk.held.clear()

    assert (await tapes.find(erased)).state == "gone"
    assert (await tapes.keep(erased)).state == "gone"
    assert (await tapes.transcribe(erased)).state == "gone"
    await FailRecording(tapes.desk)(erased, "recording_file_lost")


async def test_five_events_in_any_order_are_one_run(tapes: Tapes) -> None:
    recording_id = tapes.open()
    chunks = await tapes.write(a_wav(1), a_wav(1))
    deliveries = [chunks, chunks[::-1], chunks[:1], chunks, chunks[1:]]
    random.Random(5).shuffle(deliveries)  # noqa: S311 - the same order each time

    for each in deliveries:
        await tapes.announce(PROVIDER, each)

    assert list(tapes.workflows.runs) == [recording_key(recording_id)]
    signals = tapes.workflows.runs[recording_key(recording_id)].signals
    assert signals == [(FILE_TOLD, None)] * 5
    assert len((await tapes.desk.read(recording_id)).chunks) == 2


async def test_a_recording_that_nobody_knows_yet_is_processed_once_it_is_known(tapes: Tapes) -> None:
    assert await tapes.announce(PROVIDER, (a_chunk(),)) is None
    assert tapes.workflows.runs == {}
    recording_id = tapes.open()

    assert await WatchRecordings(tapes.desk, tapes.files)(tapes.announce) == 1

    assert list(tapes.workflows.runs) == [recording_key(recording_id)]
    assert len((await tapes.desk.read(recording_id)).chunks) == 1


async def test_the_watch_begins_with_what_nobody_told_us_of(tapes: Tapes) -> None:
    recording_id = tapes.open()
    watch = WatchRecordings(tapes.desk, tapes.files)
    tapes.clock.advance(12 * 3600 - 1)
    assert await watch(tapes.announce) == 0
    tapes.clock.advance(1)

    assert await watch(tapes.announce) == 1
    assert await watch(tapes.announce) == 1

    assert list(tapes.workflows.runs) == [recording_key(recording_id)]
