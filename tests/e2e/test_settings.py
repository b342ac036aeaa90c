"""An app with wrong settings still serves; what needs one says so, in one sentence that names it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.host_process import REPOSITORY, HostProcess
from tests.sample_settings import SAMPLE

WRONG = {"CORS_ALLOWED_ORIGINS": "*", "ENVIRONMENT": "prod"}


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(REPOSITORY, "--no-triggers", env=SAMPLE | WRONG) as host:
        yield host


def test_a_malformed_setting_is_named_at_its_first_use_and_the_rest_serves_on(host: HostProcess) -> None:
    live = httpx.get(f"{host.url}/health/live", headers={"Origin": "http://localhost:5173"})
    ready = httpx.get(f"{host.url}/health/ready")

    assert live.status_code == 200
    assert "access-control-allow-origin" not in live.headers
    assert ready.status_code == 503
    assert ready.json()["checks"]["settings"] == "unhealthy"
    assert "CORS_ALLOWED_ORIGINS" not in ready.text
    host.wait_until_printed("The setting CORS_ALLOWED_ORIGINS is malformed: it must be a list of origins")


def test_an_unknown_environment_is_named_and_counts_as_deployed(host: HostProcess) -> None:
    live = httpx.get(f"{host.url}/health/live")

    assert live.status_code == 200
    assert "strict-transport-security" in live.headers
    host.wait_until_printed("The setting ENVIRONMENT is malformed: it must be one of local, test, staging")
