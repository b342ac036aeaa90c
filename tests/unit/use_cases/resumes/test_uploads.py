"""CVs handed in, by a call or past us, whole and broken off, once and often."""

import itertools
import logging
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.lifecycle import RETRY, resume_key
from shared.contracts.uploads import CvChosen
from shared.domain.documents import MAX_BYTES, DocumentKind
from shared.domain.files import FilePath, Store
from shared.domain.identity import AppRole, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.resume.fields import ReadBy
from shared.domain.uploads import UploadStatus, awaited_at, file_of_upload, kept_at
from shared.domain.visibility import ProfileVisibility
from shared.errors import (
    BadFileError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    TalentiError,
    TooLargeError,
    UnavailableError,
)
from tests.unit.use_cases.resumes.counter import CONTENT, NAME, Counter

OWNER = "e273e472-c06b-4061-962f-d524de5de7b3"
STRAY = "a0657ba5-e261-4482-8bd6-9015370c7a18"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def counter() -> Counter:
    return Counter()


# -- sent with the call ------------------------------------------------------------------------


async def test_a_cv_is_kept_under_our_own_ids_and_its_reading_begun(counter: Counter) -> None:
    done = await counter.verbs.upload(counter.kim, "../../etc/Kim Lee.pdf", CONTENT, counter.begin)

    assert await counter.blobs(Store.RESUMES) == [f"{counter.kim.user_id}/{done.file_id}.pdf"]
    assert list(counter.workflows.runs) == [resume_key(done.file_id)]
    status, content, headers = counter.files.download(done.url)
    assert (status, content) == (200, CONTENT)
    assert "etc Kim Lee.pdf" in headers["content-disposition"]
    assert (done.expires_at - counter.clock.now()) <= timedelta(minutes=15)
    current = await counter.uploads.current(counter.kim.user_id)
    assert current
    assert (current.file_id, current.status) == (done.file_id, UploadStatus.RECEIVED)


@pytest.mark.parametrize(
    ("content", "error", "code"),
    [
        (b"x" * (MAX_BYTES + 1), TooLargeError, "payload_too_large"),
        (b"MZ\x90\x00 a program", BadFileError, "unsupported_file"),
        (b"%PDF-1.7 broken", BadFileError, "file_unreadable"),
        (b"", BadFileError, "file_unreadable"),
    ],
)
async def test_what_cannot_be_read_is_refused_before_anything_is_kept(
    counter: Counter, content: bytes, error: type[TalentiError], code: str
) -> None:
    with pytest.raises(error) as refused:
        await counter.verbs.upload(counter.kim, "cv.pdf", content, counter.begin)

    assert refused.value.code == code
    assert await counter.blobs(Store.RESUMES) == []
    assert await counter.uploads.current(counter.kim.user_id) is None
    assert counter.workflows.runs == {}


async def test_what_would_harm_is_refused(counter: Counter) -> None:
    counter.screening.harmful.add(CONTENT)

    with pytest.raises(BadFileError, match="unsupported"):
        await counter.sent()

    assert await counter.blobs(Store.RESUMES) == []


async def test_without_an_engine_it_is_taken_in_and_found_again(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    counter.workflows.reachable = False
    sent = await counter.sent()
    counter.workflows.reachable = True

    assert sent.status is UploadStatus.RECEIVED
    assert counter.workflows.runs == {}
    assert (await counter.read(sent.file_id)).status is UploadStatus.PARSED
    assert "resumes.reading.deferred" in caplog.text


async def test_a_call_that_broke_off_after_the_file_was_kept_is_finished_by_the_workflow(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(_: Any) -> Any:
        raise UnavailableError("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(counter.uploads, "take_in", dies)
        with pytest.raises(UnavailableError):
            await counter.sent()
    [file_id] = (each.file_id for each in counter.uploads._uploads.values())

    assert (await counter.read(file_id)).status is UploadStatus.PARSED


# -- sent past us ------------------------------------------------------------------------------


async def test_a_link_creates_one_file_which_becomes_the_cv(counter: Counter) -> None:
    link = await counter.offered()
    before = await counter.verbs.standing(counter.kim, link.file_id)
    counter.send(link)

    upload = await counter.verbs.receive(link.file_id)

    assert (before.status, before.file_name) == (UploadStatus.AWAITING_UPLOAD, "Kim Lee.pdf")
    assert (link.expires_at - counter.clock.now()) == timedelta(minutes=15)
    assert upload.status is UploadStatus.RECEIVED
    assert await counter.blobs(Store.UPLOADS) == []
    assert await counter.blobs(Store.RESUMES) == [f"{counter.kim.user_id}/{link.file_id}.pdf"]
    counter.send(link, b"%PDF-1.7 something else")
    assert await counter.verbs.receive(link.file_id) == upload
    assert await counter.files.read(upload.path, most_bytes=100) == CONTENT


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (b"", {}, "file_unreadable"),
        (b"x" * (MAX_BYTES + 1), {}, "payload_too_large"),
        (b"MZ\x90\x00 a program", {}, "unsupported_file"),
        (b"%PDF-1.7 broken", {}, "file_unreadable"),
        (CONTENT, {"Content-Type": "text/html"}, "unsupported_file"),
        (CONTENT, {"Content-Encoding": "gzip"}, "unsupported_file"),
    ],
)
async def test_what_arrives_otherwise_than_agreed_is_refused_and_gone(
    counter: Counter, content: bytes, headers: dict[str, str], code: str
) -> None:
    link = await counter.offered()
    assert counter.send(link, content, **headers) == 201

    upload = await counter.verbs.receive(link.file_id)

    assert (upload.status, upload.reason) == (UploadStatus.REFUSED, code)
    assert await counter.blobs(Store.UPLOADS) == await counter.blobs(Store.RESUMES) == []
    assert await counter.uploads.current(counter.kim.user_id) is None
    with pytest.raises(TalentiError) as told:
        await counter.verbs.choose(counter.kim, CvChosen(file_id=link.file_id), counter.begin)
    assert told.value.code == code


async def test_a_file_is_what_its_content_says_whatever_was_announced(counter: Counter) -> None:
    link = await counter.offered(content_type=DOCX)
    counter.send(link, CONTENT)

    upload = await counter.verbs.receive(link.file_id)

    assert (upload.content_type, upload.status) == ("application/pdf", UploadStatus.RECEIVED)
    assert upload.path == kept_at(counter.kim.user_id, link.file_id, DocumentKind.PDF)


async def test_a_refused_file_leaves_the_cv_before_it_where_it_is(counter: Counter) -> None:
    first = await counter.arrived()
    await counter.arrived(b"%PDF-1.7 broken")

    current = await counter.uploads.current(counter.kim.user_id)

    assert current
    assert (current.file_id, current.status) == (first.file_id, UploadStatus.RECEIVED)


async def test_what_has_not_come_is_awaited_and_then_given_up(counter: Counter) -> None:
    link = await counter.offered()
    early = await counter.verbs.receive(link.file_id)
    counter.clock.advance(31 * 60)

    late = await counter.verbs.receive(link.file_id)

    assert early.status is UploadStatus.AWAITING_UPLOAD
    assert (late.status, late.reason) == (UploadStatus.FAILED, "never_arrived")


@pytest.mark.parametrize("dies_after", ["move", "take_in"])
async def test_receiving_that_broke_off_goes_on_where_it_was(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, dies_after: str
) -> None:
    link = await counter.offered()
    counter.send(link)
    broken_part: Any = counter.files if dies_after == "move" else counter.uploads
    does = getattr(broken_part, dies_after)

    async def dies(*values: Any) -> Any:
        await does(*values)
        raise UnavailableError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(broken_part, dies_after, dies)
        with pytest.raises(UnavailableError):
            await counter.verbs.receive(link.file_id)

    assert (await counter.read(link.file_id)).status is UploadStatus.PARSED
    assert counter.uploads.told.count("candidate.cv_uploaded") == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [(CONTENT, UploadStatus.RECEIVED), (b"%PDF-1.7 broken", UploadStatus.REFUSED)],
)
async def test_who_comes_while_another_receives_it_is_told_what_became_of_it(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, content: bytes, status: UploadStatus
) -> None:
    link = await counter.offered()
    counter.send(link, content)
    receive = counter.files.receive

    async def meanwhile(*values: Any) -> Any:
        monkeypatch.setattr(counter.files, "receive", receive)
        await counter.verbs.receive(link.file_id)
        return await receive(*values)

    monkeypatch.setattr(counter.files, "receive", meanwhile)

    assert (await counter.verbs.receive(link.file_id)).status is status


async def test_who_finds_it_moved_under_their_hands_looks_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await counter.offered()
    counter.send(link)
    read = counter.files.read

    async def moved(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(counter.files, "read", read)
        await counter.verbs.receive(link.file_id)
        raise ConflictError("The file is not as expected: it changed, or somebody holds it.")

    monkeypatch.setattr(counter.files, "read", moved)

    assert (await counter.verbs.receive(link.file_id)).status is UploadStatus.RECEIVED
    assert counter.uploads.told == ["candidate.cv_uploaded"]


async def test_choosing_says_the_same_as_the_event(counter: Counter) -> None:
    link = await counter.offered()
    counter.send(link)

    cv = await counter.verbs.choose(counter.kim, CvChosen(file_id=link.file_id), counter.begin)

    assert (cv.file_id, cv.status) == (link.file_id, UploadStatus.RECEIVED)
    assert counter.workflows.runs[resume_key(link.file_id)].signals == [(RETRY, None)]
    assert (await counter.verbs.read(counter.kim)).file_id == link.file_id


async def test_choosing_what_has_not_arrived_or_is_not_there_any_more_is_a_conflict(
    counter: Counter,
) -> None:
    awaited = await counter.offered()
    older, newer = await counter.arrived(), await counter.arrived()

    for file_id in (awaited.file_id, older.file_id):
        with pytest.raises(ConflictError):
            await counter.verbs.choose(counter.kim, CvChosen(file_id=file_id), counter.begin)
    assert (await counter.verbs.choose(counter.kim, CvChosen(file_id=newer.file_id), counter.begin)).url


async def test_nobody_sees_or_chooses_the_file_of_another(counter: Counter) -> None:
    link = await counter.offered()
    stranger = Person(uuid4(), "stranger@example.org")

    with pytest.raises(ForbiddenError):
        await counter.verbs.standing(stranger, link.file_id)
    with pytest.raises(ForbiddenError):
        await counter.verbs.choose(stranger, CvChosen(file_id=link.file_id), counter.begin)
    with pytest.raises(NotFoundError):
        await counter.verbs.standing(stranger, uuid4())


# -- events of storage -------------------------------------------------------------------------


async def hear(counter: Counter, path: FilePath) -> None:
    await counter.verbs.hear(path.store, path.name, counter.begin)


async def test_five_events_before_and_after_the_file_is_there_begin_one_reading(counter: Counter) -> None:
    for order in itertools.islice(itertools.permutations(["send", *["hear"] * 5]), 0, 720, 60):
        link = await counter.offered()
        path = awaited_at(counter.kim.user_id, link.file_id, DocumentKind.PDF)
        for step in order:
            if step == "send":
                counter.send(link)
            else:
                await hear(counter, path)
        if resume_key(link.file_id) not in counter.workflows.runs:
            await hear(counter, path)
        before = len(counter.uploads._snapshots)
        await counter.read(link.file_id)
        await hear(counter, path)
        await counter.read(link.file_id)
        assert len(counter.uploads._snapshots) == before + 1


@pytest.mark.parametrize(
    "name",
    [
        "stray.pdf",
        "a/b/c.pdf",
        f"{OWNER}/{STRAY}.exe",
        f"{OWNER}/{STRAY}.pdf",
        f"{OWNER.upper()}/{STRAY}.pdf",
        "../x.pdf",
        "",
        f"{OWNER}/{STRAY}.pdf/..",
        "ü/ü.pdf",
    ],
)
async def test_a_blob_that_is_not_ours_is_told_and_left_alone(
    counter: Counter, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    await counter.verbs.hear("uploads", name, counter.begin)

    assert counter.workflows.runs == {}
    assert "resumes.upload.unknown" in caplog.text
    assert name not in caplog.text or not name


async def test_what_comes_by_a_link_after_its_person_was_erased_does_not_stay(counter: Counter) -> None:
    path = awaited_at(uuid4(), uuid4(), DocumentKind.PDF)
    await counter.files.create(path, b"%PDF-1.7", "application/pdf", most_bytes=100)

    for _ in range(2):
        await hear(counter, path)

    assert await counter.files.find(path) is None
    assert counter.workflows.runs == {}


async def test_a_vanished_blob_begins_nothing(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    link = await counter.offered()

    await hear(counter, awaited_at(counter.kim.user_id, link.file_id, DocumentKind.PDF))

    assert counter.workflows.runs == {}
    assert "resumes.upload.missing" in caplog.text


def test_only_the_store_for_uploads_is_heard() -> None:
    person, file = uuid4(), uuid4()
    path = awaited_at(person, file, DocumentKind.DOCX)

    assert file_of_upload("uploads", path.name) == file
    assert file_of_upload("resumes", path.name) is None
    assert file_of_upload("elsewhere", path.name) is None


# -- reading -----------------------------------------------------------------------------------


async def test_a_cv_is_read_once_and_fills_what_is_empty(counter: Counter) -> None:
    sent = await counter.sent()

    first = await counter.read(sent.file_id)
    again = await counter.read(sent.file_id)

    assert (first.status, again) == (UploadStatus.PARSED, first)
    assert counter.structure.count == 1
    profile = counter.uploads.profile(counter.kim.user_id)
    assert profile.fields == {"first_name": "Kim", "last_name": "Lee"}
    assert profile.review == "needs_confirmation"


async def test_a_scan_is_no_invention(counter: Counter) -> None:
    counter.know(b"%PDF-1.7 scan")
    sent = await counter.sent(b"%PDF-1.7 scan")

    upload = await counter.read(sent.file_id)

    assert (upload.status, upload.reason) == (UploadStatus.SCANNED_NEEDS_READER, "needs_reader")
    assert upload.snapshot_id is None
    counter.reader.know(b"%PDF-1.7 scan", NAME)
    assert (await counter.read(sent.file_id)).status is UploadStatus.PARSED


async def test_text_that_nobody_sees_becomes_no_person(counter: Counter) -> None:
    counter.structure.read_by = ReadBy.NOBODY
    sent = await counter.sent()

    upload = await counter.read(sent.file_id)

    assert (upload.status, upload.reason, upload.snapshot_id) == (
        UploadStatus.REFUSED,
        "file_unreadable",
        None,
    )


async def test_what_only_rules_read_is_kept_only_when_nothing_better_comes(counter: Counter) -> None:
    counter.structure.read_by = ReadBy.RULES
    sent = await counter.sent()

    waiting = await counter.verbs.read_resume(sent.file_id, by_rules=False)
    taken = await counter.verbs.read_resume(sent.file_id, by_rules=True)

    assert (waiting.status, waiting.snapshot_id) == (UploadStatus.READING, None)
    assert taken.snapshot_id


async def test_a_blob_that_vanished_is_told(counter: Counter) -> None:
    sent = await counter.sent()
    await counter.files.delete(sent.path)

    upload = await counter.read(sent.file_id)

    assert (upload.status, upload.reason) == (UploadStatus.FAILED, "vanished")
    assert counter.uploads.profile(counter.kim.user_id).review == "needs_confirmation"


async def test_a_reader_that_is_away_leaves_the_file_where_it_stands(counter: Counter) -> None:
    sent = await counter.sent()
    counter.reader.fault = UnavailableError("away")

    with pytest.raises(UnavailableError):
        await counter.read(sent.file_id)
    counter.reader.fault = None

    assert (await counter.read(sent.file_id)).status is UploadStatus.PARSED


async def test_a_newer_upload_wins_in_whatever_order_the_steps_come(counter: Counter) -> None:
    """Every interleaving of the steps of two files ends in the newer one's."""
    chance = random.Random(7)  # noqa: S311 - an order of steps
    for _ in range(40):
        counter = Counter()
        older = await counter.sent()
        counter.clock.advance(1)
        newer = await counter.sent()
        steps = [older.file_id, newer.file_id] * 4
        chance.shuffle(steps)
        for file_id in steps:
            await counter.read(file_id)

        assert (await counter.upload(older.file_id)).status is UploadStatus.REMOVED
        assert (await counter.upload(newer.file_id)).status is UploadStatus.PARSED
        assert len(counter.uploads._snapshots) == 1
        assert await counter.blobs(Store.RESUMES) == [newer.path.name]


async def test_a_cv_keeps_its_file_until_the_next_one_was_read(counter: Counter) -> None:
    first = await counter.sent()
    await counter.read(first.file_id)
    counter.clock.advance(1)
    second = await counter.sent()
    both = sorted(each.path.name for each in (first, second))

    assert await counter.blobs(Store.RESUMES) == both
    await counter.read(second.file_id)

    assert await counter.blobs(Store.RESUMES) == [second.path.name]
    assert (await counter.upload(first.file_id)).status is UploadStatus.REMOVED
    assert len(counter.uploads._snapshots) == 2
    assert (await counter.verbs.read(counter.kim)).file_id == second.file_id


async def test_files_that_cannot_be_deleted_now_are_deleted_when_the_step_is_done_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await counter.sent()
    await counter.read(first.file_id)
    second = await counter.sent()

    async def away(_: FilePath) -> bool:
        raise UnavailableError("Blob Storage cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(counter.files, "delete", away)
        with pytest.raises(UnavailableError):
            await counter.read(second.file_id)
    snapshot = (await counter.upload(second.file_id)).snapshot_id
    assert snapshot
    assert (await counter.verbs.prefill(snapshot)).status is UploadStatus.PARSED

    assert await counter.blobs(Store.RESUMES) == [second.path.name]


async def test_what_arrived_before_the_cv_and_is_told_later_leaves_no_file(counter: Counter) -> None:
    link = await counter.offered()
    counter.send(link)
    counter.clock.advance(1)
    newer = await counter.sent()

    late = await counter.verbs.receive(link.file_id)

    assert late.status is UploadStatus.SUPERSEDED
    assert await counter.blobs(Store.RESUMES) == [newer.path.name]


# -- one's own, and those of who applied ---------------------------------------------------------


async def test_a_removed_cv_is_gone_with_all_before_it(counter: Counter) -> None:
    first = await counter.sent()
    await counter.read(first.file_id)
    second = await counter.sent()

    await counter.verbs.remove(counter.kim)
    await counter.verbs.remove(counter.kim)

    assert await counter.blobs(Store.RESUMES) == []
    assert (await counter.upload(second.file_id)).status is UploadStatus.REMOVED
    assert (await counter.read(second.file_id)).status is UploadStatus.REMOVED
    with pytest.raises(NotFoundError):
        await counter.verbs.read(counter.kim)
    assert len(counter.uploads._snapshots) == 1


async def test_what_was_sent_and_not_received_goes_with_the_cv(counter: Counter) -> None:
    link = await counter.offered()
    counter.send(link)

    await counter.verbs.remove(counter.kim)
    assert await counter.blobs(Store.UPLOADS) == []
    counter.send(link)

    assert (await counter.verbs.receive(link.file_id)).status is UploadStatus.REMOVED
    await hear(counter, awaited_at(counter.kim.user_id, link.file_id, DocumentKind.PDF))
    assert await counter.blobs(Store.UPLOADS) == []
    assert await counter.uploads.current(counter.kim.user_id) is None


@pytest.mark.parametrize("removed_before", ["move", "take_in"])
async def test_a_removal_while_it_is_received_leaves_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, removed_before: str
) -> None:
    link = await counter.offered()
    counter.send(link)
    part: Any = counter.files if removed_before == "move" else counter.uploads
    does = getattr(part, removed_before)

    async def after_removal(*values: Any) -> Any:
        monkeypatch.setattr(part, removed_before, does)
        await counter.verbs.remove(counter.kim)
        return await does(*values)

    monkeypatch.setattr(part, removed_before, after_removal)

    assert (await counter.verbs.receive(link.file_id)).status is UploadStatus.REMOVED
    assert await counter.blobs(Store.UPLOADS) == await counter.blobs(Store.RESUMES) == []


async def test_a_removal_while_it_is_sent_leaves_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = counter.uploads.take_in

    async def after_removal(arrival: Any) -> Any:
        await counter.verbs.remove(counter.kim)
        return await take_in(arrival)

    monkeypatch.setattr(counter.uploads, "take_in", after_removal)

    assert (await counter.sent()).status is UploadStatus.REMOVED
    assert await counter.blobs(Store.RESUMES) == []


async def test_a_file_that_was_moved_and_parked_is_found_and_removed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await counter.offered()
    counter.send(link)

    async def dies(_: Any) -> Any:
        raise UnavailableError("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(counter.uploads, "take_in", dies)
        with pytest.raises(UnavailableError):
            await counter.verbs.receive(link.file_id)
    await counter.uploads.settle(link.file_id, UploadStatus.PARKED, "processing_failed")
    assert await counter.blobs(Store.RESUMES)

    await counter.verbs.remove(counter.kim)

    assert await counter.blobs(Store.RESUMES) == []


@pytest.mark.parametrize("content", [CONTENT, b"%PDF-1.7 broken"])
async def test_what_comes_by_a_link_that_has_done_its_work_is_swept(counter: Counter, content: bytes) -> None:
    link = await counter.offered()
    path = awaited_at(counter.kim.user_id, link.file_id, DocumentKind.PDF)
    counter.send(link, content)
    before = await counter.verbs.receive(link.file_id)
    counter.send(link, b"%PDF-1.7 something else")

    await hear(counter, path)

    assert await counter.blobs(Store.UPLOADS) == []
    assert await counter.upload(link.file_id) == before


async def test_a_member_sees_the_cv_of_who_applied_and_is_named_for_it(counter: Counter) -> None:
    acme = uuid4()
    sent = await counter.sent()
    application, viewer = counter.applied(acme), counter.member(acme)

    link = await counter.verbs.view(viewer, application)

    assert counter.files.download(link.url)[1] == CONTENT
    assert link.expires_at - counter.clock.now() <= timedelta(minutes=5)
    [event] = counter.trail.events
    assert (event.action, event.user_id, event.organisation_id, event.entity_id) == (
        "candidate.cv_viewed",
        viewer.user_id,
        acme,
        counter.kim.user_id,
    )
    assert event.new_values == {"application_id": str(application), "file_id": str(sent.file_id)}


@pytest.mark.parametrize(
    ("visibility", "switches", "shown"),
    [
        (ProfileVisibility.VISIBLE, {}, True),
        (ProfileVisibility.VISIBLE, {"email": False, "phone": False}, True),
        (ProfileVisibility.VISIBLE, {"name": False}, False),
        (ProfileVisibility.VISIBLE, {"education": False}, False),
        (ProfileVisibility.HIDDEN, {}, False),
        (ProfileVisibility.PAUSED, {}, False),
    ],
)
async def test_a_cv_is_shown_as_far_as_its_person_shows_themselves(
    counter: Counter, visibility: ProfileVisibility, switches: dict[str, bool], *, shown: bool
) -> None:
    acme = uuid4()
    await counter.sent()
    application, viewer = counter.applied(acme), counter.member(acme)
    profile = counter.uploads.profile(counter.kim.user_id)
    profile.visibility, profile.switches = visibility, switches

    if shown:
        assert (await counter.verbs.view(viewer, application)).url
    else:
        with pytest.raises(ForbiddenError):
            await counter.verbs.view(viewer, application)
        assert counter.trail.events == []


async def test_strangers_candidates_and_other_organisations_see_no_cv(counter: Counter) -> None:
    acme = uuid4()
    await counter.sent()
    application = counter.applied(acme)

    for caller in (counter.kim, counter.member(uuid4(), AppRole.ORG_ADMIN), Person(uuid4(), "x@example.org")):
        with pytest.raises(ForbiddenError):
            await counter.verbs.view(caller, application)


async def test_without_a_cv_there_is_nothing_to_see(counter: Counter) -> None:
    acme = uuid4()
    application, viewer = counter.applied(acme), counter.member(acme)

    with pytest.raises(NotFoundError):
        await counter.verbs.view(viewer, application)
    counter.ownership.put(Kind.APPLICATION, application, Thing(uuid4(), acme))
    with pytest.raises(NotFoundError):
        await counter.verbs.view(viewer, application)


# -- read at once ------------------------------------------------------------------------------


async def test_what_is_read_at_once_is_kept_nowhere(counter: Counter) -> None:
    parsed = await counter.verbs.parse(CONTENT)

    assert (parsed.name, parsed.skills, parsed.warnings) == (NAME, [], [])
    assert await counter.blobs(Store.RESUMES) == await counter.blobs(Store.UPLOADS) == []
    assert counter.uploads.told == []


async def test_what_only_rules_read_at_once_says_so(counter: Counter) -> None:
    counter.structure.read_by = ReadBy.RULES

    parsed = await counter.verbs.parse(CONTENT)

    assert [(each.code, each.count) for each in parsed.warnings] == [("read_by_rules", 1)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (MAX_BYTES + 1), "payload_too_large"),
        (b"MZ\x90\x00", "unsupported_file"),
        (b"%PDF-1.7 broken", "file_unreadable"),
        (b"%PDF-1.7 scan", "file_unreadable"),
    ],
)
async def test_what_cannot_be_read_at_once_is_refused(counter: Counter, content: bytes, code: str) -> None:
    counter.know(b"%PDF-1.7 scan")

    with pytest.raises(TalentiError) as refused:
        await counter.verbs.parse(content)

    assert refused.value.code == code
