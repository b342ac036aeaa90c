"""The Tokens port, held against the fake and the Supabase verifier."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.adapters.supabase.tokens import KeySet, SupabaseTokens
from shared.domain.identity import Person
from shared.errors import NotSignedInError
from shared.ports.tokens import Tokens
from tests.fakes.clock import FakeClock
from tests.fakes.tokens import FakeTokens
from tests.issuer import ISSUER, Issuer


@dataclass
class Office:
    """A verifier, and whoever issues what it verifies."""

    tokens: Tokens
    issue: Callable[[Person], str]
    issue_expired: Callable[[Person], str]


def fake() -> Office:
    tokens = FakeTokens()

    def issue_expired(person: Person) -> str:
        token = tokens.issue(person)
        tokens.expire(token)
        return token

    return Office(tokens, tokens.issue, issue_expired)


def supabase() -> Office:
    issuer = Issuer()
    tokens = SupabaseTokens(KeySet(issuer.fetch, FakeClock()), ISSUER, None, FakeClock())
    return Office(tokens, issuer.token, lambda person: issuer.token(person, exp=int(time.time()) - 60))


@pytest.fixture(params=[fake, supabase])
def office(request: pytest.FixtureRequest) -> Office:
    made: Office = request.param()
    return made


@pytest.fixture
def person() -> Person:
    return Person(uuid4(), "ada@example.com")


async def test_an_issued_token_names_its_person(office: Office, person: Person) -> None:
    assert await office.tokens.verify(office.issue(person)) == person


async def test_two_persons_are_told_apart(office: Office, person: Person) -> None:
    other = Person(uuid4(), "grace@example.com")
    first, second = office.issue(person), office.issue(other)

    assert (await office.tokens.verify(first), await office.tokens.verify(second)) == (person, other)


async def test_an_expired_token_says_so(office: Office, person: Person) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await office.tokens.verify(office.issue_expired(person))

    assert caught.value.code == "token_expired"


@pytest.mark.parametrize("wrong", ["", "nonsense", "a.b.c"])
async def test_what_nobody_issued_is_refused(office: Office, wrong: str) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await office.tokens.verify(wrong)

    assert caught.value.code == "unauthorized"
