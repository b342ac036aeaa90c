"""Answers that a test has laid ready: a service asks for one before it thinks of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONTROL: Final = frozenset({"match", "times"})
type Check = Callable[[Mapping[str, Any]], None]


@dataclass(slots=True)
class Script:
    """One answer, for a request whose facts match, as often as said: None is always."""

    answer: dict[str, Any]
    match: dict[str, re.Pattern[str]] = field(default_factory=dict)
    times: int | None = 1

    def fits(self, facts: Mapping[str, str]) -> bool:
        return all(pattern.search(facts.get(name, "")) for name, pattern in self.match.items())

    def told(self) -> dict[str, Any]:
        match = {name: pattern.pattern for name, pattern in self.match.items()}
        return {**self.answer, "match": match, "times": self.times}


class Scripts:
    """The answers of each service, given in the order in which they were laid ready."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._waiting: dict[str, list[Script]] = {}

    def accept(self, service: str, check: Check) -> None:
        """Say that a service takes scripts; `check` raises ValueError for one it cannot play."""
        self._checks[service] = check

    def add(self, service: str, asked: Mapping[str, Any]) -> Script:
        """Raises ValueError for what the service could not play."""
        if service not in self._checks:
            raise ValueError(f"{service!r} takes no scripts; these do: {', '.join(sorted(self._checks))}")
        answer = {name: value for name, value in asked.items() if name not in CONTROL}
        self._checks[service](answer)
        times = asked.get("times", 1)
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times must be a whole number from 1 on, or null for always")
        script = Script(answer, _patterns(asked.get("match") or {}), times)
        self._waiting.setdefault(service, []).append(script)
        return script

    def take(self, service: str, facts: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Give the first answer that fits the facts of a request, by the names a script may match."""
        waiting = self._waiting.get(service)
        script = next((each for each in waiting or () if each.fits(facts or {})), None)
        if script is None or waiting is None:
            return None
        if script.times is not None:
            script.times -= 1
            if not script.times:
                waiting.remove(script)
        return script.answer

    def waiting(self, service: str) -> list[Script]:
        return list(self._waiting.get(service, ()))

    def forget(self, service: str | None = None) -> None:
        if service is None:
            self._waiting.clear()
        else:
            self._waiting.pop(service, None)


def _patterns(match: object) -> dict[str, re.Pattern[str]]:
    if not isinstance(match, dict):
        raise ValueError("match must be an object of regular expressions")  # noqa: TRY004 - the one error of this module
    try:
        return {str(name): re.compile(str(pattern)) for name, pattern in match.items()}
    except re.error as error:
        raise ValueError(f"match holds no regular expression: {error}") from error
