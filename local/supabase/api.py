"""The launcher's process: what it is told, and how it is run."""

import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from local.supabase.programs import PostgresError

LAUNCHER = Path(__file__).with_name("launcher.mjs")
# The same on every machine, as those of a storage emulator are: they open nothing but this loopback address.
PUBLISHABLE_KEY = "sb_publishable_local_development"
SECRET_KEY = "sb_secret_local_development"  # noqa: S105 - see above


def environment(address: str, port: int, key_file: Path | None) -> Mapping[str, str]:
    return {
        "DATABASE_URL": address,
        "PORT": str(port),
        "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        "SUPABASE_SECRET_KEY": SECRET_KEY,
        # Between the launcher and lite, inside one process: no token that leaves it is signed with this.
        "JWT_SECRET": secrets.token_hex(32),
        **({"JWK_FILE": str(key_file)} if key_file else {}),
    }


def prepare(address: str) -> None:
    """Let the launcher make the auth schema, which migrations refer to."""
    done = subprocess.run(
        ["node", str(LAUNCHER), "--prepare"],
        env={**os.environ, **environment(address, 1, None)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresError(f"The auth schema could not be made: {done.stdout}{done.stderr}".strip())


def become(address: str, port: int, key_file: Path) -> NoReturn:
    key_file.parent.mkdir(parents=True, exist_ok=True)
    settings = {**os.environ, **environment(address, port, key_file)}
    os.execvpe("node", ["node", str(LAUNCHER)], settings)  # noqa: S606 - to become the launcher is the purpose
