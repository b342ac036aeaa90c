"""What host.json says about durable functions (`extensions.durableTask`)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from local.host.settings import SettingsError

if TYPE_CHECKING:
    from local.host.settings import HostSettings

DEFAULT_HUB = "TestHubName"  # what the extension uses outside Azure

type Verdict = Literal["run", "reject", "fail"]


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of host.json that this host honours, with the extension's defaults."""

    hub_name: str = DEFAULT_HUB
    max_activities: int = 10
    max_orchestrators: int = 10
    max_entities: int = 10
    max_entity_batch: int = 50
    default_version: str | None = None
    version_match: str = "currentorolder"
    version_failure: str = "reject"
    any_state_overridable: bool = False
    throw_on_raise: bool = True

    @classmethod
    def read(cls, settings: HostSettings) -> Self:
        section = {key.casefold(): value for key, value in settings.extension("durableTask").items()}

        def number(key: str, default: int) -> int:
            value = section.get(key.casefold())
            try:
                return max(1, int(default if value is None else value))
            except (TypeError, ValueError, OverflowError):
                text = f"host.json: extensions.durableTask.{key} must be a number, not {value!r}"
                raise SettingsError(text) from None

        def word(key: str, default: str) -> str:
            return str(section.get(key.casefold()) or default).casefold()

        return cls(
            hub_name=settings.resolve(str(section.get("hubname") or DEFAULT_HUB)),
            max_activities=number("maxConcurrentActivityFunctions", 10),
            max_orchestrators=number("maxConcurrentOrchestratorFunctions", 10),
            max_entities=number("maxConcurrentEntityFunctions", 10),
            max_entity_batch=number("maxEntityOperationBatchSize", 50),
            default_version=_text(section.get("defaultversion")),
            version_match=word("versionMatchStrategy", "currentorolder"),
            version_failure=word("versionFailureStrategy", "reject"),
            any_state_overridable=word("overridableExistingInstanceStates", "") == "anystate",
            throw_on_raise=section.get("throwstatusexceptionsonraiseevent") is not False,
        )

    def judge(self, version: str | None) -> Verdict:
        """Say whether this app may run an instance of that version.

        Without a `defaultVersion` the app does not take part in versioning.
        """
        if self.default_version is None or self.version_match == "none":
            return "run"
        order = compare_versions(version, self.default_version)
        if order == 0 or (order < 0 and self.version_match == "currentorolder"):
            return "run"
        return "fail" if self.version_failure == "fail" else "reject"


def compare_versions(left: str | None, right: str | None) -> int:
    """Compare as the extension does: nothing first, then number by number, otherwise as text."""
    if not left or not right:
        return bool(left) - bool(right)
    first, second = _numbers(left), _numbers(right)
    if first is None or second is None:
        return (left.casefold() > right.casefold()) - (left.casefold() < right.casefold())
    for one, other in itertools.zip_longest(first, second, fillvalue=-1):
        if one != other:
            return 1 if one > other else -1
    return 0


def _numbers(version: str) -> list[int] | None:
    parts = version.split(".")
    return [int(part) for part in parts] if all(part.isdecimal() for part in parts) else None


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON values
    return str(value) if value not in (None, "") else None
