"""Operations of the platform: for operators, who see ids and states and nothing else of anybody."""

from uuid import UUID

from shared.domain.permissions import Permission
from tests.integration.database.world import key
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules, at
from tests.security.matrix.world import World

OPERATIONS = "/api/v1/operations"


def parked(world: World) -> UUID:
    """An interview that runs without a workflow, and waits for somebody to say so."""
    interview_id = world.fresh(
        "interviews",
        application_id=world.fresh_application(status="interviewing"),
        status="in_progress",
        ended_at=None,
        duration_seconds=None,
        end_reason=None,
        transcript_status="active",
    )
    return world.fresh("workflow_attention", subject_id=interview_id, instance_id=f"interview-{interview_id}")


def of_parked(verb: str, json: object = None) -> Arrange:
    return lambda world: Ask(f"{OPERATIONS}/attention/{parked(world)}/{verb}", json=json)


def operator(permission: Permission, arrange: Arrange) -> Rule:
    return Rule(permission, arrange, of_platform=True, calls=3)


RULES: Rules = {
    "list_attention": operator(Permission.OPERATIONS_READ, at(f"{OPERATIONS}/attention")),
    "retry_attention": operator(Permission.OPERATIONS_RETRY, of_parked("retry")),
    "resolve_attention": operator(
        Permission.OPERATIONS_RETRY, of_parked("resolve", {"resolution": "accepted"})
    ),
    "inspect_interview": operator(
        Permission.OPERATIONS_READ, at(f"{OPERATIONS}/interviews/{key('red', 'interviews')}")
    ),
    "reconcile_now": operator(Permission.OPERATIONS_RETRY, at(f"{OPERATIONS}/reconcile")),
}
