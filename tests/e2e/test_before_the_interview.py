"""From an organisation to a claimed invitation, as the people who do it: over HTTP, and by letter."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.host_process import HostProcess
from tests.simulators import Simulators
from tests.supabase_stack import PASSWORD, SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

PATIENCE = 10.0
HUB = "/runtime/webhooks/durabletask/instances"
JOURNEY = [
    "organisation.created",
    "job_role.created",
    "job_role.status_changed",
    "application.created",
    "application.status_changed",
    "invitation.created",
    "invitation.sent",
    "invitation.opened",
    "invitation.claimed",
]


@dataclass
class Caller:
    """Somebody who is signed in, or nobody, from an address of their own."""

    client: httpx.Client
    email: str = ""
    token: str = ""
    address: str = ""

    @classmethod
    def signed_up(cls, client: httpx.Client, supabase: SupabaseStack) -> "Caller":
        email = f"{uuid4()}@example.org"
        _, token = supabase.sign_up(email)
        return cls(client, email, token)

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        proof = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.address:
            proof["X-Forwarded-For"] = self.address
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/api/v1{path}", json=json, headers=proof | named)

    def get(self, path: str, expected: int = 200) -> Any:
        return _body(self.ask("GET", path), expected)

    def post(self, path: str, json: Any = None, expected: int = 201, **headers: str) -> Any:
        return _body(self.ask("POST", path, json, **headers), expected)

    def patch(self, path: str, json: Any, expected: int = 200, **headers: str) -> Any:
        return _body(self.ask("PATCH", path, json, **headers), expected)


def _body(response: httpx.Response, expected: int) -> Any:
    assert response.status_code == expected, response.text
    return response.json() if response.content else None


@dataclass
class Office:
    """An organisation with an open role."""

    recruiter: Caller
    organisation_id: str
    job_role_id: str


@dataclass
class Town:
    client: httpx.Client
    supabase: SupabaseStack
    simulators: Simulators

    def somebody(self) -> Caller:
        return Caller.signed_up(self.client, self.supabase)

    def visitor(self) -> Caller:
        """Nobody who is known, from an address that nobody else calls from."""
        number = uuid4().int
        return Caller(self.client, address=f"10.{number % 256}.{number // 256 % 256}.{number // 65536 % 256}")

    def office(self) -> Office:
        recruiter = self.somebody()
        organisation = recruiter.post("/organisations", {"name": "Red Gum Software"})
        role = recruiter.post(
            "/job-roles", {"organisation_id": organisation["id"], "title": "Backend engineer"}
        )
        recruiter.patch(f"/job-roles/{role['id']}", {"status": "active"})
        return Office(recruiter, organisation["id"], role["id"])

    def letters(self, to: str) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.simulators.url}/_sim/mailbox", params={"to": to}).json()["letters"])

    def token(self, to: str) -> str:
        """What the newest letter leads to."""
        (link,) = self.letters(to)[0]["links"]
        return str(link).rpartition("/invite/")[2]

    def run(self, timer: str) -> None:
        assert self.client.post(f"/admin/functions/{timer}", json={}).status_code == 202

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.supabase.database_url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.supabase.database_url) as connection:
            connection.execute(statement.encode(), values)


@pytest.fixture
def town(client: httpx.Client, supabase: SupabaseStack, simulators: Simulators) -> Town:
    return Town(client, supabase, simulators)


@pytest.fixture
def office(town: Town) -> Office:
    return town.office()


def applied(office: Office, candidate: Caller) -> str:
    return str(candidate.post("/applications", {"job_role_id": office.job_role_id})["id"])


def invited(office: Office, candidate: Caller, **options: Any) -> dict[str, Any]:
    wish = {"application_id": applied(office, candidate), "candidate_email": candidate.email} | options
    made: dict[str, Any] = office.recruiter.post("/invitations", wish)
    return made


def test_from_the_organisation_to_the_claimed_invitation(
    town: Town, office: Office, product: HostProcess
) -> None:
    candidate, visitor, recruiter = town.somebody(), town.visitor(), office.recruiter
    candidate.patch("/candidates/me/profile", {"first_name": "Kim", "last_name": "Lee"})

    # applying, twice
    wish = {"job_role_id": office.job_role_id, "cover_letter": "Dear all"}
    application = candidate.post("/applications", wish)
    again = candidate.post("/applications", wish, expected=200)
    assert again["id"] == application["id"]

    # the recruiter sees it, and moves it once
    (received,) = recruiter.get(f"/job-roles/{office.job_role_id}/applications")["items"]
    assert received["candidate"]["first_name"] == "Kim"
    assert (received["match_score"], received["overall_score"]) == (None, None)
    read = recruiter.ask("GET", f"/applications/{application['id']}")
    moved = {"status": "screening"}
    recruiter.patch(f"/applications/{application['id']}", moved, If_Match=read.headers["etag"])
    stale = {"status": "rejected", "reason": "Late"}
    recruiter.patch(f"/applications/{application['id']}", stale, 412, If_Match=read.headers["etag"])

    # the invitation is made once, however often it is asked for
    order = {
        "application_id": application["id"],
        "candidate_email": candidate.email,
        "claim_required": True,
    }
    key = str(uuid4())
    invitation = recruiter.post("/invitations", order, Idempotency_Key=key)
    assert recruiter.post("/invitations", order, Idempotency_Key=key) == invitation
    assert recruiter.post("/invitations", order, expected=200)["id"] == invitation["id"]
    assert invitation["status"] == "sent"
    watch = town.client.get(f"{HUB}/invitation-{invitation['interview_id']}").json()
    assert watch["runtimeStatus"] in {"Pending", "Running"}
    locked = candidate.get(f"/applications/{application['id']}")
    assert (locked["status"], locked["interview_unlocked"]) == ("invited", False)

    # the letter, and what its link shows
    (letter,) = town.letters(candidate.email)
    assert letter["subject"] == "Your interview with Red Gum Software: Backend engineer"
    assert "Hello Kim," in letter["text"]
    token = town.token(candidate.email)
    assert visitor.post("/invitations/validate", {"token": "x" + token}, 200) == {"valid": False}
    shown = visitor.post("/invitations/validate", {"token": token}, 200)
    assert shown["valid"]
    assert shown["job_role"]["organisation"] == {"name": "Red Gum Software"}
    assert (shown["account_claimed"], shown["interview_unlocked"]) == (False, False)
    assert candidate.email not in str(shown)

    # claimed once
    town.somebody().post("/invitations/claim", {"token": token}, 409)
    claimed = candidate.post("/invitations/claim", {"token": token})
    assert claimed["application_id"] == application["id"]
    assert candidate.post("/invitations/claim", {"token": token}, 409)["code"] == "conflict"
    assert candidate.get(f"/applications/{application['id']}")["interview_unlocked"] is True

    told = recruiter.get(f"/audit-log?organisation_id={office.organisation_id}&limit=100")["items"]
    # a stranger who tried is on record; who owns the place is not
    actions = [each["action"] for each in reversed(told) if not each["action"].startswith("auth.")]
    assert actions == JOURNEY
    events = town.rows(
        "select event_type from public.domain_events where payload ->> 'organisation_id' = %s "
        "order by position",
        office.organisation_id,
    )
    assert [name for (name,) in events] == JOURNEY
    assert _places_of(town, token) == []
    assert token not in product.output


def _places_of(town: Town, secret: str) -> list[str]:
    """Every table in which the secret stands in any column of any row."""
    tables = town.rows(
        "select schemaname, tablename from pg_tables where schemaname in ('public', 'private', 'auth')"
    )
    with psycopg.connect(town.supabase.database_url) as connection:
        return [
            table
            for schema, table in tables
            if connection.execute(
                sql.SQL("select from {} as row where strpos(row::text, %s) > 0 limit 1").format(
                    sql.Identifier(schema, table)
                ),
                [secret],
            ).fetchone()
        ]


def test_somebody_without_an_account_in_use_claims_with_a_password_and_signs_in(
    town: Town, office: Office
) -> None:
    """As somebody whose résumé came in a batch."""
    email, visitor = f"{uuid4()}@example.org", town.visitor()
    with town.supabase.service_client() as admin:
        user_id = admin.post("/auth/v1/admin/users", json={"email": email}).json()["id"]
    town.change(
        "insert into public.candidate_profiles (user_id, password_setup_required) values (%s, true)", user_id
    )
    ((application,),) = town.rows("select public.create_application(%s, %s)", user_id, office.job_role_id)
    office.recruiter.post(
        "/invitations",
        {"application_id": application["id"], "candidate_email": email, "claim_required": True},
    )
    claim = {"token": town.token(email), "email": email, "password": PASSWORD, "full_name": "Kim Lee"}

    visitor.post("/invitations/claim", claim | {"email": "other@example.org"}, 409)
    claimed = visitor.post("/invitations/claim", claim)
    visitor.post("/invitations/claim", claim, 409)

    assert claimed == {"user_id": user_id, "application_id": application["id"]}
    with town.supabase.client() as auth:
        session = auth.post(
            "/auth/v1/token?grant_type=password", json={"email": email, "password": PASSWORD}
        ).json()
    person = Caller(town.client, email, session["access_token"])
    assert person.get("/candidates/me/profile")["first_name"] == "Kim"
    assert person.get(f"/applications/{application['id']}")["interview_unlocked"] is True


def test_a_letter_that_could_not_go_goes_later_and_once(town: Town, office: Office) -> None:
    candidate = town.somebody()
    town.simulators.fault("email", "status", status=403)
    invitation = invited(office, candidate)
    town.simulators.clear()
    assert invitation["status"] == "pending"
    assert town.letters(candidate.email) == []

    town.change("update public.invitations set letter_due_at = now() where id = %s", invitation["id"])
    town.run("send_due_letters")

    deadline = time.monotonic() + PATIENCE
    while office.recruiter.get(f"/invitations/{invitation['id']}")["status"] == "pending":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(town.letters(candidate.email)) == 1
    shown = town.visitor().post("/invitations/validate", {"token": town.token(candidate.email)}, 200)
    assert shown["valid"]


def test_a_new_letter_kills_the_link_of_the_old_one(town: Town, office: Office) -> None:
    candidate, visitor = town.somebody(), town.visitor()
    invitation = invited(office, candidate)
    old = town.token(candidate.email)

    corrected = f"corrected-{candidate.email}"
    office.recruiter.post(f"/invitations/{invitation['id']}/resend", {"candidate_email": corrected}, 200)

    assert visitor.post("/invitations/validate", {"token": old}, 200) == {"valid": False}
    assert visitor.post("/invitations/validate", {"token": town.token(corrected)}, 200)["valid"]


def test_what_is_over_its_time_ends_by_the_timer_and_is_gone(town: Town, office: Office) -> None:
    candidate, visitor = town.somebody(), town.visitor()
    invitation = invited(office, candidate)
    token = town.token(candidate.email)
    town.change(
        "update public.invitations set expires_at = now() - interval '1 s' where id = %s", invitation["id"]
    )

    town.run("expire_invitations")

    deadline = time.monotonic() + PATIENCE
    while candidate.get(f"/invitations/{invitation['id']}")["status"] != "expired":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert candidate.get(f"/applications/{invitation['application_id']}")["status"] == "screening"
    assert visitor.post("/invitations/validate", {"token": token}, 200) == {"valid": False}
    assert candidate.post("/invitations/claim", {"token": token}, 410)["code"] == "invitation_expired"


def test_tokens_cannot_be_tried_without_end(town: Town) -> None:
    visitor = town.visitor()

    answers = [
        visitor.ask("POST", "/invitations/validate", {"token": f"guess-{number}"}) for number in range(12)
    ]

    assert [each.status_code for each in answers] == [200] * 10 + [429] * 2
    assert {each.text for each in answers[:10]} == {'{"valid":false}'}


def test_a_practice_interview_is_nobody_elses(town: Town, office: Office) -> None:
    candidate = town.somebody()
    made = candidate.post("/practice-interviews", {"sample_role_type": "software-engineer"})

    assert candidate.get(f"/practice-interviews/{made['id']}")["status"] == "pending"
    assert [each["id"] for each in candidate.get("/practice-interviews")["items"]] == [made["id"]]
    assert office.recruiter.get(f"/practice-interviews/{made['id']}", 404)["code"] == "not_found"
    assert office.recruiter.get("/practice-interviews")["items"] == []
    assert town.rows("select from public.audit_log where entity_id = %s", made["id"]) == []


def test_switches_change_what_a_recruiter_receives(town: Town, office: Office) -> None:
    candidate, recruiter = town.somebody(), office.recruiter
    applied(office, candidate)
    profile = candidate.patch(
        "/candidates/me/profile", {"first_name": "Kim", "phone": "0400", "suburb": "Newtown"}
    )
    path = f"/candidates/{profile['user_id']}"
    candidate.post("/candidates/me/skills", {"skill_name": "Python"})
    seen = recruiter.get(path)
    assert (seen["first_name"], seen["phone"], seen["email"]) == ("Kim", None, None)
    assert [each["skill_name"] for each in seen["skills"]] == ["Python"]

    switches = {"name": False, "phone": True, "skills": False}
    candidate.patch("/candidates/me/profile", {"visibility_settings": switches})
    seen = recruiter.get(path)
    assert (seen["first_name"], seen["phone"], seen["suburb"], seen["skills"]) == (
        None,
        "0400",
        "Newtown",
        [],
    )
    assert recruiter.get("/applications")["items"][0]["candidate"]["first_name"] is None

    candidate.patch("/candidates/me/profile", {"profile_visibility": "hidden"})
    assert recruiter.get(path, 403)["code"] == "forbidden"
    assert town.office().recruiter.get(path, 403)["code"] == "forbidden"
