"""What the stand-in is asked: messages, the schema of the answer, and what may vary it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the request; instructions have the role system."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request, however it came over the wire."""

    messages: tuple[Message, ...]
    task: str = ""  # the name of the schema
    schema: Mapping[str, Any] | None = None
    seed: int = 0
    temperature: float = 1.0

    @property
    def instructions(self) -> str:
        return "\n".join(message.text for message in self.messages if message.role == "system")

    @property
    def data(self) -> str:
        """All that people and programs wrote: where the tagged blocks stand."""
        return "\n".join(message.text for message in self.messages if message.role == "user")

    def chance(self, *about: str) -> Random:
        """Chance that the same request repeats, and another seed need not."""
        what = json.dumps([self.task, self.data, self.seed if self.temperature else 0, *about])
        return Random(hashlib.blake2b(what.encode(), digest_size=8).digest())  # noqa: S311 - repeatable on purpose
