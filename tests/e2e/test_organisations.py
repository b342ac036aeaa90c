"""An organisation from its first day: made, joined, described, hiring, and accounted for."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

RUBRIC = {
    "incident_handling": {"weight": 0.6, "criteria": ["Describes how the cause was found"]},
    "teamwork": {"weight": 0.4, "criteria": ["Gives an example of feedback that changed the work"]},
}


class Someone:
    """A person with a token of their own, at the door of the API."""

    def __init__(self, client: httpx.Client, supabase: SupabaseStack) -> None:
        self.email = f"{uuid4()}@example.com"
        self.id, token = supabase.sign_up(self.email)
        self._client = client
        self._proof = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, *, headers: Any = None, **options: Any) -> httpx.Response:
        return self._client.request(
            method, f"/api/v1{path}", headers=self._proof | (headers or {}), **options
        )

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        response = self.call("POST", path, json=body)
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()
        return found


@pytest.fixture
def admin(client: httpx.Client, supabase: SupabaseStack) -> Someone:
    return Someone(client, supabase)


def test_the_first_day(client: httpx.Client, supabase: SupabaseStack, admin: Someone) -> None:
    recruiter, candidate = Someone(client, supabase), Someone(client, supabase)
    key = {"Idempotency-Key": str(uuid4())}

    first = admin.call("POST", "/organisations", json={"name": "Red Gum"}, headers=key)
    again = admin.call("POST", "/organisations", json={"name": "Red Gum"}, headers=key)
    other = admin.call("POST", "/organisations", json={"name": "Blue Gum"}, headers=key)
    place = f"/organisations/{first.json()['id']}"

    assert (first.status_code, again.content, other.status_code) == (201, first.content, 409)
    assert first.headers["location"] == again.headers["location"] == f"/api/v1{place}"
    assert first.json()["values_framework"]["values"]
    me = admin.call("GET", "/me").json()
    assert (me["role"], len(me["memberships"])) == ("org_admin", 1)

    unknown = admin.call("POST", f"{place}/members", json={"email": "nobody@example.com", "role": "viewer"})
    joined = admin.made(f"{place}/members", email=recruiter.email, role="hiring_manager")
    twice = admin.call("POST", f"{place}/members", json={"email": recruiter.email, "role": "viewer"})
    assert (unknown.status_code, joined["role"], twice.status_code) == (404, "org_recruiter", 409)
    assert [each["email"] for each in recruiter.call("GET", f"{place}/members").json()["items"]] == [
        admin.email,
        recruiter.email,
    ]

    role = recruiter.made("/job-roles", title="Engineer", requirements={"skills": ["Python"]})
    seen = recruiter.call("GET", f"/job-roles/{role['id']}")
    assert (role["status"], role["rubric_version"], role["requirements"]["technical_skills"]) == (
        "draft",
        1,
        ["Python"],
    )
    assert candidate.call("GET", f"/job-roles/{role['id']}").status_code == 404

    opened = recruiter.call(
        "PATCH",
        f"/job-roles/{role['id']}",
        json={"status": "active", "department": "Engineering"},
        headers={"If-Match": seen.headers["etag"]},
    )
    late = admin.call(
        "PATCH",
        f"/job-roles/{role['id']}",
        json={"title": "Designer"},
        headers={"If-Match": seen.headers["etag"]},
    )
    measured = recruiter.call(
        "PUT",
        f"/job-roles/{role['id']}/rubric",
        json={"scoring_rubric": RUBRIC},
        headers={"If-Match": opened.headers["etag"]},
    )
    assert (opened.status_code, late.status_code, late.json()["code"]) == (200, 412, "precondition_failed")
    assert (measured.json()["title"], measured.json()["rubric_version"]) == ("Engineer", 2)

    card = candidate.call("GET", f"/job-roles/{role['id']}").json()
    assert card["organisation_name"] == "Red Gum"
    assert not {"scoring_rubric", "interview_structure", "rubric_version", "created_by"} & set(card)
    listed = recruiter.call("GET", f"/job-roles/{role['id']}/interviews", params={"include_counts": "true"})
    assert listed.json() == {"items": [], "next_cursor": None, "counts": {}}
    assert recruiter.call("GET", f"{place}/stats").json()["active_roles"] == 1

    wanted = {"organisation_id": first.json()["id"]}
    log = admin.call("GET", "/audit-log", params=wanted | {"limit": "100"}).json()["items"]
    assert [each["action"] for each in reversed(log)] == [
        "organisation.created",
        "member.added",
        "job_role.created",
        "job_role.updated",
        "job_role.status_changed",
        "job_role.rubric_updated",
    ]
    assert {each["user_id"] for each in log} == {admin.id, recruiter.id}
    # the local database server hands the headers of a request to functions, and not to plain writes
    by_function = [each for each in log if each["action"] not in {"member.added", "job_role.created"}]
    assert all(each["request_id"] for each in by_function)
    assert recruiter.call("GET", "/audit-log", params=wanted).status_code == 403


def test_what_is_not_fair_is_refused_with_the_words_and_the_reason(admin: Someone) -> None:
    admin.made("/organisations", name="Red Gum")
    body = {
        "title": "Engineer",
        "scoring_rubric": {"talk": {"weight": 1, "criteria": ["Speaks with a pleasant tone"]}},
        "interview_structure": {"questions": ["Do you have children?"]},
    }

    response = admin.call("POST", "/job-roles", json=body)

    assert response.status_code == 422
    told = {each["field"]: each["message"] for each in response.json()["errors"]}
    assert set(told) == {"scoring_rubric.talk.criteria.0", "interview_structure.questions.0.text"}
    assert told["interview_structure.questions.0.text"].startswith("'have children': pregnancy or family")


def test_the_log_is_taken_away_as_a_file_and_the_taking_is_logged(admin: Someone) -> None:
    place = admin.made("/organisations", name="=Red Gum")["id"]

    sheet = admin.call("GET", "/audit-log/export")
    array = admin.call("GET", "/audit-log/export", params={"format": "json"})
    refused = admin.call("GET", "/audit-log/export", params={"format": "pdf"})

    assert sheet.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert [each["action"] for each in rows] == ["organisation.created"]
    assert [each["action"] for each in json.loads(array.text)][:2] == [
        "organisation.created",
        "audit.exported",
    ]
    assert [each["sequence"] for each in array.json()] == list(range(1, len(array.json()) + 1))
    assert (refused.status_code, array.headers["cache-control"]) == (422, "no-store")
    newest = admin.call("GET", "/audit-log", params={"organisation_id": place, "action": "audit.exported"})
    assert [each["new_values"] for each in newest.json()["items"]] == [{"format": "json"}, {"format": "csv"}]


def test_two_admins_who_remove_each_other_at_once_leave_one(
    client: httpx.Client, supabase: SupabaseStack, admin: Someone
) -> None:
    other = Someone(client, supabase)
    place = f"/organisations/{admin.made('/organisations', name='Red Gum')['id']}/members"
    admin.made(place, email=other.email, role="admin")

    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda pair: pair[0].call("DELETE", f"{place}/{pair[1].id}").status_code,
                [(admin, other), (other, admin)],
            )
        )

    assert answers.count(204) == 1
    assert set(answers) - {204} <= {403, 404, 409}
    left = [person for person in (admin, other) if person.call("GET", place).status_code == 200]
    assert len(left) == 1
    last = left[0].call("DELETE", f"{place}/{left[0].id}")
    assert (last.status_code, last.json()["detail"]) == (409, "The last admin stays.")


def test_a_key_sent_twice_at_once_makes_one_thing(admin: Someone) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: admin.call("POST", "/organisations", json={"name": "Red Gum"}, headers=key),
                range(4),
            )
        )

    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.json()["id"] for each in answers if each.status_code == 201}) == 1
    assert len(admin.call("GET", "/me").json()["memberships"]) == 1
