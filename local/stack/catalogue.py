"""The services of this project. A later one may use what an earlier one gives."""

import sys
from collections.abc import Mapping
from pathlib import Path
from signal import SIGINT, SIGTERM

from local.stack import local_settings
from local.stack.service import Service
from local.stack.state import StateFolder
from local.supabase import postgres as database

REPOSITORY = Path(__file__).parents[2]
# of the seed; local only, and printed on purpose
SOMEBODY = "recruiter@redgum.example.org"
PASSWORD = "talenti-local-1"  # noqa: S105 - see above
BETWEEN_TOKENS = "0.01"  # seconds: an answer is seen to be written, and nobody waits for it
RECORDINGS = "interview-recordings"  # the call service writes there by itself, so it has to be there
AZURITE = REPOSITORY / "local/node_modules/azurite/dist/src/azurite.js"


def services(
    app: Path, state: StateFolder, host_port: int, storage_port: int, supabase_port: int, simulator_port: int
) -> list[Service]:
    below = [
        storage(app, state, storage_port),
        postgres(state, supabase_port + 1),
        supabase(app, state, supabase_port),
        simulator(app, state, simulator_port),
    ]
    given = {name for service in below for name in service.gives}
    missing = {name: value for name, value in local_settings.missing(app).items() if name not in given}
    return [*below, host(app, state, host_port, missing)]


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


def postgres(state: StateFolder, port: int) -> Service:
    address = f"postgresql://{database.SUPERUSER}@127.0.0.1:{{sql}}/{database.DATABASE}"
    return Service(
        name="postgres",
        command=[
            sys.executable,
            "-m",
            "local.supabase",
            "postgres",
            "--data",
            str(state.path / "postgres"),
            "--port",
            "{sql}",
        ],
        ports={"sql": port},
        ready="tcp://127.0.0.1:{sql}",
        url=address,
        gives={"LOCAL_DATABASE_URL": address},
        stop_signal=SIGINT,  # does not wait for clients
        when_orphaned=SIGINT,
    )


def supabase(app: Path, state: StateFolder, port: int) -> Service:
    return Service(
        name="supabase",
        command=[
            sys.executable,
            "-m",
            "local.supabase",
            "api",
            "--port",
            "{api}",
            "--source",
            str(app / "supabase"),
            "--key-file",
            str(state.path / "supabase" / "signing-key.json"),
        ],
        ports={"api": port},
        ready="http://127.0.0.1:{api}/health",
        url="http://127.0.0.1:{api}",
        links={"Supabase": "http://127.0.0.1:{api}"} | _people(app),
        environment={"PYTHONUNBUFFERED": "1"},
        gives=local_settings.following_supabase(app),
        needs=["postgres"],
    )


def _people(app: Path) -> dict[str, str]:
    """Somebody to be, where the seed brings people."""
    if not (app / "supabase" / "seed.sql").exists():
        return {}
    return {"sign in": f"{SOMEBODY}, password {PASSWORD} (more people in supabase/seed.sql)"}


def simulator(app: Path, state: StateFolder, port: int) -> Service:
    return Service(
        name="simulator",
        command=[
            sys.executable,
            "-m",
            "local.simulators",
            "--port",
            "{cloud}",
            "--token-delay",
            BETWEEN_TOKENS,
            "--stack-record",
            str(state.record_file),
            "--container",
            RECORDINGS,
        ],
        ports={"cloud": port},
        ready="http://127.0.0.1:{cloud}/_sim/health",
        url="http://127.0.0.1:{cloud}",
        links={"simulated cloud": "http://127.0.0.1:{cloud}/_sim/health"},
        environment={"PYTHONUNBUFFERED": "1"},
        gives=local_settings.following_simulator(app),
        needs=["storage"],  # recordings are written there
    )


def host(app: Path, state: StateFolder, port: int, missing: Mapping[str, str]) -> Service:
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
        environment={"PYTHONUNBUFFERED": "1", **missing, **local_settings.following_host(app)},
        needs=["storage", "supabase", "simulator"],
        stop_within=20.0,  # it gives calls in flight ten seconds
    )
