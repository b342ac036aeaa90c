"""What every adapter of an Azure service shares: the meaning of errors, credentials, clients of a loop."""

import asyncio
import gc
import json

import pytest
from aiohttp import ClientConnectorError, ConnectionTimeoutError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey
from azure.core import exceptions as azure
from azure.core.credentials import AzureKeyCredential
from azure.identity.aio import DefaultAzureCredential

from shared.adapters.azure.clients import PerLoop, client_options, is_loopback
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.policies.fault import Kind
from shared.domain.secret import Secret
from shared.errors import RateLimitedError, UnavailableError, UpstreamError

KEY = ConnectionKey("a", 443, True, True, None, None, None)
REFUSED = ClientConnectorError(KEY, OSError(111, "Connection refused"))

TOO_LATE = ConnectionTimeoutError()


class Answer:
    """What an exception of azure-core reads of a response."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.reason = "reason"
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.content_type = "text/plain"

    def text(self, encoding: str | None = None) -> str:
        return "https://secret.example/?sig=1"


def answered(status: int, **headers: str) -> azure.HttpResponseError:
    return azure.HttpResponseError(response=Answer(status, **headers))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind", "ours"),
    [
        (azure.ServiceRequestError("x", error=REFUSED), Kind.UNREACHED, UnavailableError),
        (
            azure.ServiceRequestTimeoutError("x", error=ConnectionTimeoutError()),
            Kind.UNREACHED,
            UnavailableError,
        ),
        (azure.ServiceRequestError("x", error=ServerDisconnectedError()), Kind.LOST, UnavailableError),
        (azure.ServiceRequestError("x"), Kind.LOST, UnavailableError),
        (azure.ServiceResponseError("x"), Kind.LOST, UnavailableError),
        (azure.ServiceResponseTimeoutError("x"), Kind.LOST, UnavailableError),
        (azure.IncompleteReadError("x"), Kind.LOST, UnavailableError),
        (azure.DecodeError("x"), Kind.BROKEN, UpstreamError),
        (azure.DeserializationError("x"), Kind.BROKEN, UpstreamError),
        (json.JSONDecodeError("x", "<html>", 0), Kind.BROKEN, UpstreamError),
        (azure.ClientAuthenticationError("no token"), Kind.REFUSED, UpstreamError),
        (answered(401), Kind.REFUSED, UpstreamError),
        (answered(404), Kind.REFUSED, UpstreamError),
        (answered(429, Retry_After="3"), Kind.THROTTLED, RateLimitedError),
        (answered(500), Kind.BROKEN, UnavailableError),
        (answered(503, Retry_After="3"), Kind.BROKEN, UnavailableError),
        (answered(200), Kind.BROKEN, UpstreamError),
        (azure.AzureError("x"), Kind.BROKEN, UpstreamError),
    ],
)
def test_what_an_exception_of_azure_core_means(error: Exception, kind: Kind, ours: type[Exception]) -> None:
    fault = azure_fault(error, "the mail service")

    assert fault is not None
    assert (fault.kind, type(fault.error)) == (kind, ours)
    assert "secret" not in fault.error.message


def test_the_wait_that_a_service_asks_for_is_read() -> None:
    seconds = [
        fault.retry_after
        for error in (answered(429, Retry_After="3"), answered(429, retry_after_ms="40"), answered(503))
        if (fault := azure_fault(error, "it"))
    ]

    assert seconds == [3, 0.04, None]


def test_a_mistake_of_ours_is_no_fault_of_the_service() -> None:
    assert azure_fault(KeyError("x"), "it") is None


async def test_a_configured_key_is_used_and_identity_otherwise() -> None:
    credentials = Credentials()
    try:
        key, identity, none = (credentials.of(each) for each in (Secret("k"), Secret(""), None))
        assert isinstance(key, AzureKeyCredential)
        assert key.key == "k"
        assert isinstance(identity, DefaultAzureCredential)
        assert identity is none
        assert await credentials.bearer(Secret("k"))() == "k"
    finally:
        await credentials.close()


async def test_without_any_use_of_identity_none_is_made() -> None:
    credentials = Credentials()

    credentials.of(Secret("k"))
    await credentials.close()

    assert credentials._identities._clients == {}


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://127.0.0.1:8090", True),
        ("http://localhost:1/x", True),
        ("http://[::1]:1", True),
        ("https://127.0.0.1.evil.example", False),
        ("https://talenti.openai.azure.com", False),
        ("http://localhost@evil.example", False),
    ],
)
def test_what_is_this_machine(endpoint: str, expected: bool) -> None:
    assert is_loopback(endpoint) is expected


def test_tokens_go_in_the_clear_to_this_machine_only() -> None:
    assert "per_call_policies" in client_options("http://127.0.0.1:8090")
    assert "per_call_policies" not in client_options("https://127.0.0.1:8090")
    assert "per_call_policies" not in client_options("http://10.0.0.4")
    assert "per_call_policies" not in client_options("http://127.0.0.1:8090", by_token=False)


def test_clients_repeat_nothing_by_themselves() -> None:
    options = client_options("https://talenti.openai.azure.com", read_seconds=7)

    assert options["retry_total"] == 0
    assert (options["connection_timeout"], options["read_timeout"]) == (5, 7)


class Client:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.closed = 0

    async def close(self) -> None:
        assert asyncio.get_running_loop() is self.loop
        self.closed += 1


async def test_a_loop_has_one_client_until_it_closes_it() -> None:
    clients = PerLoop(Client)

    first = clients.get()
    assert clients.get() is first
    await clients.close()
    await clients.close()

    assert first.closed == 1
    assert clients.get() is not first


async def test_a_client_that_was_never_used_is_never_made() -> None:
    made: list[Client] = []
    clients = PerLoop[Client](lambda: made[0])

    await clients.close()


def test_another_loop_gets_a_client_of_its_own_and_one_whose_loop_ended_is_let_go() -> None:
    clients = PerLoop(Client)

    async def use() -> Client:
        return clients.get()

    with asyncio.Runner() as living:
        kept = living.run(use())
        gone = asyncio.run(use())
        assert kept is not gone
        assert asyncio.run(use()) is not gone
        assert living.run(use()) is kept
        assert gone not in clients._clients.values()
        living.run(clients.close())
    gc.collect()

    assert (kept.closed, gone.closed) == (1, 0)
