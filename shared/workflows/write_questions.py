"""Lets a model write the questions of a role. One step, which may be repeated; the workflow makes it last."""

from collections.abc import Generator
from typing import Any

from shared.contracts.question_workflow import SUGGEST_QUESTIONS
from shared.workflows.context import Context, Task


def write_questions(context: Context) -> Generator[Task, Any, dict[str, Any]]:
    written: dict[str, Any] = yield context.call_activity(SUGGEST_QUESTIONS, context.get_input())
    return written
