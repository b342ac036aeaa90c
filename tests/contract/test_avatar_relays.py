"""The AvatarRelays port, held against the fake and the simulated service."""

from collections.abc import AsyncIterator

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.policies.guard import Guards
from shared.adapters.speech.relays import AzureAvatarRelays, NoAvatar
from shared.adapters.speech.resource import SpeechResource
from shared.domain.secret import Secret
from shared.errors import NotFoundError
from shared.ports.avatar_relays import AvatarRelays
from tests.fakes.avatar_relays import FakeAvatarRelays
from tests.fakes.clock import FakeClock
from tests.simulators import Simulators


@pytest.fixture(params=["fake", pytest.param("speech", marks=pytest.mark.azure)])
async def relays(request: pytest.FixtureRequest) -> AsyncIterator[AvatarRelays]:
    if request.param == "fake":
        yield FakeAvatarRelays()
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    key = Secret(simulators.keys.speech)
    resource = SpeechResource("australiaeast", simulators.url, key, "", Credentials())
    made = AzureAvatarRelays(resource, Guards(FakeClock()).of("speech", azure_fault))
    yield made
    await made.close()


async def test_each_browser_gets_a_relay_and_a_proof_of_its_own(relays: AvatarRelays) -> None:
    first, second = await relays.issue(), await relays.issue()

    assert all(url.startswith("turn:") for url in first.urls)
    assert first.username != second.username
    assert first.credential.reveal() not in repr(first)


async def test_where_it_is_switched_off_there_is_none() -> None:
    with pytest.raises(NotFoundError):
        await NoAvatar().issue()
