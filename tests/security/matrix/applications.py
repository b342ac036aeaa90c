"""Applications, from both sides."""

from shared.contracts.applications import OwnApplication
from shared.contracts.lists import Listed
from shared.domain.permissions import Permission, Thing
from tests.security.matrix.rules import Ask, Rule, Rules
from tests.security.matrix.world import RED, World


def one(world: World) -> Ask:
    return Ask(f"/api/v1/applications/{world.fresh_application()}")


def moved_to(status: str) -> Rule:
    permission = Permission.APPLICATION_REJECT if status == "rejected" else Permission.APPLICATION_MOVE
    body = {"status": status, "reason": "Said by somebody"}
    return Rule(
        permission,
        lambda world: Ask(f"/api/v1/applications/{world.fresh_application()}", json=body),
    )


RULES: Rules = {
    "apply_for_role": Rule(
        None,
        lambda world: Ask(
            "/api/v1/applications", json={"job_role_id": str(world.fresh("job_roles", status="active"))}
        ),
    ),
    "list_applications": Rule(
        Permission.APPLICATION_READ,
        lambda world: Ask("/api/v1/applications", shows=world.fresh_application()),
        is_list=True,
        reduced=Listed[OwnApplication],
    ),
    "read_application": Rule(Permission.APPLICATION_READ, one, reduced=OwnApplication),
    "move_application": (moved_to("screening"), moved_to("rejected"), moved_to("archived")),
    "withdraw_application": Rule(
        Permission.APPLICATION_WITHDRAW,
        lambda world: Ask(f"/api/v1/applications/{world.fresh_application()}/withdraw"),
    ),
    "list_role_applications": Rule(
        Permission.APPLICATION_READ,
        lambda world: Ask(f"/api/v1/job-roles/{world.fresh('job_roles', status='active')}/applications"),
        thing=Thing(None, RED),
    ),
}
