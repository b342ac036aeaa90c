"""Communication Services for tests: our adapters on running simulators, and the clients behind them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from azure.core.credentials import AzureKeyCredential
from azure.storage.blob import generate_blob_sas
from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient

from local.simulators.world import Keys
from shared.adapters.acs.call_events import AcsCallEvents
from shared.adapters.acs.call_tokens import AcsCallTokens
from shared.adapters.acs.callback_keys import CallbackKeys
from shared.adapters.acs.calls import AcsCalls, Switchboard
from shared.adapters.acs.mailer import AcsMailer
from shared.adapters.acs.resource import Resource
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.adapters.policies.table import POLICIES
from shared.adapters.supabase.tokens import KeySet
from shared.domain.secret import Secret
from tests.azurite import ACCOUNT, Azurite
from tests.azurite import KEY as STORAGE_KEY

ISSUER = "https://acscallautomation.communication.azure.com"
AUDIENCE = Keys().acs_audience
NUMBER = "+61255500100"
SENDER = "no-reply@talenti.example.org"
RECORDINGS = "interview-recordings"


@dataclass
class Acs:
    """The resource at this address; `callback_url` is where it tells of calls."""

    url: str
    callback_url: str = "http://127.0.0.1:9/api/v1/webhooks/call-automation"
    recordings_url: str = "http://127.0.0.1:9/devstoreaccount1/interview-recordings"
    attempts: int = 3

    @property
    def resource(self) -> Resource:
        return Resource(self.url, Secret(Keys().acs), Credentials())

    @property
    def _guards(self) -> Guards:
        """As in the real table, but with short waits."""
        quick = {
            name: replace(policy, attempts=self.attempts, base_seconds=0.02, jitter_seconds=0.0)
            for name, policy in POLICIES.items()
        }
        return Guards(SystemClock(), quick)

    def calls(self, *, number: str = NUMBER) -> AcsCalls:
        switchboard = Switchboard(self.callback_url, self.url, self.recordings_url, number)
        return AcsCalls(self.resource, switchboard, self._guards.of("calls", azure_fault))

    def call_tokens(self) -> AcsCallTokens:
        return AcsCallTokens(self.resource, self._guards.of("call_tokens", azure_fault))

    def mailer(self, sender: str = SENDER) -> AcsMailer:
        return AcsMailer(self.resource, sender, self._guards.of("mail", azure_fault))

    def call_events(self) -> tuple[AcsCallEvents, CallbackKeys]:
        keys = CallbackKeys(f"{self.url}/calling/keys", self._guards)
        return AcsCallEvents(KeySet(keys.fetch, SystemClock()), ISSUER, AUDIENCE), keys

    def pace(self, pace: float) -> None:
        """How long a second of a call lasts."""
        httpx.put(f"{self.url}/_sim/calls/pace", json={"pace": pace}).raise_for_status()

    def look(self, path: str, **query: str) -> dict[str, Any]:
        """What the control side knows."""
        return dict(httpx.get(f"{self.url}/_sim/{path}", params=query).json())

    def do(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/_sim/{path}", json=body)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


def client[Client](kind: type[Client], url: str, key: str = Keys().acs) -> Client:
    """A client of the SDK as anybody would make it."""
    made: Any = kind
    return made(url, AzureKeyCredential(key), retry_total=0)  # type: ignore[no-any-return]


async def make_container(azurite: Azurite, name: str = RECORDINGS) -> str:
    async with BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        container = service.get_container_client(name)
        if not await container.exists():
            await container.create_container()
        return str(container.url)


async def read_blob(url: str) -> bytes:
    credential = {"account_name": ACCOUNT, "account_key": STORAGE_KEY}
    async with BlobClient.from_blob_url(url, credential=credential) as blob:
        return await (await blob.download_blob()).readall()


async def share(azurite: Azurite, name: str, content: bytes) -> str:
    """The address of a file that may be read for a minute."""
    url = await make_container(azurite, "shared")
    credential = {"account_name": ACCOUNT, "account_key": STORAGE_KEY}
    async with ContainerClient.from_container_url(url, credential=credential) as container:
        await container.upload_blob(name, content, overwrite=True)
    signature = generate_blob_sas(
        ACCOUNT,
        "shared",
        name,
        account_key=STORAGE_KEY,
        permission="r",
        expiry=datetime.now(UTC) + timedelta(minutes=1),
    )
    return f"{url}/{name}?{signature}"
