"""The interview: begun, held turn by turn, read, ended, and what comes in beside the talk."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Header, Query, Request, Response

from shared.bootstrap import edge, services
from shared.contracts.interview import (
    TURN_LIMITS,
    Cancel,
    Chat,
    Consent,
    ConsentItem,
    Consents,
    End,
    EndedView,
    Finals,
    HeardView,
    HeldInterview,
    HeldProgress,
    Nothing,
    OwnInterview,
    OwnProgress,
    Schedule,
    SignalsSent,
    SignalsView,
    Start,
    StartedView,
    Token,
    Transcript,
    Turn,
)
from shared.contracts.plans import PlanView
from shared.domain.identity import Person
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller, client_address
from shared.http.sse import EventStream, ServerSentEvent, stream_of

if TYPE_CHECKING:
    from shared.use_cases.interview.follow_progress import Seen
    from shared.use_cases.interview.running_turn import RunningTurn

api = Api("Interviews", edge)

INTERVIEW = "/api/v1/interview"
TURN = Policy(limits=(), counted_inside=TURN_LIMITS)
LastSeen = Annotated[
    str, Header(alias="Last-Event-ID", max_length=64, description="The id of the last event that you have")
]
After = Annotated[int, Query(ge=0, le=1_000_000, description="The last that you have")]
Typing = Annotated[bool, Query(description="The candidate is typing, and is not silent")]
TURN_EVENTS = stream_of(token=("Token",), done=("Turn",))
PROGRESS_EVENTS = stream_of(progress=("OwnProgress", "HeldProgress"), done=("Nothing",))


@api.post(
    f"{INTERVIEW}/{{interview_id}}/start",
    durable_client=True,
    refuses=("forbidden", "invalid_interview_state", "interview_locked", "conflict"),
)
async def start_interview(
    interview_id: UUID, caller: Caller, request: Request, start: Start | None = None
) -> StartedView:
    """Begin your interview, or take it up again: same clock, same place.

    The opening says that the interviewer is an AI and that people decide, and asks the first question.
    """
    carry = services().carry(request.state.durable_client)
    return await services().interviews.start(caller, interview_id, start or Start(), carry.begun)


@api.post(
    f"{INTERVIEW}/chat",
    policy=TURN,
    refuses=("not_found", "forbidden", "interview_not_in_progress", "turn_in_progress", "conflict"),
)
async def chat(said: Chat, caller: Caller, request: Request) -> Turn:
    """Answer, and get the reply whole. The answer is saved before anything else happens."""
    running = await services().take_turn(said.answer(caller.user_id))
    request.state.allowance = running.allowance
    return Turn.of(await running.finished())


@api.post(
    f"{INTERVIEW}/chat/stream",
    policy=TURN,
    response_class=Response,
    responses=TURN_EVENTS,
    refuses=("not_found", "forbidden", "interview_not_in_progress", "turn_in_progress", "conflict"),
)
async def stream_chat(said: Chat, caller: Caller, request: Request) -> Response:
    """Answer, and get the reply as it is worded.

    Events: `token` with `content`, whose pieces joined are the response; `done` with the whole turn;
    `error` with a problem. Who leaves finds the stored reply by sending the same turn again.
    """
    running = await services().take_turn(said.answer(caller.user_id))
    request.state.allowance = running.allowance
    return EventStream(_events(running))


async def _events(running: "RunningTurn") -> AsyncGenerator[ServerSentEvent]:
    async for part in running.parts():
        if isinstance(part, str):
            yield ServerSentEvent("token", Token(content=part))
        else:
            yield ServerSentEvent("done", Turn.of(part))


@api.post(
    f"{INTERVIEW}/{{interview_id}}/end", durable_client=True, refuses=("forbidden", "invalid_interview_state")
)
async def end_interview(
    interview_id: UUID, caller: Caller, request: Request, end: End | None = None
) -> EndedView:
    """End an interview that runs: the candidate their own, recruiters a stuck one. Repeated, the same."""
    carry = services().carry(request.state.durable_client)
    return await services().interviews.end(caller, interview_id, end or End(), carry.ended)


@api.get(f"{INTERVIEW}/{{interview_id}}", refuses=("forbidden",))
async def read_interview(interview_id: UUID, caller: Caller) -> HeldInterview | OwnInterview:
    """Read an interview with its transcript. Only members of the organisation get score and signals."""
    return await services().interviews.read(caller, interview_id)


@api.get(f"{INTERVIEW}/{{interview_id}}/transcript", refuses=("forbidden",))
async def read_transcript(interview_id: UUID, caller: Caller, after_sequence: After = 0) -> Transcript:
    """Read what was said, in its order, from where you stopped."""
    return await services().interviews.read.transcript(caller, interview_id, after_sequence)


@api.post(
    f"{INTERVIEW}/{{interview_id}}/transcript",
    status_code=202,
    refuses=("forbidden", "interview_not_in_progress"),
)
async def add_speech(interview_id: UUID, finals: Finals, caller: Caller) -> HeardView:
    """Hand in what was recognised of your speech; the turn with this id keeps it as one answer."""
    return await services().interviews.hear(caller, interview_id, finals)


@api.get(
    f"{INTERVIEW}/{{interview_id}}/progress",
    durable_client=True,
    response_model=HeldProgress | OwnProgress,
    responses=PROGRESS_EVENTS,
    refuses=("forbidden",),
)
async def read_progress(
    interview_id: UUID, caller: Caller, request: Request, seen: LastSeen = "", typing: Typing = False
) -> HeldProgress | OwnProgress | Response:
    """Read how far an interview is, or follow it with `Accept: text/event-stream`.

    Events: `progress` when something has changed, `done` when nothing will. Come back with `Last-Event-ID`.
    """
    if typing:
        await services().note_sign(interview_id, caller.user_id, active=True)
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventStream(_changes(await _followed(interview_id, caller, request, seen)))
    workflows = services().workflows(request.state.durable_client)
    return await services().interviews.progress(caller, interview_id, workflows)


async def _followed(
    interview_id: UUID, caller: Person, request: Request, seen: str
) -> AsyncGenerator["Seen"]:
    current, client = services(), request.state.durable_client
    workflows, lasting = current.workflows(client), current.lasting_workflows(client)
    return await current.interviews.follow(caller, interview_id, workflows, lasting, seen)


async def _changes(told: AsyncGenerator["Seen"]) -> AsyncGenerator[ServerSentEvent]:
    async with aclosing(told):
        async for seen in told:
            yield ServerSentEvent("progress", seen.progress, seen.mark)
            if seen.is_last:
                yield ServerSentEvent("done", Nothing())


@api.get(f"{INTERVIEW}/{{interview_id}}/plan", refuses=("forbidden",))
async def read_plan(interview_id: UUID, caller: Caller) -> PlanView:
    """Read the questions of an interview. Candidates never see them."""
    return await services().interviews.read.plan(caller, interview_id)


@api.post(
    f"{INTERVIEW}/{{interview_id}}/schedule",
    durable_client=True,
    refuses=("forbidden", "invalid_interview_state"),
)
async def schedule_interview(
    interview_id: UUID, schedule: Schedule, caller: Caller, request: Request
) -> HeldInterview | OwnInterview:
    """Pick a time for your interview, before the invitation expires. It may be moved until it begins."""
    carry = services().carry(request.state.durable_client)
    return await services().interviews.schedule(caller, interview_id, schedule, carry.rescheduled)


@api.post(f"{INTERVIEW}/{{interview_id}}/cancel", refuses=("forbidden", "invalid_interview_state"))
async def cancel_interview(
    interview_id: UUID, cancel: Cancel, caller: Caller
) -> HeldInterview | OwnInterview:
    """Cancel an interview that has not begun."""
    return await services().interviews.cancel(caller, interview_id, cancel)


@api.post(f"{INTERVIEW}/{{interview_id}}/consent", status_code=201, refuses=("forbidden",))
async def give_consent(interview_id: UUID, consent: Consent, caller: Caller, request: Request) -> ConsentItem:
    """Say whether your interview may be recorded. Refusing withdraws what was granted before."""
    return await services().interviews.consent(caller, interview_id, consent, client_address(request))


@api.get(f"{INTERVIEW}/{{interview_id}}/consent", refuses=("forbidden",))
async def read_consents(interview_id: UUID, caller: Caller) -> Consents:
    """Read what was said to being recorded, and the wording that is agreed to."""
    return await services().interviews.consent.all(caller, interview_id)


@api.post(
    f"{INTERVIEW}/{{interview_id}}/signals",
    status_code=202,
    refuses=("forbidden", "interview_not_in_progress"),
)
async def send_signals(interview_id: UUID, signals: SignalsSent, caller: Caller) -> SignalsView:
    """Hand in what the browser noticed. It is an aid for people who review, and scores nothing."""
    return await services().interviews.signal(caller, interview_id, signals)
