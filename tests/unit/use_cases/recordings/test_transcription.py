"""From a kept recording to the text that was heard in it."""

from uuid import UUID

import pytest

from shared.domain.recordings.alignment import LiveSegment
from shared.domain.recordings.work import LARGEST_TRANSCRIBED, RecordingWork, TranscriptState
from shared.domain.speech import SpokenWord, TranscribedPhrase, Transcription
from shared.errors import BadFileError, RateLimitedError, TalentiError, UnavailableError, UpstreamError
from tests.unit.domain.recordings.samples import a_wav
from tests.unit.use_cases.recordings.tapes import Tapes

SAID = "I kept the queue short"
PHRASE = TranscribedPhrase(
    SAID,
    1000,
    500,
    0.9,
    channel=1,
    words=tuple(SpokenWord(word, 1000 + 100 * at, 90) for at, word in enumerate(SAID.split())),
)


class Listening(Tapes):
    async def ready(self, channels: int = 2) -> RecordingWork:
        work = await self.kept(a_wav(2, channels=channels))
        self.hold(work.recording_id, LiveSegment(UUID(int=7), 1, "candidate", SAID))
        return work

    async def hears_everything(self) -> None:
        """Whatever link it is given."""

        async def transcribe(recording: object) -> Transcription:
            self.transcriber.asked.append(recording)  # type: ignore[arg-type]  # as it is asked
            if self.transcriber.fault:
                raise self.transcriber.fault
            return Transcription(2000, (PHRASE,))

        self.transcriber.transcribe = transcribe  # type: ignore[method-assign]


@pytest.fixture
async def listening() -> Listening:
    made = Listening()
    await made.hears_everything()
    return made


async def test_what_is_heard_is_kept_with_the_place_of_each_segment(listening: Listening) -> None:
    work = await listening.ready()

    heard = await listening.transcribe(work.recording_id)

    held = listening.desk.held[work.recording_id]
    assert heard.state == "completed"
    assert held.heard
    (placed,) = held.heard.alignment.segments
    assert (placed.sequence, placed.begins_ms, placed.ends_ms, placed.matched) == (1, 1000, 1490, 5)
    assert held.heard.alignment.discrepancy == 0
    (asked,) = listening.transcriber.asked
    assert (asked.channels, asked.language) == (2, "en-AU")


async def test_it_is_transcribed_once(listening: Listening) -> None:
    work = await listening.ready()

    for _ in range(3):
        assert (await listening.transcribe(work.recording_id)).state == "completed"

    assert len(listening.transcriber.asked) == 1


@pytest.mark.parametrize(
    ("channels", "language", "asked"),
    [(1, "de", (1, "de-DE")), (2, "en", (2, "en-AU")), (2, "ja-JP", (2, "ja-JP")), (1, "tlh", (1, "en-AU"))],
)
async def test_the_service_is_asked_as_the_recording_is(
    listening: Listening, channels: int, language: str, asked: tuple[int, str]
) -> None:
    work = await listening.ready(channels)
    listening.desk.change(work.recording_id, language=language)

    await listening.transcribe(work.recording_id)

    (recording,) = listening.transcriber.asked
    assert (recording.channels, recording.language) == asked


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (UnavailableError("Away."), "transcription_unavailable"),
        (RateLimitedError("Too many."), "transcription_unavailable"),
        (UpstreamError("Odd."), "transcription_failed"),
    ],
)
async def test_a_service_that_is_away_is_asked_again_and_at_last_given_up(
    listening: Listening, fault: TalentiError, reason: str
) -> None:
    work = await listening.ready()
    listening.transcriber.fault = fault

    later = await listening.transcribe(work.recording_id)
    held = listening.desk.held[work.recording_id]
    assert (later.state, held.work.transcript, held.transcript_reason) == (
        "later",
        TranscriptState.QUEUED,
        reason,
    )
    last = await listening.transcribe(work.recording_id, is_last=True)
    assert (last.state, held.work.transcript) == ("failed", TranscriptState.FAILED)
    assert held.work.status == "completed"

    listening.transcriber.fault = None
    assert (await listening.transcribe(work.recording_id)).state == "completed"
    assert held.attempts == 3


async def test_a_recording_that_the_service_cannot_read_is_left(listening: Listening) -> None:
    work = await listening.ready()
    listening.transcriber.fault = BadFileError("Unreadable.", code="file_unreadable")

    left = await listening.transcribe(work.recording_id)

    assert (left.state, left.reason) == ("failed", "recording_unreadable")


async def test_one_that_is_too_long_is_skipped_and_says_so(listening: Listening) -> None:
    work = await listening.ready()
    listening.grow(work.recording_id, LARGEST_TRANSCRIBED)

    left = await listening.transcribe(work.recording_id)

    assert (left.state, left.reason) == ("skipped", "recording_too_long")
    assert listening.transcriber.asked == []
    assert listening.desk.held[work.recording_id].work.transcript is TranscriptState.SKIPPED


async def test_a_recording_that_was_deleted_is_not_heard(listening: Listening) -> None:
    work = await listening.ready()
    listening.desk.change(work.recording_id, status="deleted")

    assert (await listening.transcribe(work.recording_id)).state == "gone"
    assert listening.transcriber.asked == []
