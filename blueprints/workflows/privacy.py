"""The steps that carry out a deletion."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.erasure_workflow import (
    BEGIN_ERASURE,
    CLOSE_ACCOUNT,
    ERASE_FILES,
    ERASE_HISTORIES,
    ERASE_IDENTITY,
    ERASE_ROWS,
    FAIL_ERASURE,
    FINISH_ERASURE,
    HALT_WORK,
    ErasureFailed,
    ErasureWanted,
)
from shared.workflows.erase_person import erase_person

blueprint = df.Blueprint()
orchestrates(blueprint, erase_person)


@blueprint.function_name(BEGIN_ERASURE)
@blueprint.activity_trigger(input_name="wanted")
async def begin_erasure(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    begun = await services().erasure.begin(ErasureWanted.model_validate(wanted).request_id)
    return begun.model_dump(mode="json")


@blueprint.function_name(HALT_WORK)
@blueprint.activity_trigger(input_name="wanted")
@blueprint.durable_client_input(client_name="client")
async def halt_work(wanted: dict, client: df.DurableFunctionsClient) -> dict:  # type: ignore[type-arg]  # likewise
    current = services()
    message = ErasureWanted.model_validate(wanted)
    halted = await current.erasure.halt(message.request_id, current.workflows(client))
    return halted.model_dump(mode="json")


@blueprint.function_name(ERASE_FILES)
@blueprint.activity_trigger(input_name="wanted")
async def erase_files(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    erased = await services().erasure.files(ErasureWanted.model_validate(wanted).request_id)
    return erased.model_dump(mode="json")


@blueprint.function_name(ERASE_IDENTITY)
@blueprint.activity_trigger(input_name="wanted")
async def erase_identity(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    erased = await services().erasure.identity(ErasureWanted.model_validate(wanted).request_id)
    return erased.model_dump(mode="json")


@blueprint.function_name(ERASE_ROWS)
@blueprint.activity_trigger(input_name="wanted")
async def erase_rows(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    erased = await services().erasure.rows(ErasureWanted.model_validate(wanted).request_id)
    return erased.model_dump(mode="json")


@blueprint.function_name(ERASE_HISTORIES)
@blueprint.activity_trigger(input_name="wanted")
@blueprint.durable_client_input(client_name="client")
async def erase_histories(wanted: dict, client: df.DurableFunctionsClient) -> dict:  # type: ignore[type-arg]  # likewise
    current = services()
    message = ErasureWanted.model_validate(wanted)
    erased = await current.erasure.histories(message.request_id, current.workflows(client))
    return erased.model_dump(mode="json")


@blueprint.function_name(CLOSE_ACCOUNT)
@blueprint.activity_trigger(input_name="wanted")
async def close_account(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    closed = await services().erasure.account(ErasureWanted.model_validate(wanted).request_id)
    return closed.model_dump(mode="json")


@blueprint.function_name(FINISH_ERASURE)
@blueprint.activity_trigger(input_name="wanted")
async def finish_erasure(wanted: dict) -> bool:  # type: ignore[type-arg]  # likewise
    return await services().erasure.finish(ErasureWanted.model_validate(wanted).request_id)


@blueprint.function_name(FAIL_ERASURE)
@blueprint.activity_trigger(input_name="failed")
async def fail_erasure(failed: dict) -> None:  # type: ignore[type-arg]  # likewise
    message = ErasureFailed.model_validate(failed)
    await services().erasure.fail(message.request_id, message.reason)
