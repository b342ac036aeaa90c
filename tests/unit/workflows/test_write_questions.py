"""The workflow that writes questions, driven as the generator that it is."""

import pytest

from shared.contracts.question_workflow import SUGGEST_QUESTIONS
from shared.workflows.write_questions import write_questions


class OneStepContext:
    def __init__(self) -> None:
        self.called: list[tuple[str, object]] = []

    def get_input(self) -> dict[str, str]:
        return {"job_role_id": "8f14e45f-ceea-467f-9c0d-5a1f2b3c4d5e"}

    def call_activity(self, name: str, input_: object = None) -> str:
        self.called.append((name, input_))
        return "task"


def test_the_message_goes_to_one_activity_and_its_answer_is_the_result() -> None:
    context = OneStepContext()
    run = write_questions(context)  # type: ignore[arg-type] # the part of the context that it uses

    next(run)
    with pytest.raises(StopIteration) as end:
        run.send({"version": 3})

    assert end.value.value == {"version": 3}
    assert context.called == [(SUGGEST_QUESTIONS, context.get_input())]
