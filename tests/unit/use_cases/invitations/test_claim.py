"""Claiming: once, with token and address, and without a word about accounts before both are good."""

import pytest
from pydantic import ValidationError

from shared.contracts.invitations import Claim
from shared.domain.identity import Person
from shared.errors import (
    ConflictError,
    GoneError,
    InvalidInputError,
    NotFoundError,
    TalentiError,
    UnavailableError,
)
from tests.fakes.desk import FakeDesk
from tests.hiring_desk import Wish

PASSWORD = "correct horse battery"


@pytest.fixture
async def desk() -> FakeDesk:
    """Somebody with a dormant account is invited."""
    desk = FakeDesk()
    desk.hiring.dormant.add(desk.candidate.user_id)
    desk.accounts.add(desk.candidate.user_id, desk.candidate.email)
    for wish in (Wish.APPLY, Wish.INVITE):
        assert await desk.grant(wish)
    return desk


def with_password(desk: FakeDesk, **changed: str) -> Claim:
    sent = {
        "token": desk.token,
        "email": desk.candidate.email,
        "password": PASSWORD,
        "full_name": "Kim van der Berg",
    }
    return Claim.model_validate(sent | changed)


def with_token(desk: FakeDesk) -> Claim:
    return Claim.model_validate({"token": desk.token})


async def test_a_dormant_account_wakes_and_gets_a_name(desk: FakeDesk) -> None:
    claimed = await desk.claim(with_password(desk), None)

    mine = desk.candidate.user_id
    assert (claimed.user_id, claimed.application_id) == (mine, desk.application_id)
    assert desk.accounts.accounts[mine] == (desk.candidate.email, PASSWORD)
    assert desk.hiring.names[mine] == ("Kim", "van der Berg")
    assert [event.action for event in desk.trail.events] == ["auth.account_claimed"]


async def test_the_second_claim_comes_in_vain(desk: FakeDesk) -> None:
    await desk.claim(with_password(desk), None)

    with pytest.raises(ConflictError):
        await desk.claim(with_password(desk, password="another password"), None)
    with pytest.raises(ConflictError):
        await desk.claim(with_token(desk), desk.candidate)
    assert desk.accounts.accounts[desk.candidate.user_id][1] == PASSWORD


async def test_whoever_is_signed_in_claims_with_the_token_alone(desk: FakeDesk) -> None:
    claimed = await desk.claim(with_token(desk), desk.candidate)

    assert claimed.user_id == desk.candidate.user_id
    assert desk.accounts.accounts[desk.candidate.user_id][1] is None


async def test_an_account_of_ones_own_takes_over_from_the_dormant_one(desk: FakeDesk) -> None:
    own = Person(desk.recruiter.user_id, desk.candidate.email)

    assert (await desk.claim(with_token(desk), own)).user_id == own.user_id


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"token": "no-such-token"}, NotFoundError),
        ({"email": "other@example.org"}, ConflictError),
        ({"email": "known@example.org"}, ConflictError),
    ],
)
async def test_nothing_is_told_or_touched_before_token_and_address_are_good(
    desk: FakeDesk, changed: dict[str, str], refusal: type[TalentiError]
) -> None:
    desk.accounts.add(desk.recruiter.user_id, "known@example.org", "somebody's")
    before = dict(desk.accounts.accounts)

    with pytest.raises(refusal):
        await desk.claim(with_password(desk, **changed), None)

    assert desk.accounts.accounts == before


async def test_a_known_and_an_unknown_address_are_refused_in_the_same_words(desk: FakeDesk) -> None:
    desk.accounts.add(desk.recruiter.user_id, "known@example.org", "somebody's")
    words = []
    for address in ("known@example.org", "unknown@example.org"):
        with pytest.raises(ConflictError) as refused:
            await desk.claim(with_password(desk, email=address), None)
        words.append((refused.value.code, refused.value.message))

    assert words[0] == words[1]


async def test_the_password_of_an_account_in_use_is_never_set_by_a_link(desk: FakeDesk) -> None:
    desk.hiring.dormant.clear()
    desk.accounts.add(desk.candidate.user_id, desk.candidate.email, "mine")

    with pytest.raises(ConflictError):
        await desk.claim(with_password(desk), None)

    assert desk.accounts.accounts[desk.candidate.user_id][1] == "mine"


@pytest.mark.parametrize("wish", [Wish.REVOKE, Wish.PASS_TIME])
async def test_what_is_over_is_gone(desk: FakeDesk, wish: Wish) -> None:
    claims = [with_password(desk), with_token(desk)]
    assert await desk.grant(wish)

    for claim, person in zip(claims, [None, desk.candidate], strict=True):
        with pytest.raises(GoneError):
            await desk.claim(claim, person)
    assert desk.accounts.accounts[desk.candidate.user_id][1] is None


async def test_an_account_that_cannot_wake_leaves_the_claim_to_be_had(desk: FakeDesk) -> None:
    desk.accounts.fault = UnavailableError("away")
    with pytest.raises(UnavailableError):
        await desk.claim(with_password(desk), None)
    desk.accounts.fault = None

    assert (await desk.claim(with_password(desk), None)).user_id == desk.candidate.user_id


@pytest.mark.parametrize("missing", ["email", "password", "full_name"])
async def test_who_is_not_signed_in_sends_all_four(desk: FakeDesk, missing: str) -> None:
    sent = with_password(desk).model_copy(update={missing: None})

    with pytest.raises(InvalidInputError) as refused:
        await desk.claim(sent, None)

    assert [each.field for each in refused.value.errors] == [missing]


async def test_who_is_signed_in_sends_nothing_but_the_token(desk: FakeDesk) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await desk.claim(with_password(desk), desk.candidate)

    assert [each.field for each in refused.value.errors] == ["email", "password", "full_name"]


@pytest.mark.parametrize("password", ["short", "x" * 73])
def test_a_password_is_as_long_as_can_be_kept(password: str) -> None:
    with pytest.raises(ValidationError):
        Claim.model_validate({"token": "t", "password": password})


def test_what_is_secret_is_not_shown(desk: FakeDesk) -> None:
    claim = with_password(desk)

    for shown in (repr(claim), str(claim), claim.model_dump_json()):
        assert PASSWORD not in shown
        assert str(desk.token) not in shown
