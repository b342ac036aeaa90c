"""Signing in with a real token of the local Supabase, and what the database's troubles do to callers."""

import base64
import json
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import jwt
import pytest

from shared.domain.identity import AppRole
from tests.contract import database
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]


def signed_up(supabase: SupabaseStack) -> tuple[str, str, str]:
    email = f"{uuid4()}@example.com"
    user_id, token = supabase.sign_up(email)
    return user_id, email, token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_person_without_a_row_is_a_candidate(client: httpx.Client, supabase: SupabaseStack) -> None:
    user_id, email, token = signed_up(supabase)

    response = client.get("/api/v1/me", headers=bearer(token))

    assert response.status_code == 200
    assert response.json() == {
        "id": user_id,
        "email": email,
        "role": "candidate",
        "organisation_id": None,
        "memberships": [],
    }
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-ratelimit-limit"] == "1000"


def test_a_member_is_what_the_table_says(client: httpx.Client, supabase: SupabaseStack) -> None:
    user_id, _, token = signed_up(supabase)
    membership = database.a_membership(supabase, UUID(user_id), AppRole.ORG_RECRUITER)
    organisation_id = str(membership.organisation_id)

    me = client.get("/api/v1/me", headers=bearer(token)).json()

    assert (me["role"], me["organisation_id"]) == ("org_recruiter", organisation_id)
    assert me["memberships"] == [{"organisation_id": organisation_id, "role": "org_recruiter"}]


def test_calls_are_counted_across_requests(client: httpx.Client, supabase: SupabaseStack) -> None:
    _, _, token = signed_up(supabase)

    left = [
        int(client.get("/api/v1/me", headers=bearer(token)).headers["x-ratelimit-remaining"])
        for _ in range(3)
    ]

    assert left[0] >= 998
    assert left[0] > left[2] or left[0] == 999


def with_claims(token: str, **changed: object) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    altered = base64.urlsafe_b64encode(json.dumps(claims | changed).encode()).decode().rstrip("=")
    return f"{head}.{altered}.{signature}"


def test_a_wrong_token_is_401_whatever_is_wrong_with_it(
    client: httpx.Client, supabase: SupabaseStack
) -> None:
    _, _, token = signed_up(supabase)
    claims = jwt.decode(token, options={"verify_signature": False})
    wrong = {
        "tampered": with_claims(token, sub=str(uuid4())),
        "service role": with_claims(token, role="service_role"),
        "unsigned": jwt.encode(claims, "", "none"),
        "signed by a secret": jwt.encode(claims, "a-secret-of-more-than-32-characters-it-is", "HS256"),
        "the public key of the project": supabase.publishable_key,
        "the secret key of the project": supabase.secret_key,
        "cut": token[:-4],
        "nonsense": "nonsense",
    }

    for name, each in wrong.items():
        response = client.get("/api/v1/me", headers=bearer(each))
        assert response.status_code == 401, name
        assert response.headers["www-authenticate"].startswith("Bearer"), name
        assert response.json()["code"] == "unauthorized", name


def test_a_refresh_token_is_no_access_token(client: httpx.Client, supabase: SupabaseStack) -> None:
    with supabase.client() as auth:
        answer = auth.post(
            "/auth/v1/signup", json={"email": f"{uuid4()}@example.com", "password": "correct horse battery"}
        )
    refresh = answer.json()["refresh_token"]

    assert client.get("/api/v1/me", headers=bearer(refresh)).status_code == 401


def test_a_database_that_dies_under_load_costs_503_and_nothing_else(
    client: httpx.Client, supabase: SupabaseStack
) -> None:
    _, _, token = signed_up(supabase)
    stop = threading.Event()

    def call_on() -> Counter[int]:
        seen: Counter[int] = Counter()
        with httpx.Client(base_url=client.base_url, timeout=30) as own:
            while not stop.is_set():
                response = own.get("/api/v1/me", headers=bearer(token))
                seen[response.status_code] += 1
                if response.status_code == 503:
                    assert response.headers["content-type"] == "application/problem+json"
                    assert response.json()["code"] == "upstream_unavailable"
                    assert int(response.headers["retry-after"]) >= 1
        return seen

    with ThreadPoolExecutor(32) as pool:
        callers = [pool.submit(call_on) for _ in range(32)]
        time.sleep(1)
        supabase.stop_postgres(signal.SIGKILL)
        time.sleep(2)
        supabase.start_postgres()
        time.sleep(3)
        stop.set()
        seen = sum((each.result() for each in callers), Counter[int]())

    assert set(seen) <= {200, 503, 429}
    assert seen[200] > 0
    assert seen[503] > 0
    deadline = time.monotonic() + 10
    while client.get("/api/v1/me", headers=bearer(token)).status_code not in (200, 429):
        assert time.monotonic() < deadline, "it did not recover"
        time.sleep(0.1)
