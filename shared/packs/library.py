"""The packs that are shipped with the app, read and checked once, at their first use."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from shared.contracts.question_pack import QuestionPack
from shared.ports.question_packs import PackError, ShippedPack

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

CONTENT: Final = Path(__file__).parent / "content"


class PackLibrary:
    """Every YAML file of a folder. A file that does not hold together is named, with all its faults."""

    def __init__(self, folder: Path = CONTENT) -> None:
        self._folder = folder

    def all(self) -> Sequence[ShippedPack]:
        return tuple(self._packs.values())

    def find(self, pack_id: str) -> ShippedPack | None:
        return self._packs.get(pack_id)

    @cached_property
    def _packs(self) -> dict[str, ShippedPack]:
        packs: dict[str, ShippedPack] = {}
        for path in sorted(self._folder.glob("*.yaml")):
            shipped = read(path)
            if shipped.pack.id in packs:
                raise PackError(f"{path.name}: the id {shipped.pack.id} stands in two files.")
            packs[shipped.pack.id] = shipped
        return packs


def read(path: Path) -> ShippedPack:
    content = path.read_bytes()
    try:
        pack = QuestionPack.model_validate(_parse(content), strict=False)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise PackError(f"{path.name}: {'; '.join(faults)}") from None
    return ShippedPack(pack, hashlib.sha256(content).hexdigest())


def _parse(content: bytes) -> Any:  # noqa: ANN401 - whatever the file says
    import yaml  # noqa: PLC0415 - 20 ms that a cold start need not pay

    class Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # chosen at run time
        """Refuses a key that stands twice, of which YAML would silently keep the last."""

    def mapping(loader: Strict, node: yaml.MappingNode) -> dict[Hashable, Any]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise PackError(f"line {node.start_mark.line + 1}: the key {twice!r} stands twice.")
        loader.flatten_mapping(node)
        return {
            loader.construct_object(key): loader.construct_object(value, deep=True)
            for key, value in node.value
        }

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    try:
        return yaml.load(content, Loader=Strict)  # noqa: S506 - a safe loader, only stricter
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "somewhere"
        raise PackError(f"{where}: {getattr(error, 'problem', None) or 'not YAML'}") from None
