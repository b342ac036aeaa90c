"""Recordings and transcripts are taken away by those who may, and each time is logged."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.transcript_export import PlacedTranscript, TranscriptExport
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.interview.records import TalkView
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.errors import ConflictError, ForbiddenError, GoneError, NotFoundError
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.recordings.download_recording import DownloadRecording
from shared.use_cases.recordings.export_transcript import ExportTranscript
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.unit.domain.recordings.samples import a_wav
from tests.unit.use_cases.recordings.tapes import Tapes

ACME, INTERVIEW = uuid4(), uuid4()
CANDIDATE, VIEWER, RECRUITER, STRANGER = (Person(uuid4(), f"{name}@example.com") for name in "cvrs")


class Readings:
    """The only thing that an export asks interviews for."""

    async def read(self, talk_id: UUID, caller_id: UUID, parts: object) -> TalkView:
        assert (talk_id, parts) == (INTERVIEW, {"transcript"})
        said: list[Mapping[str, Any]] = [
            {"sequence": 1, "speaker": "interviewer", "content": "What <b>did</b> you do?", "origin": "plan"},
            {"sequence": 2, "speaker": "candidate", "content": "I kept it short.", "origin": "speech"},
        ]
        return TalkView("member", {}, {}, None, said, None, None, None, None, None)


class Heard:
    def __init__(self) -> None:
        self.transcript: PlacedTranscript | None = PlacedTranscript(
            id=uuid4(),
            recording_id=uuid4(),
            status="completed",
            segments=[
                {"sequence": 1, "begins_ms": None, "ends_ms": None},
                {"sequence": 2, "begins_ms": 1000, "ends_ms": 2500},
            ],
            discrepancy=0.125,
            created_at=datetime(2026, 1, 5, tzinfo=UTC),
        )

    async def latest(self, caller: Person, interview_id: UUID) -> PlacedTranscript | None:
        assert interview_id == INTERVIEW
        return self.transcript


class Counter:
    def __init__(self) -> None:
        memberships = FakeMemberships()
        memberships.rows[VIEWER.user_id] = [Membership(ACME, AppRole.ORG_VIEWER)]
        memberships.rows[RECRUITER.user_id] = [Membership(ACME, AppRole.ORG_RECRUITER)]
        self.ownership = FakeOwnership(memberships)
        self.ownership.put(Kind.INTERVIEW, INTERVIEW, Thing(CANDIDATE.user_id, ACME))
        self.trail = FakeAuditTrail()
        audit = RecordAudit(self.trail)
        authorise = Authorise(self.ownership, audit)
        self.tapes, self.heard = Tapes(), Heard()
        self.download = DownloadRecording(authorise, self.tapes.desk, self.tapes.files, audit)
        self.export = ExportTranscript(
            authorise,
            Readings(),  # type: ignore[arg-type]  # no more of it is used
            self.heard,
            audit,
        )

    async def recording(self, *pieces: bytes) -> UUID:
        recording_id = await self.tapes.told(*pieces)
        self.ownership.put(Kind.RECORDING, recording_id, Thing(CANDIDATE.user_id, ACME))
        return recording_id

    @property
    def traces(self) -> list[tuple[str, UUID | None, UUID | None]]:
        return [(each.action, each.entity_id, each.organisation_id) for each in self.trail.events]


@pytest.fixture
def counter() -> Counter:
    return Counter()


async def test_a_recruiter_gets_a_link_and_leaves_a_trace(counter: Counter) -> None:
    recording_id = await counter.recording(a_wav(1))
    await counter.tapes.keep(recording_id)

    link = await counter.download(RECRUITER, recording_id)

    assert link.method == "GET"
    assert counter.traces == [("recording.downloaded", recording_id, ACME)]


async def test_only_a_completed_recording_is_handed_out(counter: Counter) -> None:
    recording_id = await counter.recording(a_wav(1))

    with pytest.raises(ConflictError):
        await counter.download(RECRUITER, recording_id)
    await counter.tapes.keep(recording_id)
    for changes in ({"discard_wanted": True}, {"status": "deleted"}):
        counter.tapes.desk.change(recording_id, **changes)
        with pytest.raises(GoneError) as gone:
            await counter.download(RECRUITER, recording_id)
        assert gone.value.code == "recording_deleted"
    assert counter.traces == []


@pytest.mark.parametrize("person", [CANDIDATE, VIEWER, STRANGER])
async def test_nobody_else_downloads(counter: Counter, person: Person) -> None:
    recording_id = await counter.recording(a_wav(1))
    await counter.tapes.keep(recording_id)

    with pytest.raises(ForbiddenError):
        await counter.download(person, recording_id)
    with pytest.raises(NotFoundError):
        await counter.download(person, uuid4())


async def test_captions_have_the_times_of_the_recording(counter: Counter) -> None:
    file = await counter.export(VIEWER, INTERVIEW, TranscriptExport(format="vtt"))

    assert file.media_type == "text/vtt; charset=utf-8"
    assert file.content == (
        "WEBVTT\n\n"
        "NOTE Interviewer: What &lt;b&gt;did&lt;/b&gt; you do?\n\n"
        "00:00:01.000 --> 00:00:02.500\n<v Candidate>I kept it short.\n"
    )
    assert counter.traces == [("transcript.exported", INTERVIEW, ACME)]
    assert counter.trail.events[0].new_values == {"format": "vtt"}


async def test_a_transcript_is_data_and_text_too(counter: Counter) -> None:
    told = json.loads((await counter.export(CANDIDATE, INTERVIEW, TranscriptExport(format="json"))).content)
    text = (await counter.export(CANDIDATE, INTERVIEW, TranscriptExport(format="txt"))).content

    assert [(each["begins_ms"], each["ends_ms"]) for each in told["segments"]] == [(None, None), (1000, 2500)]
    assert told["discrepancy"] == 0.125
    assert text == "Interviewer: What <b>did</b> you do?\n[00:00:01] Candidate: I kept it short.\n"


async def test_without_a_recording_there_are_no_captions_and_all_the_rest(counter: Counter) -> None:
    counter.heard.transcript = None

    with pytest.raises(ConflictError):
        await counter.export(VIEWER, INTERVIEW, TranscriptExport(format="vtt"))
    assert counter.traces == []
    told = json.loads((await counter.export(VIEWER, INTERVIEW, TranscriptExport())).content)
    assert told["recording_id"] is None
    assert [each["begins_ms"] for each in told["segments"]] == [None, None]


async def test_strangers_export_nothing(counter: Counter) -> None:
    with pytest.raises(ForbiddenError):
        await counter.export(STRANGER, INTERVIEW, TranscriptExport())
