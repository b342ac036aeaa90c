"""Interviews: taken by their candidate, looked at by members, ended or cancelled by recruiters."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from shared.contracts.interview import OwnInterview, OwnProgress
from shared.domain.interview.plan import Plan
from shared.domain.interview.planning import RoleBrief, compose
from shared.domain.interview.progress import Progress
from shared.domain.permissions import Permission
from shared.prompts.library import Prompts
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules
from tests.security.matrix.world import CANDIDATE, OF_CANDIDATE, World

INTERVIEW = "/api/v1/interview"
PLAN = Plan(items=compose(RoleBrief(title="Engineer"))).sealed()
SPOKEN = {"segment_key": "a", "content": "I built it.", "start_time_ms": 0, "end_time_ms": 900}


def invited(world: World) -> UUID:
    """An interview of the candidate that nothing keeps from beginning."""
    application_id = world.fresh_application(status="invited")
    interview_id = world.fresh(
        "interviews",
        application_id=application_id,
        status="invited",
        summary=None,
        started_at=None,
        ended_at=None,
        duration_seconds=None,
        end_reason=None,
        transcript_status="initializing",
    )
    world.fresh(
        "invitations",
        application_id=application_id,
        interview_id=interview_id,
        status="sent",
        token_hash=uuid4().hex * 2,
        expires_at=datetime.now(UTC) + timedelta(days=7),
    )
    return interview_id


def running(world: World) -> UUID:
    interview_id = invited(world)
    progress = {**Progress.begun(PLAN).as_facts(PLAN), "questions_total": PLAN.total}
    world.connection.execute(
        "select public.start_interview(interview_id => %s, caller_id => %s, opening => 'Welcome.', "
        "plan => %s, progress => %s)",
        (interview_id, CANDIDATE, Jsonb(PLAN.as_facts()), Jsonb(progress)),
    )
    return interview_id


def practising(world: World) -> UUID:
    practice_id = world.fresh("practice_interviews")
    world.connection.execute(
        "select public.start_interview(interview_id => %s, caller_id => %s, opening => 'Welcome.', "
        "plan => %s)",
        (practice_id, CANDIDATE, Jsonb(PLAN.as_facts())),
    )
    return practice_id


def of_invited(rest: str, json: object = None) -> Arrange:
    return lambda world: Ask(f"{INTERVIEW}/{invited(world)}{rest}", json=json)


def of_running(rest: str, json: object = None) -> Arrange:
    return lambda world: Ask(f"{INTERVIEW}/{running(world)}{rest}", json=json)


def answered(path: str) -> tuple[Rule, ...]:
    """A turn, in an interview and in a practice interview."""

    def ask(talk_id: UUID) -> Ask:
        said = {"interview_id": str(talk_id), "message": "I built a service."}
        return Ask(f"{INTERVIEW}/{path}", json=said | {"turn_id": str(uuid4())})

    return (
        Rule(Permission.INTERVIEW_TAKE, lambda world: ask(running(world))),
        Rule(Permission.PRACTICE, lambda world: ask(practising(world)), thing=OF_CANDIDATE),
    )


def _consent(world: World) -> Ask:
    text = Prompts().current_consent_text("en")
    said = {"kind": "recording", "granted": True, "text_version": text.version, "locale": "en"}
    return Ask(f"{INTERVIEW}/{invited(world)}/consent", json=said)


def _signals(world: World) -> Ask:
    noticed = {"type": "tab_switch", "timestamp": datetime.now(UTC).isoformat()}
    return Ask(f"{INTERVIEW}/{running(world)}/signals", json={"signals": [noticed]})


def _schedule(world: World) -> Ask:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    return Ask(f"{INTERVIEW}/{invited(world)}/schedule", json={"scheduled_at": tomorrow})


RULES: Rules = {
    "start_interview": Rule(Permission.INTERVIEW_TAKE, of_invited("/start")),
    "chat": answered("chat"),
    "stream_chat": answered("chat/stream"),
    "end_interview": Rule(Permission.INTERVIEW_END, of_running("/end")),
    "read_interview": Rule(Permission.INTERVIEW_READ, of_running(""), reduced=OwnInterview),
    "read_transcript": Rule(Permission.TRANSCRIPT_READ, of_running("/transcript")),
    "add_speech": Rule(
        Permission.INTERVIEW_TAKE, of_running("/transcript", {"turn_id": "t-1", "segments": [SPOKEN]})
    ),
    "read_progress": Rule(Permission.INTERVIEW_READ, of_running("/progress"), reduced=OwnProgress),
    "read_plan": Rule(Permission.PLAN_READ, of_running("/plan")),
    "schedule_interview": Rule(Permission.INTERVIEW_TAKE, _schedule, reduced=OwnInterview),
    "cancel_interview": Rule(
        Permission.INTERVIEW_CANCEL, of_invited("/cancel", {"reason": "The role is filled"})
    ),
    "give_consent": Rule(Permission.INTERVIEW_TAKE, _consent),
    "read_consents": Rule(Permission.INTERVIEW_READ, of_invited("/consent")),
    "send_signals": Rule(Permission.SIGNALS_SEND, _signals),
    "start_practice": Rule(
        Permission.PRACTICE,
        lambda world: Ask(f"/api/v1/practice-interviews/{world.fresh('practice_interviews')}/start"),
        thing=OF_CANDIDATE,
    ),
    "end_practice": Rule(
        Permission.PRACTICE,
        lambda world: Ask(f"/api/v1/practice-interviews/{practising(world)}/end"),
        thing=OF_CANDIDATE,
    ),
}
