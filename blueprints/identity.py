"""The caller's own identity."""

from shared.bootstrap import edge, services
from shared.contracts.identity import Me, MembershipView
from shared.http.api import Api
from shared.http.guard import Caller

api = Api("Identity", edge)


@api.get("/api/v1/me")
async def me(caller: Caller) -> Me:
    """Tell who I am, and in which role."""
    principal = await services().identify(caller)
    main = principal.main_membership
    return Me(
        id=principal.user_id,
        email=principal.person.email,
        role=principal.role,
        organisation_id=main.organisation_id if main else None,
        memberships=[
            MembershipView(organisation_id=each.organisation_id, role=each.role)
            for each in principal.memberships
        ],
    )
