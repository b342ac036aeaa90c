"""What happened, to what, by whom: names of fields and states, never free text."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`action` is `entity.action` from the product's vocabulary, which the database holds."""

    action: str
    entity_type: str
    entity_id: UUID | None = None
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    old_values: Mapping[str, object] | None = None
    new_values: Mapping[str, object] | None = None
    ip_address: str | None = None
    request_id: str | None = None
