"""Somebody goes through everything, asks to be deleted, and is nowhere any more."""

import time
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
import pytest
from azure.storage.blob import BlobServiceClient

from local.simulators.calls.model import Chunk, Utterance
from local.simulators.calls.tape import sound
from tests import personal_data
from tests.azurite import Azurite
from tests.e2e.talk import ANSWERS, chat, start
from tests.e2e.test_lifecycle import HUB, carried
from tests.e2e.test_recordings import HASH, KEY, WEBHOOK, Taped, event
from tests.host_process import HostProcess
from tests.invited import Invited, invited
from tests.personal_data import Piece, scan
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

PATIENCE: Final = 60.0
NAME: Final = "Zephyrine Quillfeather"
SAID: Final = (
    "I keep the glockenspiel ledger of Marrowbright Analytics, and I measured every one of its queries."
)
ENDED: Final = {"Completed", "Failed", "Terminated"}
DELETIONS: Final = "/api/v1/privacy/deletion-requests"
CV: Final = f"""{NAME}
zephyrine.quillfeather@example.org
+61 491 570 737

Experience
Senior Software Engineer, Marrowbright Analytics
March 2021 - present
- Wrote the glockenspiel ledger in Python

Education
Bachelor of Computer Science, University of Sydney, 2014 - 2017

Skills
Python, PostgreSQL
"""


class Leaver:
    """The person, with everything that names them, and the stores that are looked through."""

    def __init__(self, client: httpx.Client, case: Invited, product: HostProcess, azurite: Azurite) -> None:
        self.client, self.case, self._product, self._azurite = client, case, product, azurite
        self.address = str(case.run("select email from auth.users where id = %s", case.candidate.user_id))
        first, _, last = NAME.partition(" ")
        self.values = {
            "name": NAME,
            "first name": first,
            "last name": last,
            "sign-in address": self.address,
            "address in the CV": "zephyrine.quillfeather@example.org",
            "phone": "+61 491 570 737",
            "suburb": "Wollombi Ridge",
            "page": "https://example.org/quillfeather",
            "employer in the CV": "Marrowbright Analytics",
            "work in the CV": "glockenspiel ledger",
            "an answer": SAID,
        }

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self.case.candidate.headers | options.pop("headers", {})
        return self.client.request(method, path, headers=headers, **options)

    def stores(self) -> Iterator[Piece]:
        yield from personal_data.database(self.case.stack.database_url)
        yield from personal_data.blobs(self._azurite.connection_string)
        yield from personal_data.queues(self._azurite.connection_string)
        yield from personal_data.task_hub_of(self._product.url)
        yield from personal_data.printed(list(self._product.lines))
        yield from personal_data.printed(self.case.stack.log, "log of the database")

    def finds(self) -> list[personal_data.Find]:
        return scan(self.values, self.stores())


@pytest.fixture
def leaver(
    client: httpx.Client,
    product: HostProcess,
    supabase: SupabaseStack,
    azurite: Azurite,
    simulators: Simulators,
) -> Leaver:
    leaver = Leaver(client, invited(supabase), product, azurite)
    _introduce(leaver)
    _hand_in(leaver)
    _talk(leaver)
    _tape(leaver, azurite, simulators)
    return leaver


def _introduce(leaver: Leaver) -> None:
    first, _, last = NAME.partition(" ")
    changed = leaver.ask(
        "PATCH",
        "/api/v1/candidates/me/profile",
        json={
            "first_name": first,
            "last_name": last,
            "phone": leaver.values["phone"],
            "suburb": leaver.values["suburb"],
            "portfolio_url": leaver.values["page"],
        },
    )
    assert changed.status_code == 200, changed.text
    added = leaver.ask(
        "POST",
        "/api/v1/candidates/me/employment",
        json={"company_name": "Marrowbright Analytics", "job_title": "Engineer", "start_date": "2020-01-01"},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert added.status_code == 201, added.text
    assert leaver.ask("PUT", "/api/v1/candidates/me/dei", json={"gender": "woman"}).status_code == 200
    leaver.case.run(
        "update public.invitations set candidate_email = %s where id = %s",
        leaver.address,
        leaver.case.invitation_id,
    )


def _hand_in(leaver: Leaver) -> None:
    sent = _send_cv(leaver)
    assert sent.status_code == 200, sent.text
    path = f"/api/v1/files/{sent.json()['file_id']}"
    wait(lambda: leaver.ask("GET", path).json()["status"] == "parsed")


def _send_cv(leaver: Leaver) -> httpx.Response:
    return leaver.ask("POST", "/api/v1/resume/upload", files={"file": (f"{NAME}.txt", CV.encode())})


def _talk(leaver: Leaver) -> None:
    client, case = leaver.client, leaver.case
    assert start(client, case).status_code == 200
    for answer in (SAID, *ANSWERS[1:3]):
        assert chat(client, case, answer).status_code == 200
    assert leaver.ask("POST", "/api/v1/acs/token", json={"interview_id": str(case.interview_id)}).is_success
    leaver.ask("POST", f"/api/v1/interview/{case.interview_id}/end")


def _tape(leaver: Leaver, azurite: Azurite, simulators: Simulators) -> None:
    """A recording of the talk comes, is kept and transcribed; and a CV lies where somebody left it."""
    case, provider_id = leaver.case, uuid4().hex
    simulators.script(
        "transcription",
        phrases=[{"text": SAID, "offset_ms": 0, "duration_ms": 3600, "channel": 1}],
    )
    with psycopg.connect(case.stack.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        row = connection.execute(
            "with agreed as ("
            "  insert into public.consents (interview_id, user_id, granted, text_version, text_hash, locale)"
            "  values (%(talk)s, %(person)s, true, '1', %(hash)s, 'en-AU') returning id"
            ") insert into public.recordings "
            "(interview_id, consent_id, provider_recording_id, status, stopped_at)"
            " select %(talk)s, agreed.id, %(provider)s, 'stopped', now() from agreed returning id",
            {
                "talk": case.interview_id,
                "person": case.candidate.user_id,
                "hash": HASH,
                "provider": provider_id,
            },
        ).fetchone()
    assert row
    taped = Taped(
        case.stack, row[0], case.interview_id, provider_id, case.recruiter.headers, case.candidate.headers
    )
    store = BlobServiceClient.from_connection_string(azurite.connection_string)
    for name in ("interview-recordings", "resumes"):
        if not store.get_container_client(name).exists():
            store.create_container(name)
    piece = store.get_blob_client("interview-recordings", f"20261121/Call/{provider_id}/0-audio.wav")
    piece.upload_blob(sound(Chunk(0.0, 4.0, "SessionEnded"), [Utterance("them", SAID, 0.0, 3.6)], 2))
    told = leaver.client.post(WEBHOOK, params=KEY, json=[event(taped, [piece.url], 1)])
    assert told.status_code == 200
    taped.wait("completed", "status", "recording_transcripts", "recording_id")
    left = store.get_blob_client("resumes", f"{case.candidate.user_id}/{uuid4()}.txt")
    left.upload_blob(CV.encode())


@pytest.fixture
def talker(client: httpx.Client, product: HostProcess, supabase: SupabaseStack, azurite: Azurite) -> Leaver:
    """Somebody in the middle of an interview, with a CV that has just come."""
    leaver = Leaver(client, invited(supabase), product, azurite)
    _introduce(leaver)
    assert start(client, leaver.case).status_code == 200
    assert chat(client, leaver.case, SAID).status_code == 200
    sent = _send_cv(leaver)
    assert sent.status_code == 200, sent.text
    return leaver


def wait(until: Any) -> None:
    ends = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.1)


def test_after_a_whole_journey_nothing_of_the_person_is_found_in_any_store(
    leaver: Leaver, simulators: Simulators
) -> None:
    client, case = leaver.client, leaver.case
    assert carried(client, case.interview_id)["output"]["phase"] == "done"
    asked = {"request_type": "full_deletion", "reason": f"I am {NAME}."}
    made = leaver.ask("POST", DELETIONS, json=asked)
    again = leaver.ask("POST", DELETIONS, json=asked)
    assert (made.status_code, made.json()["status"], again.status_code) == (201, "pending", 409)
    before = leaver.finds()
    assert {each.what for each in before} == set(leaver.values)
    assert {each.store for each in before} == {"database", "blobs"}  # no history, no log, no queue ever
    request_id = made.json()["id"]

    for _ in range(2):
        assert client.post("/admin/functions/process_deletions", json={}).status_code == 202
    path = f"{HUB}/erase-{request_id}"
    wait(lambda: (run := client.get(path)).is_success and run.json()["runtimeStatus"] in ENDED)

    assert client.get(path).json()["output"] == {"status": "completed"}
    (letter,) = [
        each
        for each in simulators.control("GET", "/_sim/mailbox")["letters"]
        if leaver.address in str(each) and "deleted" in each["subject"]
    ]
    assert NAME.split()[0] not in str(letter)
    assert leaver.finds() == []
    receipt = case.run("select receipt from public.data_deletion_requests where id = %s", request_id)
    assert all(each["verified"] for each in receipt.values())
    counts = {store: each["count"] for store, each in receipt.items()}
    assert counts | {"database": 0} == {
        "files": 4,  # the CV and the one left behind, the recording, the sealed transcript
        "call_identity": 1,
        "database": 0,
        "workflows": 4,  # of the talk, its score, the CV, the recording
        "account": 1,
    }
    assert counts["database"] > 40
    _comes_back_in_vain(leaver)
    assert scan(leaver.values, personal_data.database(case.stack.database_url)) == []


def _comes_back_in_vain(leaver: Leaver) -> None:
    """The token lives for an hour; it opens nothing, and nothing begins anew."""
    for method, path, body in (
        ("GET", "/api/v1/candidates/me/profile", None),
        ("PATCH", "/api/v1/candidates/me/profile", {"first_name": NAME}),
        ("POST", "/api/v1/candidates/me/skills", {"skill_name": NAME}),
        ("POST", "/api/v1/applications", {"job_role_id": str(leaver.case.job_role_id)}),
        ("POST", "/api/v1/practice-interviews", {"sample_role_type": "software-engineer"}),
        ("POST", DELETIONS, {"request_type": "full_deletion"}),
    ):
        answer = leaver.ask(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), answer.text
    sent = _send_cv(leaver)
    assert (sent.status_code, sent.json()["detail"]) == (401, "This account is gone.")


def test_whoever_is_erased_in_the_middle_of_an_interview_leaves_it_and_nothing_else(talker: Leaver) -> None:
    client, case = talker.client, talker.case
    made = talker.ask("POST", DELETIONS, json={"request_type": "full_deletion"})
    assert client.post("/admin/functions/process_deletions", json={}).status_code == 202
    receipt = "select receipt from public.data_deletion_requests where id = %s"
    wait(lambda: "workflows" in (case.run(receipt, made.json()["id"]) or {}))

    assert all(each["verified"] for each in case.run(receipt, made.json()["id"]).values())
    assert client.get(f"{HUB}/interview-{case.interview_id}").status_code == 404
    assert chat(client, case, SAID).status_code == 404
    again = _send_cv(talker)
    assert (again.status_code, again.json()["detail"]) == (401, "This account is being deleted.")
    # somebody may still have been at work, so that the account waits for a last look
    left = {(each.place, each.what) for each in talker.finds()}
    assert {what for _, what in left} == {"sign-in address"}
    assert {place for place, _ in left if not place.startswith("auth.")} == {"private.deletion_letters.email"}
