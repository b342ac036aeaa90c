"""Events of Event Grid: each handled once, none in the way of another, none lost."""

import json
import random
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.event_grid import (
    BLOB_CREATED,
    CALL_ENDED,
    CALL_STARTED,
    MAIL_REPORT,
    RECORDING_FILE,
    VALIDATION,
    GridConsent,
    GridEvent,
    GridReceipt,
    read_event,
)
from shared.domain.call_records import CallNews
from shared.domain.calls import CallState
from shared.domain.secret import Secret
from shared.errors import (
    InvalidInputError,
    MalformedBodyError,
    NotSignedInError,
    TooLargeError,
    UnavailableError,
    UpstreamError,
)
from shared.use_cases.events.handle_grid_event import HandleGridEvent
from shared.use_cases.events.hear_blob import HearBlob
from shared.use_cases.events.hear_call import HearCall
from shared.use_cases.events.hear_mail_report import HearMailReport
from shared.use_cases.events.hear_recording_file import HearRecordingFile
from shared.use_cases.events.receive_grid_delivery import ReceiveGridDelivery
from tests.fakes.handled_events import FakeHandledEvents
from tests.unit.use_cases.recordings.tapes import PROVIDER, Tapes

KEY = Secret("the-key")
STORE = "https://talenti.blob.core.windows.net"
EMULATOR = "http://127.0.0.1:10000/devstoreaccount1"


def grid(kind: str = "test.Kind", id_: str = "e-1", **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "topic": "/subscriptions/0/CommunicationServices/talenti",
        "subject": "",
        "eventType": kind,
        "eventTime": "2026-01-05T09:00:00Z",
        "data": {},
        "dataVersion": "1.0",
        **more,
    }


def cloud(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event["id"],
        "source": event["topic"],
        "subject": event["subject"],
        "type": event["eventType"],
        "time": event["eventTime"],
        "data": event["data"],
    }


class Door:
    """A webhook whose only effect is to remember; an event with a fault in its data is refused so."""

    def __init__(self) -> None:
        self.handled = FakeHandledEvents()
        self.seen: list[str] = []
        self.faults: dict[str, Exception] = {}
        self.handle = HandleGridEvent(self.handled, {"test.Kind": self.effect})
        self.receive = ReceiveGridDelivery(KEY)

    async def effect(self, event: GridEvent) -> None:
        if fault := self.faults.get(event.id):
            raise fault
        self.seen.append(event.id)

    async def post(self, *events: Any, key: Secret = KEY) -> GridReceipt | GridConsent:
        return await self.receive(key, json.dumps(events).encode(), self.handle)


@pytest.fixture
def door() -> Door:
    return Door()


async def test_the_handshake_is_answered_with_its_code(door: Door) -> None:
    asked = grid(VALIDATION, data={"validationCode": "a-code", "validationUrl": "https://x"})

    assert await door.post(asked) == GridConsent(validationResponse="a-code")


@pytest.mark.parametrize("key", ["", "another", "the-key ", "THE-KEY"])
async def test_a_wrong_key_opens_nothing_not_even_for_a_handshake(door: Door, key: str) -> None:
    for event in (grid(), grid(VALIDATION, data={"validationCode": "a-code"})):
        with pytest.raises(NotSignedInError):
            await door.post(event, key=Secret(key))
    assert door.seen == []


async def test_without_a_key_of_ours_nobody_is_admitted(door: Door) -> None:
    with pytest.raises(NotSignedInError):
        ReceiveGridDelivery(Secret("")).admit(Secret(""))


async def test_the_key_is_asked_for_before_the_body_is_read(door: Door) -> None:
    with pytest.raises(NotSignedInError):
        await door.receive(Secret("x"), b"no json", door.handle)
    with pytest.raises(MalformedBodyError):
        await door.receive(KEY, b"no json", door.handle)
    with pytest.raises(TooLargeError):
        await door.receive(KEY, b" " * (1024 * 1024 + 1), door.handle)


async def test_several_events_of_both_schemas_are_handled_each(door: Door) -> None:
    receipt = await door.post(grid(id_="e-1"), cloud(grid(id_="e-2")), grid("nobody.Knows", id_="e-3"))

    assert receipt == GridReceipt(processed=3)
    assert door.seen == ["e-1", "e-2"]


async def test_a_single_cloud_event_comes_without_an_array(door: Door) -> None:
    await door.receive(KEY, json.dumps(cloud(grid())).encode(), door.handle)

    assert door.seen == ["e-1"]


async def test_an_event_is_handled_once_however_it_comes(door: Door) -> None:
    deliveries = [grid(id_=f"e-{number}") for number in range(3) for _ in range(5)]
    deliveries = [cloud(each) if number % 2 else each for number, each in enumerate(deliveries)]
    random.Random(3).shuffle(deliveries)  # noqa: S311 - the same order each time

    for each in deliveries:
        await door.post(each)

    assert sorted(door.seen) == ["e-0", "e-1", "e-2"]


@pytest.mark.parametrize(
    "fault", [UnavailableError("Away."), UpstreamError("Odd."), ValueError("a fault of ours")]
)
async def test_one_that_fails_is_asked_for_again_and_the_others_are_not_redone(
    door: Door, fault: Exception
) -> None:
    batch = [grid(id_="e-1"), grid(id_="e-2"), grid(id_="e-3")]
    door.faults["e-2"] = fault

    with pytest.raises(UnavailableError):
        await door.post(*batch)
    assert door.seen == ["e-1", "e-3"]
    door.faults.clear()
    assert await door.post(*batch) == GridReceipt(processed=3)

    assert door.seen == ["e-1", "e-3", "e-2"]


async def test_what_can_never_work_is_told_of_and_not_asked_for_again(door: Door) -> None:
    door.faults["e-1"] = InvalidInputError("It is nonsense.")

    assert await door.post(grid()) == GridReceipt(processed=1)
    door.faults.clear()
    await door.post(grid())

    assert door.seen == []


async def test_an_unreadable_event_does_not_hold_up_the_others(door: Door) -> None:
    assert await door.post({"id": 5}, grid()) == GridReceipt(processed=1)
    assert door.seen == ["e-1"]


async def test_the_native_trigger_gives_the_same_event(door: Door) -> None:
    await door.receive.one(grid(), door.handle)
    await door.receive.one(cloud(grid()), door.handle)
    await door.receive.one({"id": None}, door.handle)
    door.faults["e-2"] = UnavailableError("Away.")
    with pytest.raises(UnavailableError):
        await door.receive.one(grid(id_="e-2"), door.handle)

    assert door.seen == ["e-1"]


def event(kind: str, data: Any, subject: str = "") -> GridEvent:
    found = read_event(grid(kind, data=data, subject=subject))
    assert found
    return found


def file_event(storage_url: str, *names: str, recording: str = PROVIDER) -> GridEvent:
    chunks = [
        {
            "documentId": f"{index}-AbC",
            "index": index,
            "endReason": "SessionEnded",
            "contentLocation": f"{storage_url}/interview-recordings/{name}",
            "metadataLocation": f"{storage_url}/interview-recordings/{name}.json",
            "deleteLocation": "https://elsewhere",
        }
        for index, name in enumerate(names)
    ]
    return event(
        RECORDING_FILE,
        {"recordingStorageInfo": {"recordingChunks": chunks}, "recordingDurationMs": 5},
        f"/recording/call/a-call/serverCallId/aHR0/recordingId/{recording}",
    )


@pytest.mark.parametrize("storage_url", [STORE, EMULATOR])
async def test_the_event_of_a_file_names_its_recording_and_its_pieces(storage_url: str) -> None:
    tapes = Tapes()
    recording_id = tapes.open()
    hear = HearRecordingFile(tapes.announce, storage_url)

    await hear(
        file_event(storage_url, "20260105/Call/FolderA/0-audio.wav", "20260105/Call/FolderA/1%2Daudio.wav")
    )

    work = await tapes.desk.read(recording_id)
    assert [each.content.name for each in work.chunks] == [
        "20260105/Call/FolderA/0-audio.wav",
        "20260105/Call/FolderA/1-audio.wav",
    ]
    assert work.chunks[0].metadata
    assert tapes.workflows.runs


async def test_a_file_of_an_unknown_recording_is_kept_for_later() -> None:
    tapes = Tapes()

    await HearRecordingFile(tapes.announce, STORE)(file_event(STORE, "a.wav", recording="unknown"))

    assert list(tapes.desk.unclaimed) == ["unknown"]


@pytest.mark.parametrize(
    "wrong",
    [
        file_event("https://stranger.blob.core.windows.net", "a.wav"),
        file_event(STORE, "../uploads/a.wav"),
        file_event(STORE, "%2e%2e/a.wav"),
        file_event(STORE, f"{uuid4()}/{uuid4()}.wav"),
        file_event(STORE, f"{uuid4()}%2F{uuid4()}.wav"),
        file_event(STORE),
        event(RECORDING_FILE, None),
        event(RECORDING_FILE, {"recordingStorageInfo": {}}),
        event(RECORDING_FILE, file_event(STORE, "a.wav").data, "/recording/call/x"),
    ],
)
async def test_an_event_that_names_no_file_of_ours_is_refused(wrong: GridEvent) -> None:
    tapes = Tapes()

    with pytest.raises(InvalidInputError):
        await HearRecordingFile(tapes.announce, STORE)(wrong)
    assert tapes.desk.unclaimed == {}


class Following:
    def __init__(self) -> None:
        self.news: list[CallNews] = []

    async def __call__(self, news: CallNews, interview_id: object = None) -> None:
        assert interview_id is None
        self.news.append(news)


async def test_calls_are_followed_from_their_start_to_their_end() -> None:
    following = Following()
    hear = HearCall(following)  # type: ignore[arg-type]  # it is called, and nothing else

    for kind in (CALL_STARTED, CALL_ENDED):
        await hear(event(kind, {"serverCallId": "aHR0", "correlationId": "c"}))
    with pytest.raises(InvalidInputError):
        await hear(event(CALL_ENDED, {}))

    assert [(each.server_call_id, each.status) for each in following.news] == [
        ("aHR0", CallState.CONNECTED),
        ("aHR0", CallState.DISCONNECTED),
    ]
    assert following.news[0].at == datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Delivered", [True]),
        ("Bounced", [False]),
        ("Failed", [False]),
        ("Suppressed", [False]),
        ("Quarantined", [False]),
        ("Expanded", []),
    ],
)
async def test_a_report_of_a_letter_reaches_its_invitation(status: str, told: list[bool]) -> None:
    reports: list[tuple[str, bool]] = []

    async def report(operation_id: str, *, delivered: bool) -> bool:
        reports.append((operation_id, delivered))
        return True

    message = str(uuid4())
    hear = HearMailReport(report)  # type: ignore[arg-type]  # it is called, and nothing else
    await hear(event(MAIL_REPORT, {"messageId": message, "status": status, "recipient": "x@example.org"}))

    assert reports == [(message, each) for each in told]
    with pytest.raises(InvalidInputError):
        await hear(event(MAIL_REPORT, {"status": "Delivered"}))


async def test_an_upload_is_heard_of_and_other_files_are_not() -> None:
    heard: list[tuple[str, str]] = []

    async def hear_upload(container: str, name: str) -> None:
        heard.append((container, name))

    hear = HearBlob(hear_upload, STORE)
    for url in (
        f"{STORE}/uploads/a/b.pdf",
        f"{STORE}/interview-recordings/a.wav",
        "https://stranger.blob.core.windows.net/uploads/c.pdf",
    ):
        await hear(event(BLOB_CREATED, {"url": url}))
    for named in ("text", {}, {"url": "http://[::1"}):
        with pytest.raises(InvalidInputError):
            await hear(event(BLOB_CREATED, named))

    assert heard == [("uploads", "a/b.pdf")]
