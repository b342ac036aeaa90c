"""The steps of what carries interviews and invitations."""

from uuid import UUID

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.lifecycle import InterviewWanted, ScoringWanted
from shared.contracts.lifecycle_steps import (
    COACH_PRACTICE,
    LOOK_AT_SCORE,
    SEAL_TRANSCRIPT,
    TEND_INTERVIEW,
    TEND_INVITATION,
    THANK_CANDIDATE,
    InvitationWanted,
)
from shared.workflows.interview_lifecycle import interview_lifecycle
from shared.workflows.invitation_watch import invitation_watch

blueprint = df.Blueprint()
orchestrates(blueprint, interview_lifecycle)
orchestrates(blueprint, invitation_watch)


@blueprint.function_name(TEND_INTERVIEW)
@blueprint.activity_trigger(input_name="wanted")
async def tend_interview(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    tended = await services().lifecycle.tend(_interview(wanted))
    return tended.model_dump(mode="json")


@blueprint.function_name(SEAL_TRANSCRIPT)
@blueprint.activity_trigger(input_name="wanted")
async def seal_transcript(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    sealed = await services().lifecycle.seal(_interview(wanted))
    return sealed.model_dump(mode="json")


@blueprint.function_name(LOOK_AT_SCORE)
@blueprint.activity_trigger(input_name="wanted")
async def look_at_score(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    seen = await services().lifecycle.look_at_score(ScoringWanted.model_validate(wanted).run_id)
    return seen.model_dump(mode="json")


@blueprint.function_name(THANK_CANDIDATE)
@blueprint.activity_trigger(input_name="wanted")
async def thank_candidate(wanted: dict) -> bool:  # type: ignore[type-arg]  # likewise
    return await services().lifecycle.thank(_interview(wanted))


@blueprint.function_name(COACH_PRACTICE)
@blueprint.activity_trigger(input_name="wanted")
async def coach_practice(wanted: dict) -> bool:  # type: ignore[type-arg]  # likewise
    await services().coach.if_nobody_has(_interview(wanted))
    return True


@blueprint.function_name(TEND_INVITATION)
@blueprint.activity_trigger(input_name="wanted")
async def tend_invitation(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    message = InvitationWanted.model_validate(wanted)
    tended = await services().lifecycle.tend_invitation(message.invitation_id)
    return tended.model_dump(mode="json")


def _interview(wanted: dict) -> UUID:  # type: ignore[type-arg]  # likewise
    return InterviewWanted.model_validate(wanted).interview_id
