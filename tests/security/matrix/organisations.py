"""Organisations, their members, and their audit log."""

from typing import Any

from shared.contracts.organisations import OrganisationCard
from shared.domain.permissions import Permission
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules, at
from tests.security.matrix.world import RED, World

PLACE = f"/api/v1/organisations/{RED}"


def a_new_member(world: World) -> Ask:
    user_id = world.fresh_person("member")
    return Ask(f"{PLACE}/members", json={"email": f"member-{user_id}@example.org", "role": "viewer"})


def a_member(**options: Any) -> Arrange:
    def arrange(world: World) -> Ask:
        user_id = world.fresh_person("member")
        world.fresh("org_users", user_id=user_id)
        return Ask(f"{PLACE}/members/{user_id}", **options)

    return arrange


def an_entry(world: World) -> Ask:
    """Ask for a log in which there is something to be found."""
    world.connection.execute(
        "select public.write_audit('job_role.updated', 'job_role', organisation_id => %s)", [RED]
    )
    return Ask("/api/v1/audit-log", params={"organisation_id": str(RED)})


RULES: Rules = {
    "create_organisation": Rule(None, at("/api/v1/organisations", json={"name": "Green company"})),
    # the red candidate has applied there
    "read_organisation": Rule(Permission.ORGANISATION_CARD_READ, at(PLACE), reduced=OrganisationCard),
    "change_organisation": Rule(Permission.ORGANISATION_UPDATE, at(PLACE, json={"industry": "Software"})),
    "read_organisation_stats": Rule(Permission.ORGANISATION_READ, at(f"{PLACE}/stats")),
    "list_members": Rule(Permission.MEMBERS_READ, at(f"{PLACE}/members")),
    "add_member": Rule(Permission.MEMBERS_MANAGE, a_new_member),
    "change_member": Rule(Permission.MEMBERS_MANAGE, a_member(json={"role": "recruiter"})),
    "remove_member": Rule(Permission.MEMBERS_MANAGE, a_member()),
    "list_audit_log": Rule(Permission.AUDIT_READ, an_entry),
    "export_audit_log": Rule(
        Permission.AUDIT_READ,
        at("/api/v1/audit-log/export", params={"organisation_id": str(RED)}),
        calls=3,  # one of them tells of it
    ),
}
