"""A letter, ready to be sent."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """`key` makes sending idempotent: the same key is the same letter, sent once."""

    key: UUID
    to: str
    subject: str
    text: str
    html: str
