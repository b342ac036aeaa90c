"""Tokens of speech: whose they are, how often they are asked for, and what they open."""

import asyncio
import time
from types import SimpleNamespace

import jwt
import pytest

from local.simulators.speech.sound import speak, wav
from local.simulators.world import Keys
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.policies.guard import Guarded, Guards
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.domain.secret import Secret
from shared.domain.speech import Utterance
from shared.errors import UnavailableError, UpstreamError
from tests.fakes.clock import FakeClock
from tests.integration.faults.table import Place
from tests.integration.simulators.speech_client import config, recognise
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

RESOURCE_ID = "/subscriptions/1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/speech"
TEXT = "Good morning."


class SignedIn(Credentials):
    """An identity whose tokens are for the services of speech, and last an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    @property
    def identity(self) -> "SignedIn":  # type: ignore[override]  # as much of a credential as is used
        return self

    async def get_token(self, *scopes: str) -> SimpleNamespace:
        self.asked += scopes
        expires = int(time.time()) + 3600
        claims = {"aud": "https://cognitiveservices.azure.com", "exp": expires}
        return SimpleNamespace(token=jwt.encode(claims, "k" * 32), expires_on=expires)


def tokens_at(simulators: Simulators, clock: FakeClock, key: str | None = None) -> AzureSpeechTokens:
    given = Secret(simulators.keys.speech if key is None else key)
    resource = SpeechResource("australiaeast", simulators.url, given, RESOURCE_ID, SignedIn())
    return AzureSpeechTokens(resource, quickly(simulators.url, simulators.keys), clock)


def quickly(url: str, keys: Keys) -> Guarded:
    return Place.at(url, keys, 5.0).guard("speech", azure_fault)


def asked(simulators: Simulators) -> int:
    return len(simulators.journal("speech", "/sts/"))


async def test_many_callers_ask_once(simulators: Simulators) -> None:
    clock = FakeClock()
    tokens = tokens_at(simulators, clock)

    found = await asyncio.gather(*(tokens.issue() for _ in range(20)))
    clock.advance(8.9 * 60)
    await tokens.issue()
    assert (len(set(map(id, found))), asked(simulators)) == (1, 1)

    clock.advance(0.2 * 60)
    await asyncio.gather(*(tokens.issue() for _ in range(20)))
    assert asked(simulators) == 2
    await tokens.close()


async def test_a_token_of_the_service_opens_the_socket_of_a_browser(simulators: Simulators) -> None:
    tokens = tokens_at(simulators, FakeClock())
    token = await tokens.issue()
    await tokens.close()

    assert token.host == simulators.websocket_url
    settings = config(simulators, token=token.token.reveal())
    assert recognise(settings, speak(TEXT).pcm).texts == [TEXT]
    assert token.token.reveal() not in repr(token)


async def test_in_its_last_minute_a_token_serves_while_the_service_is_away(simulators: Simulators) -> None:
    clock = FakeClock()
    tokens = tokens_at(simulators, clock)
    kept = await tokens.issue()
    simulators.fault("speech", "status", status=429, retry_after=60, times=None)

    clock.advance(9.2 * 60)
    assert await tokens.issue() is kept
    clock.advance(0.5 * 60)
    with pytest.raises(Exception, match="busy"):
        await tokens.issue()
    await tokens.close()


async def test_an_answer_that_is_no_token_is_never_given_out(simulators: Simulators) -> None:
    simulators.fault("speech", "html", times=None)
    tokens = tokens_at(simulators, FakeClock())

    with pytest.raises(UpstreamError):
        await tokens.issue()
    await tokens.close()


async def test_an_identity_names_the_resource_in_its_token(simulators: Simulators) -> None:
    tokens = tokens_at(simulators, FakeClock(), key="")

    token = await tokens.issue()

    assert token.token.reveal().startswith(f"aad#{RESOURCE_ID}#")
    assert asked(simulators) == 0
    settings = config(simulators, token=token.token.reveal())
    assert recognise(settings, speak(TEXT).pcm).texts == [TEXT]


async def test_an_identity_hears_without_any_key(simulators: Simulators) -> None:
    signed_in = SignedIn()
    resource = SpeechResource("australiaeast", simulators.url, None, RESOURCE_ID, signed_in)
    speech = AzureSpeech(resource, Guards(FakeClock()).of("speech", speech_fault))

    assert (await speech.recognise(Utterance(wav(speak(TEXT).pcm)))).text == TEXT
    assert signed_in.asked == ["https://cognitiveservices.azure.com/.default"]
    (connect, *_) = simulators.journal("speech", "/speech/")
    assert connect["headers"]["authorization"].startswith("Bearer aad#")
    assert "ocp-apim-subscription-key" not in connect["headers"]


def test_in_azure_the_region_is_the_address() -> None:
    resource = SpeechResource("australiaeast", None, None, RESOURCE_ID, Credentials())
    assert (resource.url, resource.host) == ("https://australiaeast.api.cognitive.microsoft.com", None)

    named = SpeechResource(
        "australiaeast", "https://ours.cognitiveservices.azure.com", None, "", Credentials()
    )
    assert (named.url, named.host) == ("https://ours.cognitiveservices.azure.com", None)


async def test_a_service_that_is_away_is_unavailable() -> None:
    resource = SpeechResource("australiaeast", "http://127.0.0.1:9", Secret("k"), "", Credentials())
    clock = FakeClock()
    tokens = AzureSpeechTokens(resource, quickly(resource.url, Keys()), clock)

    with pytest.raises(UnavailableError):
        await tokens.issue()
    await tokens.close()
