"""The settings of the sample, for tests that start the app itself: what a newcomer would have."""

import json

from tests.host_process import REPOSITORY

SAMPLE: dict[str, str] = json.loads((REPOSITORY / "local.settings.sample.json").read_text())["Values"]
