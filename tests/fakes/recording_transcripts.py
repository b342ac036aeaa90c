"""What was heard in recordings, in memory: shown to the parties of the interview."""

from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.transcript_export import PlacedTranscript
from shared.domain.identity import Person


@dataclass
class FakeRecordingTranscripts:
    held: dict[UUID, list[PlacedTranscript]] = field(default_factory=dict)
    parties: dict[UUID, set[UUID]] = field(default_factory=dict)

    async def latest(self, caller: Person, interview_id: UUID) -> PlacedTranscript | None:
        if caller.user_id not in self.parties.get(interview_id, set()):
            return None
        found = [each for each in self.held.get(interview_id, []) if each.status == "completed"]
        return max(found, key=lambda each: each.created_at, default=None)
