"""Where question packs come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.question_pack import QuestionPack
from shared.errors import TalentiError


class PackError(TalentiError):
    """A pack does not hold together; the message says where."""


@dataclass(frozen=True, slots=True)
class ShippedPack:
    """A pack with the hash of its file: plans store both, so that a score can name its questions."""

    pack: QuestionPack
    content_hash: str


class QuestionPacks(Protocol):
    """Raises PackError while a pack does not hold together."""

    def all(self) -> Sequence[ShippedPack]:
        """Every pack, in the order of their ids."""

    def find(self, pack_id: str) -> ShippedPack | None: ...
