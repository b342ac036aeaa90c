"""Every way a token can be wrong, and keys that rotate or cannot be had."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import pytest

from shared.adapters.supabase.tokens import LEEWAY_SECONDS, KeySet, SupabaseTokens
from shared.domain.identity import Person
from shared.errors import NotSignedInError, UnavailableError
from tests.fakes.clock import FakeClock
from tests.issuer import ISSUER, LEGACY_SECRET, Issuer

ADA = Person(uuid4(), "ada@example.com")
type MakeToken = Callable[[Issuer], str]


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(issuer: Issuer, clock: FakeClock) -> SupabaseTokens:
    return SupabaseTokens(KeySet(issuer.fetch, clock), ISSUER, None, clock)


async def test_a_good_token_names_its_person(tokens: SupabaseTokens, issuer: Issuer) -> None:
    assert await tokens.verify(issuer.token(ADA)) == ADA


async def test_rsa_is_accepted_as_well(tokens: SupabaseTokens, issuer: Issuer) -> None:
    key_id = issuer.add_rsa()

    assert await tokens.verify(issuer.token(ADA, kid=key_id, algorithm="RS256")) == ADA


async def test_a_token_without_an_address_is_still_a_person(tokens: SupabaseTokens, issuer: Issuer) -> None:
    assert await tokens.verify(issuer.token(ADA, email=None)) == Person(ADA.user_id, "")


WRONG: dict[str, MakeToken] = {
    "another audience": lambda issuer: issuer.token(ADA, aud="anon"),
    "another issuer": lambda issuer: issuer.token(ADA, iss="https://evil.example/auth/v1"),
    "no audience": lambda issuer: issuer.token(ADA, aud=None),
    "no issuer": lambda issuer: issuer.token(ADA, iss=None),
    "no subject": lambda issuer: issuer.token(ADA, sub=None),
    "a subject that is no id": lambda issuer: issuer.token(ADA, sub="1 or 1=1"),
    "no expiry": lambda issuer: issuer.token(ADA, exp=None),
    "issued in the future": lambda issuer: issuer.token(ADA, iat=int(time.time()) + 600),
    "not valid yet": lambda issuer: issuer.token(ADA, nbf=int(time.time()) + 600),
    "a key that is a path": lambda issuer: issuer.token(ADA, kid="../../dev/null"),
    "no signature": lambda issuer: issuer.unsigned_token(ADA),
    "a legacy secret that is not configured": lambda issuer: issuer.legacy_token(ADA),
    "the public key taken for a secret": lambda issuer: issuer.legacy_token(ADA, issuer.key_id * 2),
    "an unknown key": lambda issuer: issuer.token(ADA, kid=str(uuid4())),
    "a tampered role": lambda issuer: issuer.tampered_token(ADA, role="service_role"),
    "a tampered subject": lambda issuer: issuer.tampered_token(ADA, sub=str(uuid4())),
    "a refresh token": lambda issuer: "v2.local.4f9a0d3b7c1e",
    "cut short": lambda issuer: issuer.token(ADA)[:-10],
    "nothing": lambda issuer: "",
    "garbage": lambda issuer: "a.b.c",
    "not ASCII": lambda issuer: "tökén.ä.ö",
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_token_is_refused(tokens: SupabaseTokens, issuer: Issuer, wrong: str) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await tokens.verify(WRONG[wrong](issuer))

    assert caught.value.code == "unauthorized"
    assert ADA.email not in caught.value.message


async def test_an_expired_token_is_told_apart(tokens: SupabaseTokens, issuer: Issuer) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await tokens.verify(issuer.token(ADA, exp=int(time.time()) - 60))

    assert caught.value.code == "token_expired"


async def test_a_clock_that_is_a_little_off_is_forgiven(tokens: SupabaseTokens, issuer: Issuer) -> None:
    assert await tokens.verify(issuer.token(ADA, exp=int(time.time()) - 5)) == ADA


async def test_the_legacy_secret_is_accepted_where_it_is_configured(issuer: Issuer, clock: FakeClock) -> None:
    tokens = SupabaseTokens(KeySet(issuer.fetch, clock), ISSUER, LEGACY_SECRET, clock)

    assert await tokens.verify(issuer.legacy_token(ADA)) == ADA
    with pytest.raises(NotSignedInError):
        await tokens.verify(issuer.legacy_token(ADA, "another-secret-of-more-than-32-characters"))
    with pytest.raises(NotSignedInError):
        await tokens.verify(issuer.unsigned_token(ADA))


async def test_an_asymmetric_key_cannot_be_used_with_another_algorithm(
    tokens: SupabaseTokens, issuer: Issuer
) -> None:
    rsa_key = issuer.add_rsa()
    forged = jwt.encode(issuer.claims(ADA), LEGACY_SECRET, "HS256", {"kid": rsa_key})

    with pytest.raises(NotSignedInError):
        await tokens.verify(forged)


async def test_the_keys_are_fetched_once_for_many_callers(tokens: SupabaseTokens, issuer: Issuer) -> None:
    await asyncio.gather(*(tokens.verify(issuer.token(ADA)) for _ in range(20)))

    assert issuer.fetched == 1


async def test_a_rotation_is_picked_up_without_a_restart(
    tokens: SupabaseTokens, issuer: Issuer, clock: FakeClock
) -> None:
    await tokens.verify(issuer.token(ADA))
    issuer.rotate()
    clock.advance(11)

    assert await tokens.verify(issuer.token(ADA)) == ADA
    assert issuer.fetched == 2


async def test_made_up_key_ids_cannot_make_us_hammer_the_issuer(
    tokens: SupabaseTokens, issuer: Issuer, clock: FakeClock
) -> None:
    await tokens.verify(issuer.token(ADA))
    clock.advance(11)

    for _ in range(50):
        with pytest.raises(NotSignedInError):
            await tokens.verify(issuer.token(ADA, kid=str(uuid4())))

    assert issuer.fetched == 2


async def test_a_key_that_was_withdrawn_stops_working(
    tokens: SupabaseTokens, issuer: Issuer, clock: FakeClock
) -> None:
    old = issuer.token(ADA)
    await tokens.verify(old)
    issuer.rotate()
    clock.advance(601)

    with pytest.raises(NotSignedInError):
        await tokens.verify(old)


async def test_without_any_key_nobody_is_judged(tokens: SupabaseTokens, issuer: Issuer) -> None:
    issuer.reachable = False

    with pytest.raises(UnavailableError):
        await tokens.verify(issuer.token(ADA))


async def test_the_keys_at_hand_judge_on_while_the_issuer_is_away(
    tokens: SupabaseTokens, issuer: Issuer, clock: FakeClock
) -> None:
    await tokens.verify(issuer.token(ADA))
    issuer.reachable = False
    clock.advance(601)

    assert await tokens.verify(issuer.token(ADA)) == ADA
    assert await tokens.verify(issuer.token(ADA)) == ADA
    assert issuer.fetched == 2

    issuer.reachable = True
    clock.advance(11)
    await tokens.verify(issuer.token(ADA))
    assert issuer.fetched == 3


async def test_a_token_is_worked_out_once_in_half_a_minute(
    tokens: SupabaseTokens, issuer: Issuer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.token(ADA)
    worked_out: list[str] = []
    decode = jwt.decode

    def counted(jws: str, *arguments: Any, **options: Any) -> Any:
        worked_out.append(jws)
        return decode(jws, *arguments, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    for _ in range(3):
        assert await tokens.verify(token) == ADA
    clock.advance(30)
    await tokens.verify(token)

    assert len(worked_out) == 2


async def test_a_token_is_not_taken_for_good_beyond_its_own_end(issuer: Issuer) -> None:
    clock = FakeClock(datetime.now(UTC))
    tokens = SupabaseTokens(KeySet(issuer.fetch, clock), ISSUER, None, clock)
    await tokens.verify(issuer.token(ADA, exp=int(time.time()) + 5))

    (seen,) = tokens._seen.values()

    assert seen.until - clock.monotonic() <= 5 + LEEWAY_SECONDS


async def test_what_is_refused_is_not_remembered(tokens: SupabaseTokens, issuer: Issuer) -> None:
    with pytest.raises(NotSignedInError):
        await tokens.verify(issuer.token(ADA, aud="anon"))

    assert not tokens._seen


async def test_the_memory_of_tokens_is_bounded(
    tokens: SupabaseTokens, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.supabase.tokens.MOST_SEEN", 2)

    for _ in range(5):
        await tokens.verify(issuer.token(Person(uuid4(), "somebody@example.com")))

    assert len(tokens._seen) == 2
