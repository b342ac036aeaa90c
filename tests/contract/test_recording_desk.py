"""The RecordingDesk port, held against the fake and against the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.recording_desk import SupabaseRecordingDesk
from shared.domain.files import FilePath, Store
from shared.domain.recordings.alignment import LiveSegment, align
from shared.domain.recordings.work import (
    FileStep,
    KeptFile,
    KeptPart,
    RecordingTranscript,
    RecordingWork,
    ToldChunk,
    TranscriptState,
)
from shared.domain.speech import SpokenWord, TranscribedPhrase
from shared.errors import ConflictError, GoneError, NotFoundError
from shared.ports.recording_desk import RecordingDesk
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.recording_desk import FakeRecordingDesk
from tests.supabase_stack import SupabaseStack

S, T = FileStep, TranscriptState
LONG = timedelta(hours=13)
HASH = "a" * 64
SAID = "I kept the queue short"
BEGINNING = """
with org as (insert into public.organisations (name) values ('Acme') returning id),
role as (
  insert into public.job_roles (organisation_id, title) select id, 'Engineer' from org returning id
),
applied as (
  insert into public.applications (job_role_id, candidate_id)
  select id, gen_random_uuid() from role returning id
),
talk as (
  insert into public.interviews (application_id, status, metadata) select id, 'invited', '{}'
  from applied returning id
),
said as (
  insert into public.transcript_segments (
    interview_id, sequence, speaker, content, origin, content_salt, content_hash, previous_hash, row_hash
  )
  select id, 1, 'candidate', %(said)s, 'speech', 's', %(hash)s, %(hash)s, %(hash)s from talk
),
agreed as (
  insert into public.consents (interview_id, granted, text_version, text_hash, locale)
  select id, true, '1', %(hash)s, 'en-AU' from talk returning id
)
insert into public.recordings (interview_id, consent_id, provider_recording_id, status, stopped_at)
select talk.id, agreed.id, %(provider)s, %(status)s, case when %(status)s = 'stopped' then now() end
from talk, agreed returning id
"""


@dataclass(frozen=True)
class Office:
    desk: RecordingDesk
    open: Callable[[str, str], UUID]
    """By the provider's name and its status: a recording whose interview has one segment."""
    discard: Callable[[UUID], None]
    let_time_pass: Callable[[UUID], None]


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        yield in_memory()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    try:
        yield in_database(stack, SupabaseRecordingDesk(RestFunctions(rest)))
    finally:
        await rest.close()


def in_memory() -> Office:
    clock = FakeClock()
    desk = FakeRecordingDesk(clock)
    said = LiveSegment(uuid4(), 1, "candidate", SAID)

    def open_(provider_id: str, status: str) -> UUID:
        return desk.open(provider_id, status=status, segments=[said])

    return Office(
        desk,
        open_,
        lambda recording_id: desk.change(recording_id, discard_wanted=True),
        lambda _: clock.advance(14 * 3600),
    )


def in_database(stack: SupabaseStack, desk: SupabaseRecordingDesk) -> Office:
    def run(statement: str, *values: object, **named: object) -> UUID | None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("set local session_replication_role = replica")
            found = connection.execute(statement.encode(), named or values)
            row = found.fetchone() if found.description else None
            return row[0] if row else None

    def open_(provider_id: str, status: str) -> UUID:
        made = run(BEGINNING, said=SAID, hash=HASH, provider=provider_id, status=status)
        assert made
        return made

    def let_time_pass(recording_id: UUID) -> None:
        for table, column in (("recordings", "id"), ("recording_transcripts", "recording_id")):
            run(
                f"update public.{table} set updated_at = now() - interval '14 hours' where {column} = %s",
                recording_id,
            )
        run(
            "update public.recordings set stopped_at = stopped_at - interval '14 hours' where id = %s",
            recording_id,
        )

    def discard(recording_id: UUID) -> None:
        run("update public.recordings set discard_wanted_at = now() where id = %s", recording_id)

    return Office(desk, open_, discard, let_time_pass)


def told(number: int = 0) -> ToldChunk:
    path = f"20260105/call/Folder{number}/{number}-audio.wav"
    return ToldChunk(f"{number}-a", number, FilePath(Store.RECORDINGS, path), end_reason="SessionEnded")


def kept(work: RecordingWork, sha256: str = HASH) -> KeptFile:
    parts = tuple(KeptPart(each.document_id, each.index, 100, 1500, HASH, 2) for each in work.chunks)
    return KeptFile(work.target, 100, 1500, sha256, parts)


async def walked(office: Office, recording_id: UUID) -> RecordingWork:
    for expected, to in (
        (S.PENDING, S.DOWNLOADING),
        (S.DOWNLOADING, S.PROCESSING),
        (S.PROCESSING, S.UPLOADING),
    ):
        assert await office.desk.step(recording_id, expected, to)
    return await office.desk.read(recording_id)


async def completed(office: Office) -> UUID:
    provider_id = uuid4().hex
    recording_id = office.open(provider_id, "stopped")
    await office.desk.announce(provider_id, [told()])
    assert await office.desk.complete(recording_id, kept(await walked(office, recording_id)))
    return recording_id


async def test_pieces_are_kept_once_and_end_what_still_ran(office: Office) -> None:
    provider_id = uuid4().hex
    recording_id = office.open(provider_id, "active")

    first = await office.desk.announce(provider_id, [told(1), told(0)])
    again = await office.desk.announce(provider_id, [told(0), told(1)])

    work = await office.desk.read(recording_id)
    assert first
    assert again
    assert (first.recording_id, first.fresh, again.fresh) == (recording_id, 2, 0)
    assert (work.status, work.interview_id) == ("stopped", first.interview_id)
    assert [each.document_id for each in work.chunks] == ["0-a", "1-a"]
    assert (work.chunks[0].content, work.chunks[0].end_reason) == (told(0).content, "SessionEnded")


async def test_pieces_that_come_before_their_recording_wait_for_it(office: Office) -> None:
    provider_id = uuid4().hex

    assert await office.desk.announce(provider_id, [told()]) is None
    recording_id = office.open(provider_id, "stopped")

    assert recording_id in await office.desk.claim()
    assert recording_id not in await office.desk.claim()
    assert len((await office.desk.read(recording_id)).chunks) == 1


async def test_pieces_of_a_recording_that_nobody_knows_are_found_and_forgotten(office: Office) -> None:
    unknown, known = uuid4().hex, uuid4().hex
    places = tuple(FilePath(Store.RECORDINGS, f"20260105/{unknown}/{name}") for name in ("a.wav", "b.json"))
    recording_id = office.open(known, "stopped")
    await office.desk.announce(known, [told()])
    [linked] = (await office.desk.read(recording_id)).chunks

    async def strays(older_than: timedelta = timedelta(0)) -> list[UUID]:
        return [each.id for each in await office.desk.strays(older_than) if each.places == places]

    await office.desk.announce(unknown, [replace(told(), content=places[0], metadata=places[1])])
    [stray] = await strays()
    assert await strays(timedelta(hours=1)) == []
    await office.desk.forget([stray, linked.id])
    await office.desk.forget([stray])

    assert await strays() == []
    assert (await office.desk.read(recording_id)).chunks == (linked,)


async def test_a_step_is_taken_by_one(office: Office) -> None:
    recording_id = office.open(uuid4().hex, "stopped")

    taken = await asyncio.gather(
        *(office.desk.step(recording_id, S.PENDING, S.DOWNLOADING) for _ in range(4))
    )

    work = await office.desk.read(recording_id)
    assert sorted(taken) == [False, False, False, True]
    assert (work.status, work.file_step) == ("processing", S.DOWNLOADING)


async def test_the_first_file_stands(office: Office) -> None:
    recording_id = await completed(office)
    work = await office.desk.read(recording_id)

    assert not await office.desk.complete(recording_id, kept(work))
    with pytest.raises(ConflictError):
        await office.desk.complete(recording_id, kept(work, "b" * 64))
    assert not await office.desk.fail(recording_id, "recording_truncated")
    assert (work.status, work.file_step, work.transcript) == ("completed", S.COMPLETED, T.QUEUED)
    assert (work.blob_path, work.size_bytes, work.duration_ms) == (work.target, 100, 1500)
    assert (len(work.parts), work.channels, work.is_kept) == (1, 2, True)


async def test_no_file_completes_what_nothing_may_stay_of(office: Office) -> None:
    recording_id = office.open(uuid4().hex, "stopped")
    work = await walked(office, recording_id)
    office.discard(recording_id)

    with pytest.raises(GoneError):
        await office.desk.complete(recording_id, kept(work))
    assert (await office.desk.read(recording_id)).is_gone


async def test_one_that_failed_may_begin_again(office: Office) -> None:
    recording_id = office.open(uuid4().hex, "stopped")

    assert await office.desk.fail(recording_id, "recording_truncated")
    assert not await office.desk.fail(recording_id, "recording_empty")
    failed = await office.desk.read(recording_id)
    assert await office.desk.step(recording_id, S.FAILED, S.DOWNLOADING)

    assert (failed.status, failed.file_step) == ("failed", S.FAILED)
    assert (await office.desk.read(recording_id)).status == "processing"


async def test_settled_pieces_are_known_as_such(office: Office) -> None:
    recording_id = await completed(office)
    (chunk,) = (await office.desk.read(recording_id)).leftovers

    for _ in range(2):
        await office.desk.settle(recording_id, [chunk.id])

    assert (await office.desk.read(recording_id)).leftovers == ()


async def test_a_transcript_is_saved_once_and_finds_the_live_one(office: Office) -> None:
    recording_id = await completed(office)
    begun = await office.desk.begin_transcript(recording_id)
    words = tuple(SpokenWord(word, 100 * at, 90) for at, word in enumerate(SAID.split()))
    phrase = TranscribedPhrase(SAID, 0, 500, 0.9, channel=1, words=words)
    heard = RecordingTranscript("en-AU", 1500, (phrase,), align(begun.segments, [phrase]))

    assert await office.desk.note_transcript(recording_id, T.QUEUED, "transcription_unavailable")
    second = await office.desk.begin_transcript(recording_id)
    assert await office.desk.save_transcript(recording_id, heard)
    assert not await office.desk.save_transcript(recording_id, heard)
    assert not await office.desk.note_transcript(recording_id, T.FAILED, "transcription_failed")

    assert (begun.state, begun.attempts, second.attempts) == (T.QUEUED, 1, 2)
    assert [(each.sequence, each.speaker, each.content) for each in begun.segments] == [
        (1, "candidate", SAID)
    ]
    third = await office.desk.begin_transcript(recording_id)
    assert (third.state, third.attempts) == (T.COMPLETED, 2)


async def test_what_is_overdue_is_found(office: Office) -> None:
    silent, kept_ = office.open(uuid4().hex, "stopped"), await completed(office)
    assert silent not in {each.recording_id for each in await office.desk.overdue(LONG)}
    for each in (silent, kept_):
        office.let_time_pass(each)

    overdue = {each.recording_id for each in await office.desk.overdue(LONG)}

    assert silent in overdue
    assert kept_ not in overdue


async def test_an_unknown_recording_is_not_found(office: Office) -> None:
    for asked in (
        office.desk.read(uuid4()),
        office.desk.fail(uuid4(), "recording_empty"),
        office.desk.begin_transcript(uuid4()),
        office.desk.step(uuid4(), S.PENDING, S.DOWNLOADING),
    ):
        with pytest.raises(NotFoundError):
            await asked
