"""Communication Services: how its connection string is read, and whom ids and numbers mean."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from shared.adapters.acs import callback_keys
from shared.adapters.acs.parties import identifier_of, party_of
from shared.adapters.acs.resource import Resource
from shared.adapters.azure.credentials import Credentials
from shared.adapters.policies.fault import Fault, Kind
from shared.domain.calls import AppUser, OtherParty, Party, Phone
from shared.domain.secret import Secret
from shared.errors import InvalidInputError


@pytest.mark.parametrize(
    ("connection", "endpoint", "key"),
    [
        ("endpoint=http://127.0.0.1:8090;accesskey=bG9j=YQ==", "http://127.0.0.1:8090", "bG9j=YQ=="),
        ("endpoint=https://x.example/;accesskey=YQ==", "https://x.example", "YQ=="),
        ("endpoint=https://x.example", "https://x.example", None),
        ("endpoint=https://x.example;accesskey=", "https://x.example", None),
    ],
)
def test_a_connection_has_an_address_without_a_slash_and_perhaps_a_key(
    connection: str, endpoint: str, key: str | None
) -> None:
    resource = Resource.parse(Secret(connection), Credentials())

    assert resource.endpoint == endpoint
    assert (resource.key.reveal() if resource.key else None) == key
    assert "bG9j" not in repr(resource)


def test_a_client_is_made_with_the_key_or_with_an_identity() -> None:
    class Identity(Credentials):
        @property
        def identity(self) -> Any:
            return "an identity"

    def kind(endpoint: str, credential: object, **options: Any) -> SimpleNamespace:
        return SimpleNamespace(endpoint=endpoint, credential=credential, **options)

    keyed = Resource("http://127.0.0.1:1", Secret("YQ=="), Identity()).client(kind, read_seconds=3)
    named = Resource("http://127.0.0.1:1", None, Identity()).client(kind, read_seconds=3)

    assert keyed.credential.key == "YQ=="
    assert not hasattr(keyed, "per_call_policies")
    assert named.credential == "an identity"
    assert named.per_call_policies
    assert (named.retry_total, named.read_timeout) == (0, 3)


@pytest.mark.parametrize(
    ("raw", "party"),
    [
        ("4:+61255500101", Phone("+61255500101")),
        ("8:acs:r_u", AppUser("8:acs:r_u")),
        ("8:orgid:7", OtherParty("8:orgid:7")),
        ("28:bot", OtherParty("28:bot")),
    ],
)
def test_an_id_names_a_party_and_a_party_an_id(raw: str, party: Party) -> None:
    assert party_of(raw) == party
    assert identifier_of(party).raw_id == raw


@pytest.mark.parametrize(
    "number", ["", "911", "0255500101", "+61 2", "+6125550010112345", "+6\uff11255500101"]
)
def test_a_number_that_no_phone_has_names_nobody(number: str) -> None:
    with pytest.raises(InvalidInputError):
        identifier_of(Phone(number))


REQUEST = httpx.Request("GET", "https://keys.example")
FAULTS: list[tuple[Exception, Kind]] = [
    (httpx.ConnectError("x"), Kind.UNREACHED),
    (httpx.ConnectTimeout("x"), Kind.UNREACHED),
    (httpx.ReadTimeout("x"), Kind.LOST),
    (httpx.ReadError("x"), Kind.LOST),
    (httpx.DecodingError("x"), Kind.BROKEN),
    (ValueError("x"), Kind.BROKEN),
    (httpx.HTTPStatusError("x", request=REQUEST, response=httpx.Response(503)), Kind.BROKEN),
    (httpx.HTTPStatusError("x", request=REQUEST, response=httpx.Response(429)), Kind.THROTTLED),
    (httpx.HTTPStatusError("x", request=REQUEST, response=httpx.Response(404)), Kind.REFUSED),
]


@pytest.mark.parametrize(("error", "kind"), FAULTS)
def test_what_keeps_the_keys_away_is_told_apart(error: Exception, kind: Kind) -> None:
    found = callback_keys._fault(error, "the keys")

    assert isinstance(found, Fault)
    assert found.kind is kind


def test_a_mistake_of_our_own_is_no_fault_of_theirs() -> None:
    assert callback_keys._fault(KeyError("x"), "the keys") is None
