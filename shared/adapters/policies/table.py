"""How each dependency is called: one table of deadlines, repetitions and breakers.

The deadline holds for a whole call, its repetitions and the waits between them included. A wait
that does not fit is not begun: the error surfaces at once, so no cap on what a service asks us to
wait is needed beyond the deadline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from shared.domain.breaker import BreakerLimits

type Name = Literal[
    "language_model",
    "speech",
    "calls",
    "call_tokens",
    "call_keys",
    "mail",
    "documents",
    "transcription",
    "push",
    "storage",
    "events",
]


@dataclass(frozen=True, slots=True)
class Policy:
    name: Name
    label: str  # what messages call it
    seconds: float  # the deadline, where a caller names none
    attempts: int = 3  # in all
    stream_attempts: int = 2  # of beginning a stream
    base_seconds: float = 1.0  # the first wait; each next one is twice as long
    cap_seconds: float = 60.0
    jitter_seconds: float = 1.0
    failures: int = 5
    open_seconds: float = 30.0
    probes: int = 3

    @property
    def breaker(self) -> BreakerLimits:
        return BreakerLimits(
            failures=self.failures,
            open_seconds=self.open_seconds,
            probes=self.probes,
            probe_seconds=2 * self.seconds,  # no call of ours lasts as long
        )


_ALL: Final = (
    Policy("language_model", "the language model", seconds=60),
    Policy("speech", "the speech service", seconds=10, base_seconds=0.5),
    Policy("calls", "the call service", seconds=10, base_seconds=0.5),
    Policy("call_tokens", "the service of call tokens", seconds=5, base_seconds=0.3),
    Policy("call_keys", "the service of call keys", seconds=5, base_seconds=0.3),
    Policy("mail", "the mail service", seconds=30),
    Policy("documents", "the reader of documents", seconds=120),
    Policy("transcription", "the transcription service", seconds=600),
    Policy("push", "the push service", seconds=5, base_seconds=0.3),
    Policy("storage", "Blob Storage", seconds=30, base_seconds=0.3),
    Policy("events", "the event service", seconds=10, base_seconds=0.5),
)
POLICIES: Final[Mapping[Name, Policy]] = MappingProxyType({policy.name: policy for policy in _ALL})


def configured(attempts: int, failures: int, open_seconds: float, probes: int) -> Mapping[Name, Policy]:
    """The table with the values that settings may change for all dependencies at once."""
    return {
        name: replace(policy, attempts=attempts, failures=failures, open_seconds=open_seconds, probes=probes)
        for name, policy in POLICIES.items()
    }
