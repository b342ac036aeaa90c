"""What happened, told to systems of others: ids and states, never what names a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Announcement:
    """The same id is the same announcement, however often it arrives. `kind` is `entity.action`."""

    id: UUID
    kind: str
    entity_type: str
    entity_id: UUID
    at: datetime
    data: Mapping[str, Any]
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: taken, refused for good, and what is left to try again."""

    taken: tuple[UUID, ...] = ()
    refused: tuple[UUID, ...] = ()
    left: tuple[UUID, ...] = ()
