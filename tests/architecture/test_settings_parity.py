"""Code, sample and host.json name the same settings."""

import json
import re
from typing import get_type_hints

from shared.domain.secret import Secret
from shared.settings import PLATFORM, SECTIONS, Settings, variables
from tests.host_process import REPOSITORY
from tests.sample_settings import SAMPLE

PUBLISHED = {"SUPABASE_ANON_KEY"}
SOUNDS_SECRET = re.compile(r"(KEY|SECRET|PASSWORD|TOKEN|HEADERS|CONNECTION_STRING)$")


def test_the_sample_holds_exactly_the_settings_of_the_code() -> None:
    expected = PLATFORM | {name: each.local for name, each in variables().items()}

    assert expected == SAMPLE


def test_the_sample_works_as_it_is() -> None:
    Settings(SAMPLE).check()


def test_every_setting_that_host_json_asks_for_is_in_the_sample() -> None:
    host = (REPOSITORY / "host.json").read_text()
    asked = set(re.findall(r"%(\w+)%", host))
    connections = set(re.findall(r'"connection(?:String)?Name": "(\w+)"', host))

    assert connections == {"DURABLE_TASK_SCHEDULER_CONNECTION_STRING"}
    assert asked | connections <= set(SAMPLE)


def test_workflows_are_kept_by_the_scheduler_in_azure_and_never_by_what_replaces_it_locally() -> None:
    host = json.loads((REPOSITORY / "host.json").read_text())
    in_azure = (REPOSITORY / "infra" / "modules" / "function-app.bicep").read_text()

    provider = host["extensions"]["durableTask"]["storageProvider"]
    assert provider["type"] == "azureManaged"
    assert f"{provider['connectionStringName']}: 'Endpoint=" in in_azure
    assert "AzureFunctionsJobHost__" not in in_azure


def test_every_setting_says_what_it_means_in_half_a_sentence() -> None:
    for each in variables().values():
        assert each.meaning
        assert not each.meaning.endswith(".")


def test_a_setting_that_sounds_secret_is_typed_as_one() -> None:
    for section in SECTIONS:
        for name, hint in get_type_hints(section, include_extras=True).items():
            named = hint.__metadata__[0].name
            if SOUNDS_SECRET.search(named) and named not in PUBLISHED:
                assert hint.__origin__ is Secret, f"{section.__name__}.{name}"


def test_only_settings_and_the_host_read_the_environment() -> None:
    readers = [
        path.relative_to(REPOSITORY).as_posix()
        for folder in ("shared", "blueprints")
        for path in (REPOSITORY / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]

    assert readers == ["shared/settings.py"]
