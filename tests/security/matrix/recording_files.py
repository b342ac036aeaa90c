"""Recordings and transcripts to take away, and the webhook by which their files are told of."""

from uuid import UUID, uuid4

from shared.domain.permissions import Permission
from tests.sample_settings import SAMPLE
from tests.security.matrix.interviews import running
from tests.security.matrix.rules import Ask, Public, Rule, Rules
from tests.security.matrix.world import World

WEBHOOK = "/api/v1/webhooks/event-grid"
PROVEN = {"code": SAMPLE["EVENT_GRID_WEBHOOK_KEY"]}


def _kept(world: World) -> UUID:
    interview_id = running(world)
    return world.fresh(
        "recordings",
        interview_id=interview_id,
        status="completed",
        file_step="completed",
        blob_path=f"interview-recordings/{interview_id}/{uuid4()}.wav",
        provider_recording_id=str(uuid4()),
    )


RULES: Rules = {
    "download_recording": Rule(
        Permission.RECORDING_READ,
        lambda world: Ask(f"/api/v1/recordings/{_kept(world)}/download"),
        calls=3,  # the download is logged
    ),
    "export_transcript": Rule(
        Permission.TRANSCRIPT_READ,
        lambda world: Ask(f"/api/v1/interview/{running(world)}/transcript/export"),
        calls=4,  # what was heard beside what was said; and the export is logged
    ),
    "receive_grid_events": Public(lambda _: Ask(WEBHOOK, json=[], params=PROVEN)),
    "allow_grid_events": Public(
        lambda _: Ask(WEBHOOK, params=PROVEN, headers={"WebHook-Request-Origin": "eventgrid.azure.net"})
    ),
}
