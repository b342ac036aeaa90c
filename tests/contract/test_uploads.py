"""The Uploads port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.uploads import SupabaseUploads
from shared.domain.documents import DocumentKind
from shared.domain.resume.fields import Field, ReadBy, Span, StructuredResume
from shared.domain.resume.prefill import Degree, Position, Prefill, SkillFound
from shared.domain.resume.visible import VisibleText
from shared.domain.uploads import CONTENT_TYPES, Arrival, Reason, Upload, UploadStatus, awaited_at, kept_at
from shared.errors import ConflictError, NotFoundError
from shared.ports.uploads import Uploads
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.uploads import FakeUploads
from tests.supabase_stack import SupabaseStack

PDF = DocumentKind.PDF
TEXT = "Kim Lee\nPython"
RESUME = StructuredResume(
    VisibleText(TEXT), ReadBy.MODEL, name=Field("Kim Lee", Span(0, 7), 0.9), confidence=0.9
)
PREFILL = Prefill(
    {"first_name": "Kim", "last_name": "Lee", "phone": "+61 400 000 000"},
    (SkillFound("Python", "hard"), SkillFound("Listening", "soft")),
    (Position("Acme", "Engineer", datetime(2020, 3, 1).date(), None, True, "Built it."),),  # noqa: DTZ001
    (Degree("UNSW", "BSc", None, None, datetime(2019, 1, 1).date()),),  # noqa: DTZ001
)


@dataclass
class Desk:
    """Uploads, and what a test sees and does beside them."""

    uploads: Uploads
    a_person: Callable[[], UUID]
    write_profile: Callable[[UUID, dict[str, str]], None]
    add_skill: Callable[[UUID, str], None]
    add_employment: Callable[[UUID, str], None]
    confirm: Callable[[UUID], None]
    profile: Callable[[UUID], dict[str, Any]]
    told: Callable[[UUID], list[str]]


def fake() -> Desk:
    uploads = FakeUploads(FakeClock())

    def profile(person_id: UUID) -> dict[str, Any]:
        found = uploads.profile(person_id)
        return {
            **found.fields,
            "skills": sorted(found.skills),
            "employment": found.employment,
            "education": found.education,
            "review": found.review,
        }

    def confirm(person_id: UUID) -> None:
        uploads.profile(person_id).review = "confirmed"

    return Desk(
        uploads,
        uuid4,
        lambda person_id, fields: uploads.profile(person_id).fields.update(fields),
        lambda person_id, name: uploads.profile(person_id).skills.append(name),
        lambda person_id, name: uploads.profile(person_id).employment.append(name),
        confirm,
        profile,
        lambda _: uploads.told,
    )


def over(stack: SupabaseStack, uploads: Uploads) -> Desk:
    def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(stack.database_url) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def profile(person_id: UUID) -> dict[str, Any]:
        fields = "first_name, last_name, phone, profile_review_status"
        [row] = run(f"select {fields} from public.candidate_profiles where user_id = %s", person_id)
        found = dict(zip(("first_name", "last_name", "phone", "review"), row, strict=True))
        lists = {
            "skills": "select skill_name from public.candidate_skills where user_id = %s order by skill_name",
            "employment": "select company_name from public.employment_history where user_id = %s",
            "education": "select institution from public.education where user_id = %s",
        }
        found |= {name: [each for (each,) in run(text, person_id)] for name, text in lists.items()}
        return {name: value for name, value in found.items() if value is not None or name == "review"}

    def write_profile(person_id: UUID, fields: dict[str, str]) -> None:
        run("insert into public.candidate_profiles (user_id) values (%s) on conflict do nothing", person_id)
        for name, value in fields.items():
            run(f"update public.candidate_profiles set {name} = %s where user_id = %s", value, person_id)

    def told(person_id: UUID) -> list[str]:
        rows = run(
            "select event_type from public.domain_events "
            "where aggregate_id = %s and event_type like 'candidate.%%' order by created_at",
            person_id,
        )
        return [each for (each,) in rows]

    def add_skill(person_id: UUID, name: str) -> None:
        run("insert into public.candidate_skills (user_id, skill_name) values (%s, %s)", person_id, name)

    def add_employment(person_id: UUID, name: str) -> None:
        run(
            "insert into public.employment_history (user_id, company_name, job_title, start_date) "
            "values (%s, %s, 'Lead', '2020-01-01')",
            person_id,
            name,
        )

    def confirm(person_id: UUID) -> None:
        run("select public.confirm_profile(%s)", person_id)

    return Desk(
        uploads,
        lambda: database.a_person(stack),
        write_profile,
        add_skill,
        add_employment,
        confirm,
        profile,
        told,
    )


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    yield over(stack, SupabaseUploads(RestFunctions(rest)))
    await rest.close()


def awaited(person_id: UUID) -> Upload:
    file_id = uuid4()
    return Upload(
        file_id,
        person_id,
        awaited_at(person_id, file_id, PDF),
        CONTENT_TYPES[PDF],
        UploadStatus.AWAITING_UPLOAD,
        datetime.now(UTC),
        "Kim.pdf",
    )


def arrival(person_id: UUID, file_id: UUID | None = None, uploaded_at: datetime | None = None) -> Arrival:
    file_id = file_id or uuid4()
    path = kept_at(person_id, file_id, PDF)
    return Arrival(file_id, person_id, path, "Kim.pdf", CONTENT_TYPES[PDF], 7, "0" * 64, uploaded_at)


async def read(desk: Desk, person_id: UUID) -> tuple[Upload, UUID]:
    """A file that was read, and its snapshot."""
    taken = await desk.uploads.take_in(arrival(person_id))
    await desk.uploads.settle(taken.file_id, UploadStatus.READING)
    snapshot = await desk.uploads.keep_snapshot(taken.file_id, RESUME, "pdf")
    assert snapshot
    return taken, snapshot


async def test_an_awaited_file_becomes_the_cv_once_however_often_it_is_told(desk: Desk) -> None:
    person = desk.a_person()
    expected = await desk.uploads.expect(awaited(person))

    first = await desk.uploads.take_in(arrival(person, expected.file_id))
    again = await desk.uploads.take_in(arrival(person, expected.file_id))

    assert (expected.status, first.status) == (UploadStatus.AWAITING_UPLOAD, UploadStatus.RECEIVED)
    assert again == first
    assert first.path == kept_at(person, expected.file_id, PDF)
    assert first.is_current
    assert (await desk.uploads.current(person)) == first
    assert desk.told(person) == ["candidate.cv_uploaded"]
    assert desk.profile(person)["review"] == "pending_parse"


async def test_an_id_is_awaited_once(desk: Desk) -> None:
    upload = awaited(desk.a_person())
    await desk.uploads.expect(upload)

    with pytest.raises(ConflictError):
        await desk.uploads.expect(upload)


async def test_the_file_of_another_person_is_not_found(desk: Desk) -> None:
    expected = await desk.uploads.expect(awaited(desk.a_person()))

    with pytest.raises(NotFoundError):
        await desk.uploads.take_in(arrival(desk.a_person(), expected.file_id))


async def test_what_is_unknown_is_not_found(desk: Desk) -> None:
    assert await desk.uploads.find(uuid4()) is None
    assert await desk.uploads.current(desk.a_person()) is None
    assert await desk.uploads.snapshot(uuid4()) is None
    assert await desk.uploads.of_application(uuid4()) is None
    with pytest.raises(NotFoundError):
        await desk.uploads.settle(uuid4(), UploadStatus.READING)
    with pytest.raises(NotFoundError):
        await desk.uploads.prefill(uuid4(), PREFILL)


async def test_a_newer_upload_supersedes_what_is_still_read(desk: Desk) -> None:
    person = desk.a_person()
    older, snapshot = await read(desk, person)

    newer = await desk.uploads.take_in(arrival(person))
    late = await desk.uploads.prefill(snapshot, PREFILL)

    assert (late.status, late.reason) == (UploadStatus.SUPERSEDED, "newer_upload")
    assert (await desk.uploads.current(person)) == newer
    assert "first_name" not in desk.profile(person)
    assert (await desk.uploads.settle(older.file_id, UploadStatus.PARSED)).status is UploadStatus.SUPERSEDED


async def test_an_older_upload_that_is_told_late_is_superseded_at_once(desk: Desk) -> None:
    person = desk.a_person()
    newer = await desk.uploads.take_in(arrival(person))
    assert newer.uploaded_at

    older = await desk.uploads.take_in(arrival(person, uploaded_at=newer.uploaded_at - timedelta(minutes=5)))

    assert older.status is UploadStatus.SUPERSEDED
    assert (await desk.uploads.current(person)) == newer


async def test_what_a_parser_read_is_kept_once(desk: Desk) -> None:
    taken, snapshot = await read(desk, desk.a_person())

    assert await desk.uploads.keep_snapshot(taken.file_id, RESUME, "pdf") == snapshot
    assert await desk.uploads.snapshot(snapshot) == RESUME
    found = await desk.uploads.find(taken.file_id)
    assert found
    assert found.snapshot_id == snapshot


async def test_what_no_database_holds_is_marked_where_it_stood(desk: Desk) -> None:
    taken = await desk.uploads.take_in(arrival(desk.a_person()))
    await desk.uploads.settle(taken.file_id, UploadStatus.READING)
    odd = StructuredResume(
        VisibleText("K\0m\ud800 Lee"), ReadBy.MODEL, name=Field("K\0m\ud800 Lee", Span(0, 8), 0.9)
    )

    snapshot = await desk.uploads.keep_snapshot(taken.file_id, odd, "pdf")

    assert snapshot
    kept = await desk.uploads.snapshot(snapshot)
    assert kept
    assert kept.name
    assert (kept.name.value[2:3], len(kept.text.text)) == ("m", 8)


async def test_nothing_is_kept_of_a_file_that_nobody_waits_for(desk: Desk) -> None:
    person = desk.a_person()
    older = await desk.uploads.take_in(arrival(person))
    await desk.uploads.settle(older.file_id, UploadStatus.READING)
    await desk.uploads.take_in(arrival(person))

    assert await desk.uploads.keep_snapshot(older.file_id, RESUME, "pdf") is None


async def test_an_empty_profile_takes_what_was_read_once(desk: Desk) -> None:
    person = desk.a_person()
    _, snapshot = await read(desk, person)

    first = await desk.uploads.prefill(snapshot, PREFILL)
    again = await desk.uploads.prefill(snapshot, PREFILL)

    assert first.status is UploadStatus.PARSED
    assert again == first
    assert desk.profile(person) == {
        "first_name": "Kim",
        "last_name": "Lee",
        "phone": "+61 400 000 000",
        "skills": ["Listening", "Python"],
        "employment": ["Acme"],
        "education": ["UNSW"],
        "review": "needs_confirmation",
    }
    expected = ["candidate.cv_uploaded", "candidate.cv_parsed", "candidate.profile_prefilled"]
    assert desk.told(person) == expected


async def test_what_a_person_wrote_stays(desk: Desk) -> None:
    person = desk.a_person()
    desk.write_profile(person, {"last_name": "Park"})
    desk.add_skill(person, "python")
    desk.add_employment(person, "Own company")
    _, snapshot = await read(desk, person)

    await desk.uploads.prefill(snapshot, PREFILL)

    found = desk.profile(person)
    assert "first_name" not in found  # half a name is never put beside what they wrote
    assert (found["last_name"], found["phone"]) == ("Park", "+61 400 000 000")
    assert found["skills"] == ["Listening", "python"]
    assert found["employment"] == ["Own company"]


async def test_skills_are_twenty_at_most(desk: Desk) -> None:
    person = desk.a_person()
    for number in range(3):
        desk.add_skill(person, f"Own {number}")
    _, snapshot = await read(desk, person)
    many = Prefill(skills=tuple(SkillFound(f"Skill {number:02}", "hard") for number in range(30)))

    await desk.uploads.prefill(snapshot, many)

    expected = [f"Own {number}" for number in range(3)] + [f"Skill {number:02}" for number in range(17)]
    assert desk.profile(person)["skills"] == expected


async def test_a_profile_that_takes_nothing_is_asked_to_confirm_all_the_same(desk: Desk) -> None:
    person = desk.a_person()
    _, snapshot = await read(desk, person)

    await desk.uploads.prefill(snapshot, Prefill())

    assert desk.profile(person)["review"] == "needs_confirmation"
    assert desk.told(person) == ["candidate.cv_uploaded", "candidate.cv_parsed"]


@pytest.mark.parametrize(("prefill", "review"), [(PREFILL, "needs_confirmation"), (Prefill(), "confirmed")])
async def test_a_profile_confirmed_meanwhile_is_asked_again_only_for_what_came_late(
    desk: Desk, prefill: Prefill, review: str
) -> None:
    person = desk.a_person()
    taken, snapshot = await read(desk, person)
    await desk.uploads.settle(taken.file_id, UploadStatus.SCANNED_NEEDS_READER, Reason.NEEDS_READER)
    desk.confirm(person)
    await desk.uploads.settle(taken.file_id, UploadStatus.READING)

    await desk.uploads.prefill(snapshot, prefill)

    assert desk.profile(person)["review"] == review


@pytest.mark.parametrize("status", ["scanned_needs_reader", "refused", "failed", "parked"])
async def test_no_profile_waits_for_what_will_not_be_read_soon(desk: Desk, status: str) -> None:
    person = desk.a_person()
    taken = await desk.uploads.take_in(arrival(person))
    await desk.uploads.settle(taken.file_id, UploadStatus.READING)

    settled = await desk.uploads.settle(taken.file_id, UploadStatus(status), "some_reason")

    assert (settled.status, settled.reason) == (UploadStatus(status), "some_reason")
    assert desk.profile(person)["review"] == "needs_confirmation"


async def test_removed_files_leave_what_was_read_and_nothing_of_their_names(desk: Desk) -> None:
    person = desk.a_person()
    older, snapshot = await read(desk, person)
    newer = await desk.uploads.take_in(arrival(person))
    never = await desk.uploads.expect(awaited(person))
    kept = [each.file_id for each in await desk.uploads.all_of(person)]

    await desk.uploads.remove(person, kept)
    await desk.uploads.remove(person, kept)

    assert kept == [older.file_id, newer.file_id, never.file_id]
    assert (await desk.uploads.take_in(arrival(person, never.file_id))).status is UploadStatus.REMOVED
    assert list(await desk.uploads.all_of(person)) == []
    assert await desk.uploads.current(person) is None
    gone = await desk.uploads.find(newer.file_id)
    assert gone
    assert (gone.status, gone.label) == (UploadStatus.REMOVED, None)
    assert await desk.uploads.snapshot(snapshot) == RESUME
    assert desk.profile(person)["review"] == "needs_confirmation"
