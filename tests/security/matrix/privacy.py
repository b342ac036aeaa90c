"""What people ask of us about their data: everybody for themselves, and nobody for others."""

from shared.domain.permissions import Permission
from tests.security.matrix.rules import Ask, Rule, Rules
from tests.security.matrix.world import OF_CANDIDATE, World

DELETIONS = "/api/v1/privacy/deletion-requests"


def nothing_asked_yet(world: World) -> Ask:
    """One request at a time is open, and each of these is one."""
    world.connection.execute("delete from public.data_deletion_requests where status <> 'completed'")
    return Ask(DELETIONS, json={"request_type": "recording_only"})


RULES: Rules = {
    "request_deletion": Rule(None, nothing_asked_yet),
    "list_deletion_requests": Rule(
        Permission.PRIVACY_REQUEST,
        lambda world: Ask(DELETIONS, shows=world.fresh("data_deletion_requests")),
        thing=OF_CANDIDATE,
        is_list=True,
    ),
    "read_deletion_request": Rule(
        Permission.PRIVACY_REQUEST,
        lambda world: Ask(f"{DELETIONS}/{world.fresh('data_deletion_requests')}"),
        thing=OF_CANDIDATE,
    ),
}
