"""The fault table: each operation of each adapter against everything that can go wrong on its way.

To add an adapter, write `operations/<name>.py` with a list `OPERATIONS`; it is found by itself:

    async def _send(place: Place) -> object:
        mailer = AcsMailer(place.url, Secret(place.keys.acs), place.guard("mail", azure_fault))
        try:
            return await mailer.send(A_LETTER)
        finally:
            await mailer.close()

    OPERATIONS = [
        Operation("mail.send", service="email", method="POST", path="/emails:send", run=_send),
    ]

`service` is the simulator's name for what is asked, `method` and `path` (a regular expression) say
which requests of the operation get the fault and are counted. Each operation meets every row of
ROWS that fits it, as a test of its own:

- `repeatable=False`: it must not happen twice, so that it is asked again only where nothing was done;
- `streams=True`: rows of streams fit it as well;
- `exempt={"html": "the answer has no body that anybody reads"}`: rows that cannot touch it, and why.

`run` makes the adapter with what the place offers, does the operation once, and closes the adapter.
Its deadline is that of the place's policies, in which only times differ from the real table.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.simulators.world import Keys
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.fault import Kind, Translate
from shared.adapters.policies.guard import Guarded, Guards
from shared.adapters.policies.table import POLICIES, Name
from shared.errors import RateLimitedError, TalentiError, UnavailableError, UpstreamError
from tests.integration.faults import operations

NOBODY = "http://127.0.0.1:9"
AMPLE = 20.0  # seconds, for rows that end by themselves


@dataclass(frozen=True)
class Place:
    """Where an operation happens: the address of all services, their keys, and quick policies."""

    url: str
    keys: Keys
    seconds: float
    guards: Guards

    @classmethod
    def at(cls, url: str, keys: Keys, seconds: float) -> "Place":
        quick = {
            name: replace(policy, seconds=seconds, base_seconds=0.01, cap_seconds=0.02, jitter_seconds=0.0)
            for name, policy in POLICIES.items()
        }
        return cls(url, keys, seconds, Guards(SystemClock(), quick))

    def guard(self, name: Name, translate: Translate) -> Guarded:
        return self.guards.of(name, translate)


@dataclass(frozen=True)
class Operation:
    name: str
    service: str
    path: str
    run: Callable[[Place], Awaitable[object]]
    method: str = "POST"
    repeatable: bool = True
    streams: bool = False
    attempts: int = 3
    exempt: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Row:
    """One fault: what the simulator is told, and what must come of it.

    `kind` says what the fault proves, and so whether the operation may be repeated. Only a fault
    with `times=1` can be outlived.
    """

    name: str
    kind: Kind
    error: type[TalentiError] | tuple[type[TalentiError], ...]
    fault: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = AMPLE
    never_repeated: bool = False  # as no time is left for it, or as a stream has begun
    nobody_listens: bool = False
    streams: bool = False
    retry_after: float | None = None  # what the caller is told

    def __str__(self) -> str:
        return self.name

    def fits(self, operation: Operation) -> bool:
        return (operation.streams or not self.streams) and self.name not in operation.exempt

    def outcome_of(self, operation: Operation) -> tuple[int, bool]:
        """How often the operation is asked, and whether it succeeds."""
        safe = operation.repeatable or self.kind.proves_nothing_was_done
        if self.never_repeated or not self.kind.can_pass or not safe:
            return 1, False
        return (2, True) if self.fault.get("times") == 1 else (operation.attempts, False)


ROWS = [
    Row("refused connection", Kind.UNREACHED, UnavailableError, nobody_listens=True),
    Row("timeout", Kind.LOST, UnavailableError, {"kind": "hang"}, seconds=0.6, never_repeated=True),
    Row("reset", Kind.LOST, UnavailableError, {"kind": "reset"}),
    Row("429", Kind.THROTTLED, RateLimitedError, {"kind": "status", "status": 429}),
    Row(
        "429, then fine",
        Kind.THROTTLED,
        RateLimitedError,
        {"kind": "status", "status": 429, "retry_after": 0.1, "times": 1},
    ),
    Row(
        "429 for a minute",
        Kind.THROTTLED,
        RateLimitedError,
        {"kind": "status", "status": 429, "retry_after": 60},
        never_repeated=True,
        retry_after=60,
    ),
    Row("500", Kind.BROKEN, UnavailableError, {"kind": "status", "status": 500}),
    Row("503, then fine", Kind.BROKEN, UnavailableError, {"kind": "status", "status": 503, "times": 1}),
    Row(
        "503 for a minute",
        Kind.BROKEN,
        UnavailableError,
        {"kind": "status", "status": 503, "retry_after": 60},
        never_repeated=True,
        retry_after=60,
    ),
    Row("malformed body", Kind.BROKEN, UpstreamError, {"kind": "malformed"}),
    Row("html", Kind.BROKEN, UpstreamError, {"kind": "html"}),
    Row("cut", Kind.LOST, (UnavailableError, UpstreamError), {"kind": "truncate"}),
    Row("token expired", Kind.REFUSED, UpstreamError, {"kind": "status", "status": 401}),
    Row(
        "stream cut",
        Kind.LOST,
        UnavailableError,
        {"kind": "cut", "after": 8},
        never_repeated=True,
        streams=True,
    ),
    Row(
        "stream without an end",
        Kind.BROKEN,
        UpstreamError,
        {"kind": "no_finish"},
        never_repeated=True,
        streams=True,
    ),
]


def all_operations() -> list[Operation]:
    found: list[Operation] = []
    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        found += importlib.import_module(module.name).OPERATIONS
    return found
