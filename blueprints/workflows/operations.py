"""The steps by which a workflow hands something to operators, and takes it back."""

import azure.durable_functions as df

from shared.bootstrap import services
from shared.contracts.lifecycle import PARK, UNPARK, Parked, Unparked

blueprint = df.Blueprint()


@blueprint.function_name(PARK)
@blueprint.activity_trigger(input_name="parked")
async def park(parked: dict) -> None:  # type: ignore[type-arg]  # the worker takes plain classes only
    await services().operations.park(Parked.model_validate(parked))


@blueprint.function_name(UNPARK)
@blueprint.activity_trigger(input_name="unparked")
async def unpark(unparked: dict) -> None:  # type: ignore[type-arg]  # likewise
    await services().operations.unpark(Unparked.model_validate(unparked))
