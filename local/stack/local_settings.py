"""`local.settings.json`: made from the sample once, then the developer's own."""

import os
import re
import shutil
from pathlib import Path

from local.host.json_files import read_object
from local.supabase.api import PUBLISHABLE_KEY, SECRET_KEY

DEVELOPMENT_STORAGE = "UseDevelopmentStorage=true"
MAIN_CONNECTION = "AzureWebJobsStorage"
USUAL_PORTS = {"10000": "blob", "10001": "queue", "10002": "table"}
USUAL_SUPABASE = re.compile(r"http://(?:127\.0\.0\.1|localhost):54321/?")
USUAL_SIMULATOR = re.compile(r"http://(?:127\.0\.0\.1|localhost):8090\b")
USUAL_HOST = re.compile(r"http://(?:127\.0\.0\.1|localhost):7071\b")
USUAL_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):(1000[012])\b")

# Account and key are those of the emulator, the same everywhere and no secret.
CONNECTION = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:{blob}/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:{queue}/devstoreaccount1;"
    "TableEndpoint=http://127.0.0.1:{table}/devstoreaccount1;"
)


def ensure(app: Path) -> bool:
    """Copy the sample when there is no settings file yet; say whether that was done."""
    own, sample = app / "local.settings.json", app / "local.settings.sample.json"
    if own.exists() or not sample.exists():
        return False
    shutil.copyfile(sample, own)
    own.chmod(0o600)
    return True


def following_storage(app: Path) -> dict[str, str]:
    """Give each setting that points at this machine's storage, with placeholders for its ports."""
    values = read_object(app / "local.settings.json").get("Values", {})
    pointing = {name: _with_placeholders(str(value)) for name, value in values.items()}
    found = {name: text for name, text in pointing.items() if text}
    return found if MAIN_CONNECTION in values else {MAIN_CONNECTION: CONNECTION} | found


def following_supabase(app: Path) -> dict[str, str]:
    """Give address and keys of this machine's Supabase, unless the settings name another one."""
    chosen = str(read_object(app / "local.settings.json").get("Values", {}).get("SUPABASE_URL", ""))
    if chosen and not USUAL_SUPABASE.fullmatch(chosen):
        return {}
    return {
        "SUPABASE_URL": "http://127.0.0.1:{api}",
        "SUPABASE_ANON_KEY": PUBLISHABLE_KEY,
        "SUPABASE_SERVICE_ROLE_KEY": SECRET_KEY,
    }


def following_simulator(app: Path) -> dict[str, str]:
    """Give each setting that points at the simulated cloud, with a placeholder for its port."""
    return _moved(app, USUAL_SIMULATOR, "http://127.0.0.1:{cloud}")


def following_host(app: Path) -> dict[str, str]:
    """Give each setting that says where this app is to be reached."""
    return _moved(app, USUAL_HOST, "http://127.0.0.1:{http}")


def missing(app: Path) -> dict[str, str]:
    """What the sample has and an older file of the developer has not: with it, an update does no harm."""
    own = _values(app / "local.settings.json")
    sample = _values(app / "local.settings.sample.json")
    return {name: value for name, value in sample.items() if name not in own and name not in os.environ}


def _moved(app: Path, usual: re.Pattern[str], place: str) -> dict[str, str]:
    effective = missing(app) | _values(app / "local.settings.json")
    moved = {name: usual.sub(place, value) for name, value in effective.items() if name not in os.environ}
    return {name: value for name, value in moved.items() if value != effective[name]}


def _values(file: Path) -> dict[str, str]:
    return {name: str(value) for name, value in read_object(file).get("Values", {}).items()}


def _with_placeholders(value: str) -> str | None:
    if value.strip().rstrip(";") == DEVELOPMENT_STORAGE:
        return CONNECTION
    text = USUAL_ADDRESS.sub(lambda found: f"http://127.0.0.1:{{{USUAL_PORTS[found[1]]}}}", value)
    return text if text != value else None
