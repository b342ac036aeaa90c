"""The step that writes the questions of a role."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.question_workflow import SUGGEST_QUESTIONS, QuestionsWanted, QuestionsWritten
from shared.workflows.write_questions import write_questions

blueprint = df.Blueprint()
orchestrates(blueprint, write_questions)


@blueprint.function_name(SUGGEST_QUESTIONS)
@blueprint.activity_trigger(input_name="wanted")
async def suggest_questions(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    message = QuestionsWanted.model_validate(wanted)
    kept = await services().planning.suggest(message.job_role_id)
    return QuestionsWritten(version=kept.version).model_dump(mode="json")
