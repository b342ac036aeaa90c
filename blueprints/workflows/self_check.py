"""The steps of the self-check."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.self_check import ANSWER, COUNT, SQUARE
from shared.domain.self_check import count, square
from shared.workflows.self_check import self_check

blueprint = df.Blueprint()
orchestrates(blueprint, self_check)


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
