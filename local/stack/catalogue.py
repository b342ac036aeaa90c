"""The services of this project. A later one may use what an earlier one gives."""

import sys
from pathlib import Path
from signal import SIGTERM

from local.stack import local_settings
from local.stack.service import Service
from local.stack.state import StateFolder

REPOSITORY = Path(__file__).parents[2]
AZURITE = REPOSITORY / "local/node_modules/azurite/dist/src/azurite.js"


def services(app: Path, state: StateFolder, host_port: int, storage_port: int) -> list[Service]:
    return [storage(app, state, storage_port), host(app, state, host_port)]


def storage(app: Path, state: StateFolder, first_port: int) -> Service:
    ports = {"blob": first_port, "queue": first_port + 1, "table": first_port + 2}
    port_options = [part for name in ports for part in (f"--{name}Port", f"{{{name}}}")]
    return Service(
        name="storage",
        command=[
            "node",
            str(AZURITE),
            *port_options,
            "--location",
            str(state.path / "storage"),
            "--silent",
            "--disableTelemetry",
            "--skipApiVersionCheck",
        ],
        ports=ports,
        ready="tcp://127.0.0.1:{table}",  # opened last
        url="http://127.0.0.1:{blob}/devstoreaccount1",
        links={"storage": "http://127.0.0.1:{blob}/devstoreaccount1"},
        environment={"NODE_NO_WARNINGS": "1"},
        when_orphaned=SIGTERM,  # it writes its tables every five seconds, and when it is stopped
        gives=local_settings.following_storage(app),
    )


def host(app: Path, state: StateFolder, port: int) -> Service:
    return Service(
        name="host",
        command=[
            sys.executable,
            "-m",
            "local.host",
            str(app),
            "--port",
            "{http}",
            "--grpc-port",
            "{grpc}",
            "--state",
            str(state.path / "durable.sqlite"),
        ],
        ports={"http": port, "grpc": 4001},
        ready="http://127.0.0.1:{http}/health/live",
        url="http://127.0.0.1:{http}",
        links={
            "health": "http://127.0.0.1:{http}/health/ready",
            "docs": "http://127.0.0.1:{http}/docs",
            "OpenAPI": "http://127.0.0.1:{http}/api/v1/openapi.json",
        },
        environment={"PYTHONUNBUFFERED": "1"},
        needs=["storage"],
        stop_within=20.0,  # it gives calls in flight ten seconds
    )
