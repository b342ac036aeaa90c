"""Settings of a real installation, for tests that are pointed at it.

`AZURE_TEST_SETTINGS` names a file in the form of `local.settings.json`. Without it, tests marked
`azure` talk to the simulators, and what only a real service can answer is skipped.
"""

import json
import os
from pathlib import Path

from shared.settings import Settings

VARIABLE = "AZURE_TEST_SETTINGS"


def is_configured() -> bool:
    return bool(os.environ.get(VARIABLE))


def settings() -> Settings:
    text = Path(os.environ[VARIABLE]).read_text(encoding="utf-8")
    return Settings(json.loads(text)["Values"])
