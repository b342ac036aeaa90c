"""What roles ask, and whether all were asked the same."""

from shared.domain.permissions import Permission, Thing
from tests.security.matrix.rules import Ask, Rule, Rules, at
from tests.security.matrix.world import RED, World

OF_ROLE = Thing(None, RED)
PHASES = ("introduction", "technical", "behavioural", "behavioural", "closing")


def role(world: World) -> str:
    return f"/api/v1/job-roles/{world.fresh('job_roles', status='active')}"


RULES: Rules = {
    "list_question_packs": Rule(Permission.JOB_ROLE_WRITE, at("/api/v1/question-packs"), of_nobody=True),
    "read_role_questions": Rule(
        Permission.PLAN_READ, lambda world: Ask(f"{role(world)}/questions"), OF_ROLE, calls=3
    ),
    "edit_role_questions": Rule(
        Permission.JOB_ROLE_WRITE,
        lambda world: Ask(
            f"{role(world)}/questions",
            json={"items": [{"phase": each, "text": f"Part {n}?"} for n, each in enumerate(PHASES)]},
        ),
        OF_ROLE,
    ),
    "suggest_role_questions": Rule(
        Permission.JOB_ROLE_WRITE, lambda world: Ask(f"{role(world)}/questions/suggest"), OF_ROLE
    ),
    "read_role_parity": Rule(Permission.PLAN_READ, lambda world: Ask(f"{role(world)}/parity"), OF_ROLE),
}
