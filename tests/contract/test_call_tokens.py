"""The CallTokens port, held against the fake and the simulated service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.calls import CallScope
from shared.errors import NotFoundError
from shared.ports.call_tokens import CallTokens
from tests.acs import Acs
from tests.fakes.call_tokens import FakeCallTokens
from tests.fakes.clock import FakeClock
from tests.simulators import Simulators

VOIP = (CallScope.VOIP,)


@pytest.fixture(params=["fake", pytest.param("communication services", marks=pytest.mark.azure)])
async def tokens(request: pytest.FixtureRequest) -> AsyncIterator[CallTokens]:
    if request.param == "fake":
        yield FakeCallTokens(FakeClock(datetime.now(UTC)))
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    made = Acs(simulators.url).call_tokens()
    yield made
    await made.close()


async def test_an_identity_comes_with_a_token_that_lives_an_hour(tokens: CallTokens) -> None:
    token = await tokens.create(VOIP)

    assert token.identity.startswith("8:acs:")
    assert token.expires_at - datetime.now(UTC) == pytest.approx(
        timedelta(hours=1), abs=timedelta(seconds=30)
    )
    assert token.token.reveal() not in repr(token)


async def test_an_identity_is_used_again_and_two_are_told_apart(tokens: CallTokens) -> None:
    first, other = await tokens.create(VOIP), await tokens.create(VOIP)

    again = await tokens.issue(first.identity, (CallScope.VOIP, CallScope.CHAT))

    assert again.identity == first.identity != other.identity
    assert again.token.reveal() != first.token.reveal()


async def test_tokens_may_be_revoked_and_issued_anew(tokens: CallTokens) -> None:
    identity = (await tokens.create(VOIP)).identity

    for _ in range(2):
        await tokens.revoke(identity)

    assert (await tokens.issue(identity, VOIP)).identity == identity


async def test_a_deleted_identity_is_gone_and_may_be_deleted_again(tokens: CallTokens) -> None:
    identity = (await tokens.create(VOIP)).identity

    for _ in range(2):
        await tokens.delete(identity)

    with pytest.raises(NotFoundError):
        await tokens.issue(identity, VOIP)
    with pytest.raises(NotFoundError):
        await tokens.revoke(identity)
