"""The same table of rights, asked through the REST API with real tokens: what a browser could try."""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg
import pytest
from psycopg import sql

from tests.integration.database import access
from tests.integration.database.database import Connection
from tests.integration.database.test_access import DENIED, FRESH, OPERATIONS, PERSONAS
from tests.integration.database.world import TENANTS, build, key, rows
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def served() -> Iterator[SupabaseStack]:
    """Serve two organisations with a row in every table, committed, so that REST sees them."""
    with SupabaseStack() as stack:
        rebuild(stack)
        yield stack


@pytest.fixture(scope="module")
def callers(served: SupabaseStack) -> Iterator[dict[str, "Caller"]]:
    made = {persona: Caller(served, persona) for persona in PERSONAS}
    yield made
    for each in made.values():
        each.http.close()


@pytest.fixture(scope="module")
def connection(served: SupabaseStack) -> Iterator[Connection]:
    """See everything, to tell what a call has changed."""
    with psycopg.connect(served.database_url, autocommit=True) as connection:
        yield connection


def rebuild(stack: SupabaseStack) -> None:
    stack.clear()
    with psycopg.connect(stack.database_url) as connection:
        build(connection)


class Caller:
    """One persona at the door of the API."""

    def __init__(self, stack: SupabaseStack, persona: str) -> None:
        self.role, person = PERSONAS[persona]
        self._stack = stack
        self.http = stack.client(token_for(stack, person) if person else None)

    def allowed(self, connection: Connection, letter: str, table: str, tenant: str) -> bool:
        """Try it; a changed row is put back. Only a missing right counts as a denial, never a check."""
        path, row_id = f"/rest/v1/{table}", key(tenant, table)
        if letter == "s":
            answer = self.http.get(path, params={"select": "id", "id": f"eq.{row_id}"})
            return answer.status_code == 200 and len(answer.json()) == 1
        if letter == "i":
            return self._inserts(connection, path, table, tenant)
        before = version(connection, table, row_id)
        if letter == "u":
            body = self._same_value(connection, table, row_id)
            answer = self.http.patch(path, params={"id": f"eq.{row_id}"}, json=body)
        else:
            answer = self.http.delete(path, params={"id": f"eq.{row_id}"})
        return self._changed(answer, before, version(connection, table, row_id))

    def _inserts(self, connection: Connection, path: str, table: str, tenant: str) -> bool:
        new_id = uuid4()
        values = {"id": new_id} | rows(tenant)[table] | FRESH.get(table, {})
        columns = [each for each in self._columns(connection, table, "INSERT") if each in values] or ["id"]
        body = json.loads(json.dumps({each: values[each] for each in columns}, default=str))
        before = count(connection, table)
        answer = self.http.post(path, json=body, headers={"Prefer": "return=minimal"})
        return self._changed(answer, before, count(connection, table))

    def _changed(self, answer: httpx.Response, before: object, after: object) -> bool:
        if before != after:
            rebuild(self._stack)
            return True
        return answer.is_error and answer.status_code != 401 and answer.json().get("code") != DENIED

    def _same_value(self, connection: Connection, table: str, row_id: UUID) -> dict[str, Any]:
        column = next(iter(self._columns(connection, table, "UPDATE")), "id")
        question = sql.SQL("select to_jsonb({}) from public.{} where id = %s")
        found = connection.execute(
            question.format(sql.Identifier(column), sql.Identifier(table)), [row_id]
        ).fetchone()
        return {column: found[0] if found else None}

    def _columns(self, connection: Connection, table: str, right: str) -> list[str]:
        found = connection.execute(
            """
            select attname from pg_attribute
            where attrelid = %s::regclass and attnum > 0 and not attisdropped
              and has_column_privilege(%s, attrelid, attnum, %s)
            order by attnum desc
            """,
            [f"public.{table}", self.role, right],
        )
        return [name for (name,) in found]


def token_for(stack: SupabaseStack, person: UUID) -> str:
    """What the identity service would issue: signed with its own key."""
    signing = json.loads(stack.key_file.read_text())
    published = httpx.get(f"{stack.issuer}/.well-known/jwks.json").json()["keys"]
    now = int(time.time())
    claims = {
        "sub": str(person),
        "aud": "authenticated",
        "role": "authenticated",
        "iss": stack.issuer,
        "iat": now,
        "exp": now + 3600,
    }
    return jwt.encode(claims, jwt.PyJWK(signing, "ES256").key, "ES256", {"kid": published[0]["kid"]})


def version(connection: Connection, table: str, row_id: UUID) -> str | None:
    question = sql.SQL("select xmin::text from public.{} where id = %s").format(sql.Identifier(table))
    found = connection.execute(question, [row_id]).fetchone()
    return found[0] if found else None


def count(connection: Connection, table: str) -> int:
    found = connection.execute(sql.SQL("select count(*) from public.{}").format(sql.Identifier(table)))
    row = found.fetchone()
    assert row
    number: int = row[0]
    return number


def expectations(table: str, persona: str) -> dict[str, set[str]]:
    asks_for_oneself = {"i"} if table in access.OWN_REQUESTS and persona != "anon" else set()
    return {
        "red": set(access.ACCESS[table].get(persona, "")) | asks_for_oneself,
        "blue": asks_for_oneself,
    }


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("table", access.ACCESS)
def test_the_api_lets_nobody_do_more_and_nobody_less(
    callers: dict[str, Caller], connection: Connection, table: str, persona: str
) -> None:
    caller = callers[persona]

    found = {
        tenant: {letter for letter in OPERATIONS if caller.allowed(connection, letter, table, tenant)}
        for tenant in TENANTS
    }

    assert found == expectations(table, persona)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("table", access.ACCESS)
def test_an_unfiltered_list_holds_nothing_of_the_other_organisation(
    callers: dict[str, Caller], table: str, persona: str
) -> None:
    answer = callers[persona].http.get(f"/rest/v1/{table}", params={"select": "id"})

    listed = {row["id"] for row in answer.json()} if answer.status_code == 200 else set()
    assert str(key("blue", table)) not in listed
