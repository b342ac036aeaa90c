"""The Accounts port, held against the fake and against the local Supabase."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.domain.secret import Secret
from shared.errors import ConflictError, NotFoundError
from shared.ports.accounts import Accounts
from tests.contract import database
from tests.fakes.accounts import FakeAccounts
from tests.supabase_stack import SupabaseStack

PASSWORD = Secret("correct horse battery")


@dataclass
class Registry:
    """`sleeping` makes an account without password, `opens` tries a password."""

    accounts: Accounts
    sleeping: Callable[[str], UUID]
    opens: Callable[[str, str], bool]


def fake() -> Registry:
    accounts = FakeAccounts()

    def sleeping(email: str) -> UUID:
        user_id = uuid4()
        accounts.add(user_id, email)
        return user_id

    return Registry(
        accounts, sleeping, lambda email, password: (email, password) in accounts.accounts.values()
    )


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def registry(request: pytest.FixtureRequest) -> AsyncIterator[Registry]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)

    def sleeping(email: str) -> UUID:
        with stack.service_client() as client:
            made = client.post("/auth/v1/admin/users", json={"email": email})
        made.raise_for_status()
        return UUID(made.json()["id"])

    def opens(email: str, password: str) -> bool:
        with stack.client() as client:
            answer = client.post(
                "/auth/v1/token?grant_type=password", json={"email": email, "password": password}
            )
        return answer.is_success

    try:
        yield Registry(SupabaseAccounts(rest), sleeping, opens)
    finally:
        await rest.close()


def an_address() -> str:
    return f"{uuid4()}@example.org"


async def test_a_dormant_account_wakes_with_the_password(registry: Registry) -> None:
    address = an_address()
    user_id = registry.sleeping(address)
    assert not registry.opens(address, PASSWORD.reveal())

    await registry.accounts.wake(user_id, address, PASSWORD, "Kim Lee")

    assert registry.opens(address, PASSWORD.reveal())


async def test_it_wakes_with_another_address_than_it_was_made_with(registry: Registry) -> None:
    user_id, address = registry.sleeping(an_address()), an_address()

    await registry.accounts.wake(user_id, address, PASSWORD, "Kim Lee")

    assert registry.opens(address, PASSWORD.reveal())


async def test_the_address_of_another_account_is_not_taken(registry: Registry) -> None:
    user_id, address = registry.sleeping(an_address()), an_address()
    registry.sleeping(address)

    with pytest.raises(ConflictError):
        await registry.accounts.wake(user_id, address, PASSWORD, "Kim Lee")


async def test_an_account_that_nobody_knows_cannot_wake(registry: Registry) -> None:
    with pytest.raises(NotFoundError):
        await registry.accounts.wake(uuid4(), an_address(), PASSWORD, "Kim Lee")


@pytest.mark.database
async def test_the_password_stands_in_the_database_as_a_hash_only(supabase: SupabaseStack) -> None:
    rest = database.rest_of(supabase)
    with supabase.service_client() as client:
        user_id = UUID(client.post("/auth/v1/admin/users", json={"email": an_address()}).json()["id"])

    await SupabaseAccounts(rest).wake(user_id, an_address(), PASSWORD, "Kim Lee")
    await rest.close()

    with psycopg.connect(supabase.database_url) as connection:
        row = connection.execute("select to_jsonb(u)::text from auth.users as u where id = %s", (user_id,))
        assert PASSWORD.reveal() not in str(row.fetchone())


async def test_an_account_is_closed_for_good_and_closing_it_again_is_fine(registry: Registry) -> None:
    email = an_address()
    user_id = registry.sleeping(email)
    await registry.accounts.wake(user_id, email, PASSWORD, "Kim Taylor")

    await registry.accounts.close(user_id)
    await registry.accounts.close(user_id)

    assert not registry.opens(email, PASSWORD.reveal())
    with pytest.raises(NotFoundError):
        await registry.accounts.wake(user_id, email, PASSWORD, "Kim Taylor")
