"""Doing a step again until it is done, by timers that outlive the process.

An adapter repeats a call within seconds. This is for what lies beyond: a database that restarts, a
service that is away for a while. It is written with timers instead of the platform's own retry
options, so that it is the same in every version of the SDK and can be driven as a generator.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from shared.workflows.context import Context, Task


@dataclass(frozen=True, slots=True)
class Persistence:
    """How often, and how long to wait in between: doubled every time, up to the longest."""

    attempts: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        doubled: timedelta = self.first * 2 ** min(failures - 1, 20)  # a length of time has an end
        return min(doubled, self.longest)


IN_THE_BACKGROUND: Final = Persistence(attempts=3, first=timedelta(seconds=30), longest=timedelta(minutes=5))
"""What product work gets before it is put before a person."""

FOR_AN_HOUR: Final = Persistence(attempts=15, first=timedelta(seconds=5), longest=timedelta(minutes=5))
"""What must not be given up while a dependency restarts: about an hour in all."""


def persist(
    context: Context,
    activity: str,
    message: Any,  # noqa: ANN401 - any JSON
    persistence: Persistence = IN_THE_BACKGROUND,
) -> Generator[Task, Any, Any]:
    """What the activity gives, at the latest after so many attempts; the last failure is raised."""
    failures = 0
    while True:
        try:
            return (yield context.call_activity(activity, message))
        except Exception:  # the SDK's own class differs between versions
            failures += 1
            if failures >= persistence.attempts:
                raise
        yield context.create_timer(context.current_utc_datetime + persistence.wait(failures))
