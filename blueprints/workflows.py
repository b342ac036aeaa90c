"""Registers the orchestrators of shared/workflows, and binds each activity to one use case."""

from typing import Any, Final

import azure.durable_functions as df

from shared.bootstrap import services
from shared.contracts.question_workflow import SUGGEST_QUESTIONS, QuestionsWanted, QuestionsWritten
from shared.contracts.self_check import ANSWER, COUNT, SQUARE
from shared.domain.self_check import count, square
from shared.workflows.self_check import self_check
from shared.workflows.write_questions import write_questions

blueprint = df.Blueprint()

# our Context is the part of the SDK's that every version has
ORCHESTRATORS: Final[tuple[Any, ...]] = (self_check, write_questions)

for orchestrator in ORCHESTRATORS:
    blueprint.orchestration_trigger(context_name="context")(orchestrator)


@blueprint.function_name(COUNT)
@blueprint.activity_trigger(input_name="number")
async def count_up(number: int) -> int:
    return count(number)


@blueprint.function_name(SQUARE)
@blueprint.activity_trigger(input_name="number")
async def multiply(number: int) -> int:
    return square(number)


@blueprint.function_name(ANSWER)
@blueprint.activity_trigger(input_name="instance_id")
@blueprint.durable_client_input(client_name="client")
async def answer(instance_id: str, client: df.DurableFunctionsClient) -> None:
    await services().answer_self_check(client)(instance_id)


@blueprint.function_name(SUGGEST_QUESTIONS)
@blueprint.activity_trigger(input_name="wanted")
async def suggest_questions(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    message = QuestionsWanted.model_validate(wanted)
    kept = await services().planning.suggest(message.job_role_id)
    return QuestionsWritten(version=kept.version).model_dump(mode="json")
