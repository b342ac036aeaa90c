"""`local.settings.json`: made from the sample once, then the developer's own."""

import shutil
from pathlib import Path

from local.host.json_files import read_object

DEVELOPMENT_STORAGE = "UseDevelopmentStorage=true"
MAIN_CONNECTION = "AzureWebJobsStorage"


def ensure(app: Path) -> bool:
    """Copy the sample when there is no settings file yet; say whether that was done."""
    own, sample = app / "local.settings.json", app / "local.settings.sample.json"
    if own.exists() or not sample.exists():
        return False
    shutil.copyfile(sample, own)
    own.chmod(0o600)
    return True


def storage_connections(app: Path) -> list[str]:
    """Name the settings that stand for the storage of this machine."""
    values = read_object(app / "local.settings.json").get("Values", {})
    named = [name for name, value in values.items() if value == DEVELOPMENT_STORAGE]
    return named if MAIN_CONNECTION in values else [MAIN_CONNECTION, *named]
