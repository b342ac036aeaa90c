"""The admin part of the auth API: users by the secret key."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.supabase_stack import PASSWORD, SupabaseStack

pytestmark = pytest.mark.database
USERS = "/auth/v1/admin/users"
User = dict[str, Any]


def create(stack: SupabaseStack, **wish: Any) -> httpx.Response:
    with stack.service_client() as client:
        return client.post(USERS, json={"email_confirm": True, "password": PASSWORD, **wish})


def change(stack: SupabaseStack, user: User, **wish: Any) -> httpx.Response:
    with stack.service_client() as client:
        return client.put(f"{USERS}/{user['id']}", json=wish)


def signs_in(stack: SupabaseStack, email: str, password: str = PASSWORD) -> bool:
    with stack.client() as client:
        way_in = {"email": email, "password": password}
        return client.post("/auth/v1/token?grant_type=password", json=way_in).is_success


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def test_a_made_user_can_sign_in(stack: SupabaseStack) -> None:
    user = create(stack, email="Ann@Example.org", user_metadata={"plan": "big"}).json()
    assert user["email"] == "ann@example.org"
    assert user["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert user["user_metadata"] == {"email_verified": True, "plan": "big"}
    assert user["identities"][0]["identity_data"]["email"] == "ann@example.org"
    assert "T" in user["created_at"]
    assert user["created_at"].endswith("+00:00")
    assert signs_in(stack, "ann@example.org")


def test_an_unconfirmed_user_cannot_sign_in(stack: SupabaseStack) -> None:
    user = create(stack, email="ann@example.org", email_confirm=False).json()
    assert user["email_confirmed_at"] is None
    assert not signs_in(stack, "ann@example.org")
    change(stack, user, email_confirm=True)
    assert signs_in(stack, "ann@example.org")


def test_triggers_on_users_see_objects(stack: SupabaseStack) -> None:
    made = create(stack, email="ann@example.org", user_metadata={"plan": "big"}).json()
    with stack.client() as client:
        wish = {"email": "bob@example.org", "password": PASSWORD, "data": {"plan": "small"}}
        signed_up = client.post("/auth/v1/signup", json=wish).json()["user"]
    with psycopg.connect(stack.database_url) as connection:
        plans = connection.execute("select id::text, plan from public.profiles").fetchall()
    assert dict(plans) == {made["id"]: "big", signed_up["id"]: "small"}


def test_a_user_is_changed_in_parts(stack: SupabaseStack) -> None:
    user = create(stack, email="ann@example.org", user_metadata={"a": 1, "b": 2}).json()
    changed = change(
        stack,
        user,
        email="New@Example.org",
        password="another one",
        app_metadata={"role": "hr"},
        user_metadata={"a": None, "c": 3},
        ban_duration="1h30m",
    ).json()
    assert changed["email"] == "new@example.org"
    assert changed["app_metadata"] == {"provider": "email", "providers": ["email"], "role": "hr"}
    assert changed["user_metadata"] == {"b": 2, "c": 3, "email_verified": True}
    assert changed["identities"][0]["email"] == "new@example.org"
    assert changed["banned_until"] > changed["updated_at"]
    assert signs_in(stack, "new@example.org", "another one")
    assert not signs_in(stack, "new@example.org")
    assert "banned_until" not in change(stack, user, ban_duration="none").json()


def test_users_are_listed_by_pages(stack: SupabaseStack) -> None:
    made = [create(stack, email=f"user{number}@example.org").json()["id"] for number in range(3)]
    with stack.service_client() as client:
        first = client.get(USERS, params={"page": 1, "per_page": 2})
        second = client.get(USERS, params={"page": 2, "per_page": 2})
    assert first.headers["x-total-count"] == "3"
    assert [user["id"] for page in (first, second) for user in page.json()["users"]] == made[::-1]
    assert all(user["identities"][0]["user_id"] == user["id"] for user in first.json()["users"])


def test_a_removed_user_is_gone(stack: SupabaseStack) -> None:
    user = create(stack, email="ann@example.org").json()
    with stack.service_client() as client:
        assert client.get(f"{USERS}/{user['id']}").json() == user
        assert client.delete(f"{USERS}/{user['id']}").json() == {}
        assert refused(client.get(f"{USERS}/{user['id']}")) == (404, "user_not_found")
    assert not signs_in(stack, "ann@example.org")


def test_what_cannot_be_is_refused(stack: SupabaseStack) -> None:
    user = create(stack, email="ann@example.org").json()
    other = create(stack, email="bob@example.org").json()
    assert refused(create(stack, email="ANN@example.org")) == (422, "email_exists")
    assert refused(change(stack, other, email="ann@example.org")) == (422, "email_exists")
    assert refused(create(stack)) == (400, "validation_failed")
    assert refused(change(stack, user, ban_duration="soon")) == (400, "validation_failed")
    assert refused(change(stack, {"id": str(uuid4())}, email="x@y.zz")) == (404, "user_not_found")
    assert refused(change(stack, {"id": "no-id"}, email="x@y.zz")) == (404, "user_not_found")


def test_a_user_that_could_not_be_made_leaves_nothing(stack: SupabaseStack) -> None:
    create(stack, email="ann@example.org")
    create(stack, email="ann@example.org")
    with psycopg.connect(stack.database_url) as connection:
        counts = connection.execute(
            "select (select count(*) from auth.users), (select count(*) from auth.identities)"
        ).fetchone()
    assert counts == (1, 1)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/auth/v1/admin/generate_link"), ("PATCH", USERS), ("GET", "/auth/v1/admin/audit")],
)
def test_other_admin_calls_are_not_there(stack: SupabaseStack, method: str, path: str) -> None:
    with stack.service_client() as client:
        assert refused(client.request(method, path)) == (404, "not_implemented")


def test_bodies_have_to_be_json(stack: SupabaseStack) -> None:
    with stack.service_client() as client:
        assert refused(client.post(USERS, content=b"{")) == (400, "bad_json")


def test_only_the_secret_key_administers(stack: SupabaseStack) -> None:
    user_id, token = stack.sign_up("ann@example.org")
    for headers in ({}, stack.headers(), stack.headers(token), {"apikey": f"{stack.secret_key}x"}):
        with httpx.Client(base_url=stack.url, headers=headers) as client:
            assert refused(client.get(USERS)) == (403, "not_admin")
            assert refused(client.delete(f"{USERS}/{user_id}")) == (403, "not_admin")
