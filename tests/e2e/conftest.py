"""The product on the local host, with real storage and a real database.

It ends with the last test of its folder: an idle host looks at its queues and clocks for as long as it lives.
"""

from collections.abc import Iterator

import httpx
import pytest

from tests.azurite import Azurite, free_ports
from tests.documented import is_told_of
from tests.host_process import REPOSITORY, HostProcess
from tests.sample_settings import SAMPLE
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

SIMULATORS = "http://127.0.0.1:8090"  # where the sample expects the cloud


@pytest.fixture(scope="package")
def azurite() -> Iterator[Azurite]:
    with Azurite() as azurite:
        yield azurite


@pytest.fixture(scope="package")
def supabase() -> Iterator[SupabaseStack]:
    with SupabaseStack() as stack:
        yield stack


@pytest.fixture(scope="package")
def running_simulators(azurite: Azurite) -> Iterator[Simulators]:
    with Simulators(storage=azurite.connection_string, is_measured=True) as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators


def environment(azurite: Azurite, supabase: SupabaseStack, simulators: Simulators) -> dict[str, str]:
    """The settings of the sample, with everything where these processes are."""
    cloud = {name: value.replace(SIMULATORS, simulators.url) for name, value in SAMPLE.items()}
    return cloud | {
        "AzureWebJobsStorage": azurite.connection_string,
        "BLOB_SERVICE_URL": f"http://127.0.0.1:{azurite.ports['blob']}/devstoreaccount1",
        "SUPABASE_URL": supabase.url,
        "SUPABASE_ANON_KEY": supabase.publishable_key,
        "SUPABASE_SERVICE_ROLE_KEY": supabase.secret_key,
    }


@pytest.fixture(scope="package")
def product(
    azurite: Azurite, supabase: SupabaseStack, running_simulators: Simulators
) -> Iterator[HostProcess]:
    # callbacks of calls name an address, so that it has to be known before there is a host
    (port,) = free_ports(1)
    env = environment(azurite, supabase, running_simulators) | {"PUBLIC_API_URL": f"http://127.0.0.1:{port}"}
    with HostProcess(REPOSITORY, "--port", str(port), env=env, is_measured=True) as host:
        yield host


@pytest.fixture(scope="package")
def client(product: HostProcess) -> Iterator[httpx.Client]:
    hooks = {"response": [is_told_of]}
    with httpx.Client(base_url=product.url, timeout=20, event_hooks=hooks) as client:
        yield client
