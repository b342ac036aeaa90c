"""Identities and tokens through the real client, and our adapter on it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from azure.communication.identity import CommunicationUserIdentifier
from azure.communication.identity.aio import CommunicationIdentityClient
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

from shared.domain.calls import CallScope
from shared.errors import UnavailableError, UpstreamError
from tests.acs import AUDIENCE, Acs, client
from tests.simulators import Simulators

pytestmark = pytest.mark.azure


@pytest.fixture
def acs(simulators: Simulators) -> Acs:
    return Acs(simulators.url)


@pytest.fixture
async def sdk(acs: Acs) -> AsyncIterator[CommunicationIdentityClient]:
    async with client(CommunicationIdentityClient, acs.url) as made:
        yield made


async def test_an_identity_has_tokens_until_they_are_revoked_and_it_is_deleted(
    sdk: CommunicationIdentityClient, acs: Acs
) -> None:
    user, first = await sdk.create_user_and_token(["voip"], token_expires_in=timedelta(hours=2))
    second = await sdk.get_token(user, ["voip", "chat"])

    claims = jwt.decode(first.token, options={"verify_signature": False})
    assert user.raw_id == f"8:{claims['skypeid']}"
    assert user.raw_id.startswith(f"8:acs:{AUDIENCE}_")
    assert claims["acsScope"] == "voip"
    expires = datetime.fromisoformat(str(first.expires_on))  # a text, whatever its type says
    assert expires - datetime.now(UTC) == pytest.approx(timedelta(hours=2), abs=timedelta(seconds=10))
    assert second.token != first.token
    await sdk.revoke_tokens(user)
    assert [each["revoked"] for each in acs.look("identities")["identities"]] == [2]
    await sdk.delete_user(user)
    for gone in (sdk.get_token(user, ["voip"]), sdk.revoke_tokens(user), sdk.delete_user(user)):
        with pytest.raises(ResourceNotFoundError):
            await gone


async def test_an_identity_may_begin_without_a_token(sdk: CommunicationIdentityClient, acs: Acs) -> None:
    user = await sdk.create_user()

    assert acs.look("identities")["identities"] == [{"id": user.raw_id, "tokens": [], "revoked": 0}]


@pytest.mark.parametrize(
    ("scopes", "minutes"),
    [(["voip", "video"], 60), (["voip"], 59), (["voip"], 1441), (["voip"], 0)],
)
async def test_scopes_and_times_are_checked_as_the_client_does_not(
    sdk: CommunicationIdentityClient, scopes: list[Any], minutes: int
) -> None:
    with pytest.raises(HttpResponseError) as caught:
        await sdk.create_user_and_token(scopes, token_expires_in=timedelta(minutes=minutes))

    assert caught.value.status_code == 400


async def test_a_token_needs_a_scope(sdk: CommunicationIdentityClient) -> None:
    user = await sdk.create_user()

    with pytest.raises(HttpResponseError) as caught:
        await sdk.get_token(user, [])

    assert caught.value.status_code == 400


async def test_a_wrong_key_and_an_unknown_version_are_refused(acs: Acs) -> None:
    async with client(CommunicationIdentityClient, acs.url, "YW5vdGhlciBrZXk=") as stranger:
        with pytest.raises(ClientAuthenticationError):
            await stranger.delete_user(CommunicationUserIdentifier(f"8:acs:{AUDIENCE}_{uuid4()}"))
    made: Any = CommunicationIdentityClient
    async with client(made, acs.url) as old:
        old._identity_service_client._config.api_version = "2019-01-01"
        with pytest.raises(HttpResponseError) as caught:
            await old.create_user()

    assert caught.value.status_code == 400


async def test_an_identity_is_not_made_a_second_time_by_itself(acs: Acs, simulators: Simulators) -> None:
    """A lost answer would leave one behind that nobody ever deletes."""
    tokens = acs.call_tokens()
    simulators.fault("identity", "truncate", path="^/identities$")

    with pytest.raises(UnavailableError):
        await tokens.create([CallScope.VOIP])

    assert len(acs.look("identities")["identities"]) == 1
    await tokens.close()


@pytest.mark.parametrize(
    ("identity", "expires"), [("", "2026-01-05T09:00:00Z"), ("8:acs:r_u", "soon"), ("8:acs:r_u", None)]
)
async def test_an_answer_without_what_it_must_have_is_a_fault_of_the_service(
    acs: Acs, simulators: Simulators, identity: str, expires: str | None
) -> None:
    tokens = acs.call_tokens()
    body = {"identity": {"id": identity}, "accessToken": {"token": "t", "expiresOn": expires}}
    simulators.fault("identity", "status", status=201, body=body)

    with pytest.raises(UpstreamError):
        await tokens.create([CallScope.VOIP])
    await tokens.close()


async def test_a_time_without_a_zone_is_in_utc(acs: Acs, simulators: Simulators) -> None:
    tokens = acs.call_tokens()
    access = {"token": "t", "expiresOn": "2026-01-05T09:00:00.1234567"}
    simulators.fault(
        "identity", "status", status=201, body={"identity": {"id": "8:acs:r_u"}, "accessToken": access}
    )

    assert (await tokens.create([CallScope.VOIP])).expires_at.utcoffset() == timedelta(0)
    await tokens.close()


def test_a_reset_forgets_the_identities(acs: Acs, simulators: Simulators) -> None:
    claims = {"aud": "https://communication.azure.com", "exp": 4_000_000_000}
    token = jwt.encode(claims, "a-secret-of-more-than-thirty-two-bytes")
    url = f"{acs.url}/identities?api-version=2023-10-01"
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.post(url, json={}, headers=headers, trust_env=False).status_code == 201
    simulators.reset()

    assert acs.look("identities") == {"identities": []}
