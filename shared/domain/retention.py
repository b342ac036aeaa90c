"""What is told of a run that deletes what has been kept long enough."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EndedRun:
    """All that was due has been tried; what failed is tried further."""

    run_id: UUID
    organisation_id: UUID
    requested: int
    deleted: int
    failed: int
