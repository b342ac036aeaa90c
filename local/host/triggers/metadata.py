"""Trigger metadata as the Azure host sends it: texts as they are, everything else as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.host.protos import TypedData

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def as_metadata(values: Mapping[str, Any]) -> dict[str, TypedData]:
    return {name: _typed(value) for name, value in values.items()}


def with_properties(values: Mapping[str, Any], text: str) -> dict[str, TypedData]:
    """Add the properties of a JSON object; the trigger's own names win."""
    metadata = as_metadata(values)
    taken = {name.casefold() for name in metadata}
    for name, value in json_object(text).items():
        if name.casefold() not in taken:
            metadata[name] = _typed(value)
    return metadata


def json_object(text: str) -> dict[str, Any]:
    """Parse a text as a JSON object; anything else has no properties."""
    if not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def timestamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _typed(value: Any) -> TypedData:  # noqa: ANN401 - JSON values
    return TypedData(string=value) if isinstance(value, str) else TypedData(json=json.dumps(value))
