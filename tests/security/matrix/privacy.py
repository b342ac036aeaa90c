"""What people ask of us about their data: everybody for themselves, and nobody for others."""

from shared.domain.permissions import Permission
from tests.security.matrix.rules import Ask, Rule, Rules, at
from tests.security.matrix.world import OF_CANDIDATE, RED, World

DELETIONS = "/api/v1/privacy/deletion-requests"
RUNS = "/api/v1/privacy/retention-runs"


def nothing_asked_yet(world: World) -> Ask:
    """One request at a time is open, and each of these is one."""
    world.connection.execute("delete from public.data_deletion_requests where status <> 'completed'")
    return Ask(DELETIONS, json={"request_type": "recording_only"})


def no_run_yet(world: World) -> Ask:
    """One at a time is open, and each of these is one."""
    world.connection.execute("delete from public.retention_runs where finished_at is null")
    return Ask(RUNS, json={"action": "cleanup_recordings", "organisation_id": str(RED)})


RULES: Rules = {
    "list_own_consents": Rule(
        Permission.PRIVACY_REQUEST,
        lambda world: Ask("/api/v1/privacy/consents", shows=world.fresh("consents")),
        thing=OF_CANDIDATE,
        is_list=True,
    ),
    "request_retention_run": Rule(Permission.RETENTION_CHANGE, no_run_yet),
    "list_retention_runs": Rule(Permission.RETENTION_CHANGE, at(RUNS, params={"organisation_id": str(RED)})),
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
