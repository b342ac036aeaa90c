"""Bodies with fields that only the server writes, put into every object that a body has."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from tests.security.probe.operations import Operation, choices, properties

OF_THE_SERVER: Final[dict[str, Any]] = {
    "id": "00000000-0000-4000-8000-000000000001",
    "user_id": "00000000-0000-4000-8000-000000000002",
    "candidate_id": "00000000-0000-4000-8000-000000000002",
    "organisation_id": "00000000-0000-4000-8000-000000000003",
    "tenant_id": "00000000-0000-4000-8000-000000000003",
    "created_at": "2020-01-01T00:00:00Z",
    "updated_at": "2020-01-01T00:00:00Z",
    "created_by": "00000000-0000-4000-8000-000000000002",
    "status": "completed",
    "role": "org_admin",
    "platform_role": "platform_operator",
    "is_admin": True,
    "score": 100,
    "match_score": 100,
    "overall_score": 100,
    "interview_unlocked": True,
    "token_hash": "0" * 64,
    "__proto__": {"is_admin": True},
}
"""What no caller may say of a thing, with values that would be to somebody's liking."""

FORGED: Final = tuple(str(value) for name, value in OF_THE_SERVER.items() if "id" in name.split("_"))

type Step = str | int


@dataclass(frozen=True, slots=True)
class Intrusion:
    """A body with such fields in one of its objects."""

    body: dict[str, Any]
    path: tuple[Step, ...]
    fields: frozenset[str]

    def names(self) -> set[str]:
        """How the refusal has to call them."""
        before = "".join(f"{step}." for step in self.path)
        return {before + each for each in self.fields}


def intrusions(operation: Operation, valid: Any) -> Iterator[Intrusion]:
    """The valid body with more than it may have: in itself, and in each object within it."""
    schema = operation.body()
    assert schema is not None
    sent = valid if isinstance(valid, dict) else {}
    for path, inner in _objects(schema, sent, operation.document, ()):
        extra = {name: value for name, value in OF_THE_SERVER.items() if name not in inner}
        body = deepcopy(sent)
        _at(body, path).update(extra)
        yield Intrusion(body, path, frozenset(extra))


def _objects(
    schema: dict[str, Any], value: Any, document: dict[str, Any], path: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], set[str]]]:
    """Where the body has an object of named fields, and which these are."""
    declared = properties(schema, document)
    match value:
        case dict():
            if declared or not value:
                yield path, set(declared)
            for name, inner in value.items():
                within = declared.get(name) or _rest(schema, document)
                yield from _objects(within, inner, document, (*path, name))
        case [first, *_]:
            items: dict[str, Any] = next(
                (each["items"] for each in choices(schema, document) if "items" in each), {}
            )
            yield from _objects(items, first, document, (*path, 0))


def _rest(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The schema of fields whose names are the caller's choice."""
    found = (each.get("additionalProperties") for each in choices(schema, document))
    return next((each for each in found if isinstance(each, dict)), {})


def _at(body: Any, path: tuple[Step, ...]) -> dict[str, Any]:
    for step in path:
        body = body[step]
    found: dict[str, Any] = body
    return found
