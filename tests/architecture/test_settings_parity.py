"""Code, sample and host.json name the same settings."""

import json
import re
from typing import Any, get_type_hints

from shared.settings import PLATFORM, SECTIONS, Secret, Settings, variables
from tests.host_process import REPOSITORY

SAMPLE: dict[str, Any] = json.loads((REPOSITORY / "local.settings.sample.json").read_text())
SOUNDS_SECRET = re.compile(r"(KEY|SECRET|PASSWORD|TOKEN|HEADERS|CONNECTION_STRING)$")


def test_the_sample_holds_exactly_the_settings_of_the_code() -> None:
    expected = PLATFORM | {name: each.local for name, each in variables().items()}

    assert SAMPLE["Values"] == expected


def test_the_sample_works_as_it_is() -> None:
    Settings(SAMPLE["Values"]).check()


def test_every_setting_that_host_json_asks_for_is_in_the_sample() -> None:
    asked = set(re.findall(r"%(\w+)%", (REPOSITORY / "host.json").read_text()))

    assert asked <= set(SAMPLE["Values"])


def test_every_setting_says_what_it_means_in_half_a_sentence() -> None:
    for each in variables().values():
        assert each.meaning
        assert not each.meaning.endswith(".")


def test_a_setting_that_sounds_secret_is_typed_as_one() -> None:
    for section in SECTIONS:
        for name, hint in get_type_hints(section, include_extras=True).items():
            if SOUNDS_SECRET.search(hint.__metadata__[0].name):
                assert hint.__origin__ is Secret, f"{section.__name__}.{name}"


def test_only_settings_and_the_host_read_the_environment() -> None:
    readers = [
        path.relative_to(REPOSITORY).as_posix()
        for folder in ("shared", "blueprints")
        for path in (REPOSITORY / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]

    assert readers == ["shared/settings.py"]
