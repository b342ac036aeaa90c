"""Real requests for every operation, taken from the rules of the permission matrix."""

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

from tests.security.matrix.rules import Arrange, Ask, Public, Rule
from tests.security.matrix.table import RULES
from tests.security.matrix.world import World
from tests.security.probe.operations import Place

ASKED_AGAIN: Final = 4
"""How often one thing is asked about before a new one is made: what it becomes is asked about too."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One valid request, taken apart as the description names its parts."""

    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: Mapping[str, tuple[str, bytes]] | None = None

    @classmethod
    def of(cls, template: str, ask: Ask) -> "Sample":
        path, _, query = ask.path.partition("?")
        found = _pattern(template).fullmatch(path)
        assert found, f"{path} is no {template}"
        parts = {name: unquote(value) for name, value in found.groupdict().items()}
        return cls(parts, dict(parse_qsl(query)) | dict(ask.params), dict(ask.headers), ask.json, ask.files)

    def at(self, place: Place) -> dict[str, Any]:
        """What stands there, by its name."""
        match place:
            case Place.PATH:
                return dict(self.path)
            case Place.QUERY:
                return dict(self.query)
            case Place.BODY:
                return dict(self.body) if isinstance(self.body, dict) else {}

    def changed(self, place: Place, name: str, value: str) -> "Sample":
        """The same request with another value there; a list keeps being one."""
        before = self.at(place)
        changed = before | {name: [value] if isinstance(before.get(name), list) else value}
        return replace(self, **{place.value: changed})

    def address(self, template: str) -> str:
        return re.sub(r"\{(\w+)(?::path)?\}", lambda found: quote(self.path[found[1]], safe=""), template)

    def parts(self) -> list[Any]:
        """All that is sent, without who sends it."""
        return [self.path, self.query, self.body]


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)(?::path)?\}", r"(?P<\1>[^/]+)", template))


def arranges(operation: str) -> list[Arrange]:
    """Every way in which the matrix asks this operation."""
    rules = RULES[operation]
    each: tuple[Rule | Public, ...] = rules if isinstance(rules, tuple) else (rules,)
    return [rule.arrange for rule in each]


@dataclass
class Samples:
    """Real requests on demand; the rows behind them are new every few draws."""

    world: World
    lock: threading.Lock = field(default_factory=threading.Lock)
    _drawn: Counter[str] = field(default_factory=Counter)
    _at_hand: dict[str, Sample] = field(default_factory=dict)
    _ways: dict[str, Any] = field(default_factory=dict)

    def draw(self, operation: str, template: str) -> Sample:
        with self.lock:
            if self._drawn[operation] % ASKED_AGAIN == 0:
                ways = self._ways.setdefault(operation, cycle(arranges(operation)))
                self._at_hand[operation] = Sample.of(template, next(ways)(self.world))
            self._drawn[operation] += 1
            return self._at_hand[operation]
