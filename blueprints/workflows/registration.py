"""How an orchestrator is put on a blueprint."""

from collections.abc import Callable, Generator
from typing import Any

import azure.durable_functions as df

from shared.workflows.context import Context, Task


def orchestrates[Result](
    blueprint: df.Blueprint, workflow: Callable[[Context], Generator[Task, Any, Result]]
) -> None:
    """Register it under its own name."""
    # our Context is the part of the SDK's that every version has
    written: Any = workflow
    blueprint.orchestration_trigger(context_name="context")(written)
