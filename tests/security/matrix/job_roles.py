"""Roles, as members and as others see them."""

from typing import Any

from shared.contracts.job_roles import JobRoleCard
from shared.contracts.rubric import default_rubric
from shared.domain.permissions import Permission
from tests.integration.database.world import key
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules, at
from tests.security.matrix.world import RED, World

ROLES = "/api/v1/job-roles"


def a_role(status: str, ending: str = "", **options: Any) -> Arrange:
    return lambda world: Ask(f"{ROLES}/{world.fresh('job_roles', status=status)}{ending}", **options)


def listed(status: str) -> Arrange:
    def arrange(world: World) -> Ask:
        role = world.fresh("job_roles", status=status)
        return Ask(ROLES, params={"organisation_id": str(RED), "limit": "100"}, shows=role)

    return arrange


RULES: Rules = {
    "create_job_role": Rule(
        Permission.JOB_ROLE_WRITE, at(ROLES, json={"title": "Engineer", "organisation_id": str(RED)})
    ),
    "list_job_roles": (
        Rule(Permission.JOB_ROLE_READ, listed("draft"), is_list=True, reduced=JobRoleCard),
        Rule(None, listed("active"), is_list=True, reduced=JobRoleCard),
    ),
    "read_job_role": (
        Rule(Permission.JOB_ROLE_READ, a_role("draft")),
        Rule(Permission.JOB_ROLE_READ, a_role("paused")),
        Rule(None, a_role("active"), reduced=JobRoleCard),
        # the one that the red candidate applied to is closed by now
        Rule(Permission.JOB_ROLE_CARD_READ, at(f"{ROLES}/{key('red', 'job_roles')}"), reduced=JobRoleCard),
    ),
    "change_job_role": Rule(
        Permission.JOB_ROLE_WRITE, a_role("draft", json={"title": "Designer", "status": "active"})
    ),
    "replace_rubric": Rule(
        Permission.JOB_ROLE_WRITE, a_role("active", "/rubric", json={"scoring_rubric": default_rubric()})
    ),
    "remove_job_role": Rule(Permission.JOB_ROLE_DELETE, a_role("closed")),
    "list_role_interviews": Rule(
        Permission.SCORE_READ,
        at(f"{ROLES}/{key('red', 'job_roles')}/interviews", params={"include_counts": "true"}),
        calls=3,
    ),
}
