"""The steps of a score run."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.lifecycle import REQUEST_SCORE, START_SCORE, InterviewWanted, ScoringWanted
from shared.contracts.scoring_workflow import (
    ANNOUNCE_SCORE,
    BEGIN_SCORE,
    CONFIRM_POINTS,
    FAIL_SCORE,
    FINISH_SCORE,
    RATE_DIMENSION,
    WRITE_SCORE_TEXT,
    FinishWanted,
    PassWanted,
    PointsWanted,
    RunFailed,
    ScoreAnnounced,
    TextWanted,
)
from shared.workflows.score_interview import score_interview

blueprint = df.Blueprint()
orchestrates(blueprint, score_interview)

# the worker takes plain classes only, hence every `dict` without its types


@blueprint.function_name(REQUEST_SCORE)
@blueprint.activity_trigger(input_name="wanted")
async def request_score(wanted: dict) -> dict:  # type: ignore[type-arg]
    run = await services().scoring.request(InterviewWanted.model_validate(wanted).interview_id)
    return run.model_dump(mode="json")


@blueprint.function_name(START_SCORE)
@blueprint.activity_trigger(input_name="wanted")
@blueprint.durable_client_input(client_name="client")
async def start_score(wanted: dict, client: df.DurableFunctionsClient) -> None:  # type: ignore[type-arg]
    current = services()
    await current.scoring.start_over(current.workflows(client))(ScoringWanted.model_validate(wanted))


@blueprint.function_name(BEGIN_SCORE)
@blueprint.activity_trigger(input_name="wanted")
async def begin_score(wanted: dict) -> dict:  # type: ignore[type-arg]
    steps = await services().scoring.begin(ScoringWanted.model_validate(wanted))
    return steps.model_dump(mode="json")


@blueprint.function_name(RATE_DIMENSION)
@blueprint.activity_trigger(input_name="wanted")
async def rate_dimension(wanted: dict) -> dict:  # type: ignore[type-arg]
    taken = await services().scoring.rate(PassWanted.model_validate(wanted))
    return taken.model_dump(mode="json")


@blueprint.function_name(CONFIRM_POINTS)
@blueprint.activity_trigger(input_name="wanted")
async def confirm_points(wanted: dict) -> dict:  # type: ignore[type-arg]
    taken = await services().scoring.confirm(PointsWanted.model_validate(wanted))
    return taken.model_dump(mode="json")


@blueprint.function_name(WRITE_SCORE_TEXT)
@blueprint.activity_trigger(input_name="wanted")
async def write_score_text(wanted: dict) -> dict:  # type: ignore[type-arg]
    taken = await services().scoring.write(TextWanted.model_validate(wanted))
    return taken.model_dump(mode="json")


@blueprint.function_name(FINISH_SCORE)
@blueprint.activity_trigger(input_name="wanted")
async def finish_score(wanted: dict) -> dict:  # type: ignore[type-arg]
    done = await services().scoring.finish(FinishWanted.model_validate(wanted))
    return done.model_dump(mode="json")


@blueprint.function_name(FAIL_SCORE)
@blueprint.activity_trigger(input_name="failed")
async def fail_score(failed: dict) -> dict:  # type: ignore[type-arg]
    done = await services().scoring.fail(RunFailed.model_validate(failed))
    return done.model_dump(mode="json")


@blueprint.function_name(ANNOUNCE_SCORE)
@blueprint.activity_trigger(input_name="announced")
@blueprint.durable_client_input(client_name="client")
async def announce_score(announced: dict, client: df.DurableFunctionsClient) -> None:  # type: ignore[type-arg]
    current = services()
    await current.scoring.announce_over(current.workflows(client))(ScoreAnnounced.model_validate(announced))
