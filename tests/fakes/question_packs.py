"""Packs that a test writes itself."""

from collections.abc import Sequence

from shared.contracts.question_pack import QuestionPack
from shared.ports.question_packs import ShippedPack


class FakeQuestionPacks:
    def __init__(self, *packs: QuestionPack) -> None:
        self._packs = {
            pack.id: ShippedPack(pack, "0" * 64) for pack in sorted(packs, key=lambda pack: pack.id)
        }

    def all(self) -> Sequence[ShippedPack]:
        return tuple(self._packs.values())

    def find(self, pack_id: str) -> ShippedPack | None:
        return self._packs.get(pack_id)
