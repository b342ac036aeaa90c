"""What our orchestrators use of the platform's context, and no more.

It is the part that every version of the Durable SDK has, so that moving between versions
touches no workflow.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol


class Task(Protocol):
    """Something that can be yielded; its result is what the yield gives."""

    @property
    def result(self) -> Any: ...  # noqa: ANN401 - whatever the activity returned


class Timer(Task, Protocol):
    def cancel(self) -> Any: ...  # noqa: ANN401 - differs between versions, nobody reads it


class Context(Protocol):
    @property
    def instance_id(self) -> str: ...

    @property
    def version(self) -> str | None:
        """The `defaultVersion` of the app that began this run; None for one that was begun without."""

    @property
    def current_utc_datetime(self) -> datetime: ...

    def get_input(self) -> Any: ...  # noqa: ANN401 - the message it was started with

    def set_custom_status(self, status: Any) -> None: ...  # noqa: ANN401 - any JSON; ids and figures only

    def call_activity(self, name: str, input_: Any = None) -> Task: ...  # noqa: ANN401 - any JSON

    def create_timer(self, fire_at: datetime) -> Timer: ...

    def wait_for_external_event(self, name: str) -> Task: ...

    def task_all(self, tasks: Sequence[Task]) -> Task: ...

    def task_any(self, tasks: Sequence[Task]) -> Task: ...
