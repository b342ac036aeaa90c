"""CVs on the whole platform: sent past us and through us, told of by storage in any order, read, shown."""

import random
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from shared.domain.documents import MAX_BYTES
from shared.domain.identity import AppRole
from tests import document_samples as samples
from tests.azurite import Azurite
from tests.contract import database
from tests.host_process import HostProcess
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

CV = (
    "Asha Nair",
    "asha.nair@example.org",
    "+61 400 123 456",
    "Employment",
    "Software Engineer, Harbour Payments, Mar 2019 - Jun 2021",
    "Skills",
    "Python, PostgreSQL",
)
ENDED = {"parsed", "refused", "failed", "superseded", "scanned_needs_reader", "parked"}


class Person:
    """Somebody signed in, with their CVs."""

    def __init__(self, client: httpx.Client, supabase: SupabaseStack) -> None:
        user_id, token = supabase.sign_up(f"{uuid4()}@example.com")
        self.user_id = UUID(user_id)
        self._client = client
        self._proof = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self._proof, **options.pop("headers", {})}
        return self._client.request(method, f"/api/v1{path}", headers=headers, **options)

    def send(self, content: bytes, name: str = "cv.pdf", path: str = "/resume/upload") -> httpx.Response:
        return self.ask("POST", path, files={"file": (name, content)})

    def link(self, content_type: str = "application/pdf") -> dict[str, Any]:
        wanted = {"file_name": "Asha Nair.pdf", "content_type": content_type, "purpose": "candidate_cv"}
        answer = self.ask("POST", "/files/upload-url", json=wanted)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def standing(self, file_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/files/{file_id}").json()
        return found

    def ended(self, file_id: str, seconds: float = 20.0) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while (found := self.standing(file_id))["status"] not in ENDED:
            assert time.monotonic() < until, found
            time.sleep(0.1)
        return found


@pytest.fixture
def asha(client: httpx.Client, supabase: SupabaseStack) -> Person:
    return Person(client, supabase)


def put(link: dict[str, Any], content: bytes, **headers: str) -> int:
    sent = httpx.put(link["upload_url"], content=content, headers={**link["headers"], **headers}, timeout=30)
    return sent.status_code


def tell(product: HostProcess, azurite: Azurite, name: str) -> None:
    """Deliver an event as the platform's Event Grid does."""
    event = {
        "id": str(uuid4()),
        "topic": "/storage",
        "subject": f"/blobServices/default/containers/uploads/blobs/{name}",
        "eventType": "Microsoft.Storage.BlobCreated",
        "eventTime": datetime.now(UTC).isoformat(),
        "data": {
            "api": "PutBlob",
            "eTag": "0x8D4BCC2E4835CD0",
            "blobType": "BlockBlob",
            "url": f"http://127.0.0.1:{azurite.ports['blob']}/devstoreaccount1/uploads/{name}",
        },
        "dataVersion": "",
        "metadataVersion": "1",
    }
    answer = httpx.post(
        f"{product.url}/runtime/webhooks/blobs",
        params={"functionName": "Host.Functions.hear_of_upload"},
        headers={"aeg-event-type": "Notification"},
        json=[event],
    )
    assert answer.status_code == 202, answer.text


def rows(supabase: SupabaseStack, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(supabase.database_url) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def test_five_events_before_and_after_the_file_is_there_leave_one_snapshot(
    product: HostProcess, azurite: Azurite, supabase: SupabaseStack, asha: Person
) -> None:
    link = asha.link()
    name = f"{asha.user_id}/{link['file_id']}.pdf"
    steps = ["put", *["tell"] * 5, "stray"]
    random.Random(11).shuffle(steps)  # noqa: S311 - an order of events
    assert steps.index("put") not in {0, len(steps) - 1}

    for step in steps:
        if step == "put":
            assert put(link, samples.plain_pdf(*CV)) == 201
        elif step == "stray":
            tell(product, azurite, f"{uuid4()}/nobody's.pdf")
        else:
            tell(product, azurite, name)
    found = asha.ended(link["file_id"])
    tell(product, azurite, name)

    assert (found["status"], found["reason"], found["content_type"]) == ("parsed", None, "application/pdf")
    count = "select count(*) from public.parsed_profile_snapshots where file_id = %s"
    assert rows(supabase, count, link["file_id"]) == [(1,)]
    told = (
        "select event_type, count(*) from public.domain_events where aggregate_id = %s "
        "and event_type like 'candidate.%%' group by 1 order by 1"
    )
    assert rows(supabase, told, asha.user_id) == [
        ("candidate.cv_parsed", 1),
        ("candidate.cv_uploaded", 1),
        ("candidate.profile_prefilled", 1),
    ]
    profile = asha.ask("GET", "/candidates/me/profile").json()
    assert (profile["first_name"], profile["last_name"]) == ("Asha", "Nair")
    assert (profile["profile_review_status"], profile["cv_file_id"]) == (
        "needs_confirmation",
        link["file_id"],
    )
    assert asha.ask("POST", "/candidates/me/profile/confirm").json()["profile_review_status"] == "confirmed"


def test_a_cv_is_sent_followed_shown_to_a_recruiter_and_removed(
    client: httpx.Client, supabase: SupabaseStack, asha: Person
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    content = samples.plain_docx(*CV)
    form = {"file": ("../Asha.docx", content)}

    sent = asha.ask("POST", "/resume/upload", files=form, headers=key)
    again = asha.ask("POST", "/resume/upload", files=form, headers=key)

    assert sent.status_code == 200, sent.text
    assert again.json() == sent.json()
    file_id = sent.json()["file_id"]
    assert asha.ended(file_id)["status"] == "parsed"
    saved = httpx.get(sent.json()["url"])
    assert saved.content == content
    assert "attachment" in saved.headers["content-disposition"]
    cv = asha.ask("GET", "/candidates/me/cv").json()
    assert (cv["file_id"], cv["file_name"]) == (file_id, "Asha.docx")

    recruiter = Person(client, supabase)
    member = database.a_membership(supabase, recruiter.user_id, AppRole.ORG_VIEWER)
    application = _applied(supabase, member.organisation_id, asha.user_id)
    looked = recruiter.ask("GET", f"/applications/{application}/cv", follow_redirects=False)
    assert looked.status_code == 302
    assert httpx.get(looked.headers["location"]).content == content
    viewed = "select user_id from public.audit_log where action = 'candidate.cv_viewed' and entity_id = %s"
    assert rows(supabase, viewed, asha.user_id) == [(recruiter.user_id,)]
    asha.ask("PATCH", "/candidates/me/profile", json={"profile_visibility": "hidden"})
    assert recruiter.ask("GET", f"/applications/{application}/cv").status_code == 403

    assert asha.ask("DELETE", "/candidates/me/cv").status_code == 204
    assert asha.ask("GET", "/candidates/me/cv").status_code == 404
    assert httpx.get(sent.json()["url"]).status_code == 404
    assert asha.standing(file_id)["status"] == "removed"


def _applied(supabase: SupabaseStack, organisation_id: UUID, candidate_id: UUID) -> UUID:
    with psycopg.connect(supabase.database_url) as connection:
        role = connection.execute(
            "insert into public.job_roles (organisation_id, title, scoring_rubric, interview_structure) "
            "values (%s, 'Engineer', '{\"skill\": {\"weight\": 1}}', '{}') returning id",
            [organisation_id],
        ).fetchone()
        assert role
        connection.execute("update public.job_roles set status = 'active' where id = %s", role)
        made = connection.execute(
            "insert into public.applications (job_role_id, candidate_id) values (%s, %s) returning id",
            [role[0], candidate_id],
        ).fetchone()
        assert made
        found: UUID = made[0]
        return found


def test_a_scan_is_no_invention_and_is_read_once_a_reader_of_pictures_is_there(
    supabase: SupabaseStack, simulators: Simulators, asha: Person
) -> None:
    sent = asha.send(samples.scanned()).json()

    found = asha.ended(sent["file_id"])

    assert (found["status"], found["reason"]) == ("scanned_needs_reader", "needs_reader")
    profile = asha.ask("GET", "/candidates/me/profile").json()
    assert (profile["first_name"], profile["profile_review_status"]) == (None, "needs_confirmation")
    simulators.script("documents", pages=[list(CV)])
    again = asha.ask("POST", "/candidates/me/cv", json={"file_id": sent["file_id"]})
    assert again.status_code == 200, again.text
    wait_until = time.monotonic() + 15
    while asha.standing(sent["file_id"])["status"] != "parsed":
        assert time.monotonic() < wait_until
        time.sleep(0.1)
    assert asha.ask("GET", "/candidates/me/profile").json()["last_name"] == "Nair"
    count = "select count(*) from public.parsed_profile_snapshots where user_id = %s"
    assert rows(supabase, count, asha.user_id) == [(1,)]


HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "a program": (b"MZ\x90\x00" + bytes(200), 400, "unsupported_file"),
    "nothing": (b"", 400, "file_unreadable"),
    "cut off": (samples.plain_pdf(*CV)[:400], 400, "file_unreadable"),
    "behind a password": (samples.rc4_pdf("secret"), 400, "file_unreadable"),
    "a bomb": (samples.flate_bomb(256), 400, "file_unreadable"),
    "a byte too large": (b"%PDF-" + b"x" * (MAX_BYTES - 4), 413, "payload_too_large"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_read_is_refused_within_ten_seconds_whichever_way_it_comes(
    asha: Person, case: str
) -> None:
    content, status, code = HOSTILE[case]
    link = asha.link()
    assert put(link, content) == 201
    started = time.monotonic()

    by_call = asha.send(content)
    by_link = asha.ask("POST", "/candidates/me/cv", json={"file_id": link["file_id"]})

    assert time.monotonic() - started < 20
    assert (by_call.status_code, by_call.json()["code"]) == (status, code)
    assert (by_link.status_code, by_link.json()["code"]) == (status, code)
    found = asha.ended(link["file_id"])
    assert (found["status"], found["reason"]) == ("refused", code)
    assert asha.ask("GET", "/candidates/me/cv").status_code == 404


def test_a_file_is_read_at_once_and_kept_nowhere(supabase: SupabaseStack, asha: Person) -> None:
    answer = asha.send(samples.plain_pdf(*CV), path="/resume/parse")
    more = [asha.send(b"MZ", path="/resume/parse").status_code for _ in range(5)]
    kept = asha.send(samples.plain_pdf(*CV))

    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "Asha Nair"
    assert answer.json()["email"] == "asha.nair@example.org"
    assert more == [400] * 4 + [429]
    assert (kept.status_code, kept.json()["code"]) == (429, "rate_limited")  # it is opened all the same
    assert rows(supabase, "select id from public.files where user_id = %s", asha.user_id) == []


def test_what_cannot_be_asked_gets_its_own_answer(
    client: httpx.Client, supabase: SupabaseStack, asha: Person
) -> None:
    link, stranger = asha.link(), Person(client, supabase)
    own = {"file_id": link["file_id"]}
    pdf = {"file_name": "cv.pdf", "content_type": "application/pdf", "purpose": "candidate_cv"}

    answers = {
        "not there yet": asha.ask("POST", "/candidates/me/cv", json=own),
        "another person's": stranger.ask("POST", "/candidates/me/cv", json=own),
        "another person's standing": stranger.ask("GET", f"/files/{link['file_id']}"),
        "unknown": asha.ask("POST", "/candidates/me/cv", json={"file_id": str(uuid4())}),
        "unknown standing": asha.ask("GET", f"/files/{uuid4()}"),
        "no id": asha.ask("GET", "/files/1"),
        "another purpose": asha.ask("POST", "/files/upload-url", json=pdf | {"purpose": "recording"}),
        "another type": asha.ask("POST", "/files/upload-url", json=pdf | {"content_type": "text/html"}),
        "no file": asha.ask("POST", "/resume/upload", files={"other": ("cv.pdf", b"x")}),
        "no form": asha.ask("POST", "/resume/upload", json={}),
        "no CV": asha.ask("GET", "/candidates/me/cv"),
        "far too large": asha.send(b"x" * (MAX_BYTES + 100_000)),
    }

    assert {case: answer.status_code for case, answer in answers.items()} == {
        "not there yet": 409,
        "another person's": 403,
        "another person's standing": 403,
        "unknown": 404,
        "unknown standing": 404,
        "no id": 404,
        "another purpose": 422,
        "another type": 422,
        "no file": 422,
        "no form": 415,
        "no CV": 404,
        "far too large": 413,
    }
