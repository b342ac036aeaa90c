"""What a newer description takes away from those who rely on the older one.

Whatever a client sends has to be taken as before, and whatever it reads has to be there as before. So a
request may only become wider, and an answer only narrower; more operations, more fields of answers and
more codes break nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.architecture.openapi.golden import Node, operations, resolved


class Kind(StrEnum):
    OPERATION_REMOVED = "the operation is gone"
    NAME_CHANGED = "its operationId has changed"
    SECURITY_TIGHTENED = "it asks for more proof"
    STATUS_REMOVED = "a success is gone"
    MEDIA_TYPE_REMOVED = "a media type is gone"
    FIELD_REMOVED = "a field of an answer is gone"
    FIELD_OPTIONAL = "a field of an answer may be missing"
    REQUEST_FIELD_REMOVED = "a field is not taken any more"
    REQUIRED_ADDED = "something more must be sent"
    PARAMETER_REMOVED = "a parameter is not taken any more"
    TYPE_CHANGED = "the type has changed"
    VALUES_NARROWED = "a value is not taken any more"
    VALUES_WIDENED = "an answer may hold a new value"
    LIMIT_TIGHTENED = "a limit is tighter"


@dataclass(frozen=True, order=True, slots=True)
class Break:
    operation: str
    """By method and path."""
    name: str
    """Its operationId, by which a change log names it."""
    kind: Kind
    place: str

    def __str__(self) -> str:
        return f"{self.operation} ({self.name}): {self.kind}: {self.place}"


UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
EXACT: Final = ("pattern", "format", "multipleOf")

type Pair = tuple[int, int, bool]
"""Two schemas by where they stand, and which way what they describe goes."""
type Found = Iterator[tuple[Kind, str]]


def breaks(old: Node, new: Node) -> list[Break]:
    """Every break between the two, in order."""
    there = operations(new)
    found: set[Break] = set()
    for where, before in operations(old).items():
        name = before["operationId"]
        if where not in there:
            found.add(Break(where, name, Kind.OPERATION_REMOVED, where))
            continue
        comparison = Comparison(old, new)
        found |= {Break(where, name, *each) for each in comparison.of_operation(before, there[where])}
    return sorted(found)


class Comparison:
    """Compares parts of two documents. Schemas may hold themselves: each pair is looked at once."""

    def __init__(self, old: Node, new: Node, seen: Iterable[Pair] = ()) -> None:
        self._old = old
        self._new = new
        self._seen = set(seen)

    def of_operation(self, old: Node, new: Node) -> Found:
        if old["operationId"] != new["operationId"]:
            yield Kind.NAME_CHANGED, f"{old['operationId']} is now {new['operationId']}"
        yield from _of_security(old, new)
        yield from self._of_parameters(old, new)
        yield from self._of_body(old.get("requestBody"), new.get("requestBody"))
        yield from self._of_answers(old["responses"], new["responses"])

    def _of_parameters(self, old: Node, new: Node) -> Found:
        before, now = self._parameters(self._old, old), self._parameters(self._new, new)
        for key, parameter in before.items():
            if key not in now:
                yield Kind.PARAMETER_REMOVED, key
                continue
            if now[key].get("required") and not parameter.get("required"):
                yield Kind.REQUIRED_ADDED, key
            yield from self._of_schema(parameter["schema"], now[key]["schema"], key, is_request=True)
        for key in now.keys() - before.keys():
            if now[key].get("required"):
                yield Kind.REQUIRED_ADDED, key

    @staticmethod
    def _parameters(document: Node, operation: Node) -> dict[str, Node]:
        found = [resolved(document, each) for each in operation.get("parameters", [])]
        return {f"{each['in']} {each['name']}": each for each in found}

    def _of_body(self, old: Node | None, new: Node | None) -> Found:
        if new is None:
            if old is not None:
                yield Kind.REQUEST_FIELD_REMOVED, "the body"
            return
        if new.get("required") and not (old or {}).get("required"):
            yield Kind.REQUIRED_ADDED, "the body"
        if old is not None:
            yield from self._of_content(old, new, "body", is_request=True)

    def _of_answers(self, old: Node, new: Node) -> Found:
        """Refusals come and go: a client has to be ready for any problem."""
        for status, response in old.items():
            if status >= "400":
                continue
            if status not in new:
                yield Kind.STATUS_REMOVED, status
                continue
            before, now = resolved(self._old, response), resolved(self._new, new[status])
            yield from self._of_content(before, now, status, is_request=False)
            for header in before.get("headers", {}).keys() - now.get("headers", {}).keys():
                yield Kind.FIELD_REMOVED, f"{status} {header}"

    def _of_content(self, old: Node, new: Node, place: str, *, is_request: bool) -> Found:
        before, now = old.get("content", {}), new.get("content", {})
        for media_type, media in before.items():
            if media_type not in now:
                yield Kind.MEDIA_TYPE_REMOVED, f"{place} as {media_type}"
                continue
            schemas = media.get("schema", {}), now[media_type].get("schema", {})
            yield from self._of_schema(*schemas, place, is_request=is_request)
            for event, schema in media.get("x-events", {}).items():
                told = now[media_type].get("x-events", {})
                if event not in told:
                    yield Kind.FIELD_REMOVED, f"{place} event {event}"
                    continue
                yield from self._of_schema(schema, told[event], f"{place} event {event}", is_request=False)

    def _of_schema(self, old: Node, new: Node, place: str, *, is_request: bool) -> Found:
        before, now = self._choices(self._old, old), self._choices(self._new, new)
        if len(before) == len(now) == 1:
            yield from self._of_one(before[0], now[0], place, is_request=is_request)
            return
        yield from self._of_choices(before, now, place, is_request=is_request)

    @staticmethod
    def _choices(document: Node, schema: Node) -> list[Node]:
        found = resolved(document, schema)
        parts = found.get("anyOf") or found.get("oneOf")
        if parts is None:
            return [found]
        return [each for part in parts for each in Comparison._choices(document, part)]

    def _of_choices(self, before: list[Node], now: list[Node], place: str, *, is_request: bool) -> Found:
        """What was sent must still find its choice; what is read must be a choice that was known."""
        needed, offered = (before, now) if is_request else (now, before)
        for choice in needed:
            pairs = [(choice, each) if is_request else (each, choice) for each in offered]
            if not any(self._fits(*pair, is_request=is_request) for pair in pairs):
                likely = [pair for pair in pairs if _kind(pair[0]) == _kind(pair[1])]
                if len(likely) == 1:
                    yield from self._of_one(*likely[0], place, is_request=is_request)
                else:
                    yield Kind.TYPE_CHANGED, place

    def _fits(self, old: Node, new: Node, *, is_request: bool) -> bool:
        apart = Comparison(self._old, self._new, self._seen)
        return not any(True for _ in apart._of_one(old, new, "", is_request=is_request))

    def _of_one(self, old: Node, new: Node, place: str, *, is_request: bool) -> Found:
        pair = (id(old), id(new), is_request)
        if pair in self._seen:
            return
        self._seen.add(pair)
        if _kind(old) != _kind(new):
            wider = _widens(old, new) if is_request else _widens(new, old)
            if not wider:
                yield Kind.TYPE_CHANGED, f"{place}: {_kind(old)} is now {_kind(new)}"
            return
        yield from _of_values(old, new, place, is_request=is_request)
        if is_request:
            yield from _of_limits(old, new, place)
        elif old.get("format") != new.get("format"):
            yield Kind.TYPE_CHANGED, f"{place}: format"
        for key in ("items", "additionalProperties"):
            if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
                yield from self._of_schema(old[key], new[key], f"{place}[]", is_request=is_request)
        yield from self._of_fields(old, new, place, is_request=is_request)

    def _of_fields(self, old: Node, new: Node, place: str, *, is_request: bool) -> Found:
        before, now = old.get("properties", {}), new.get("properties", {})
        must_before, must_now = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            inner = f"{place}.{name}"
            if name in now:
                yield from self._of_schema(schema, now[name], inner, is_request=is_request)
            elif not is_request:
                yield Kind.FIELD_REMOVED, inner
            elif new.get("additionalProperties") is False:
                yield Kind.REQUEST_FIELD_REMOVED, inner
        if is_request:
            yield from ((Kind.REQUIRED_ADDED, f"{place}.{name}") for name in sorted(must_now - must_before))
        else:
            optional = (must_before - must_now) & now.keys()
            yield from ((Kind.FIELD_OPTIONAL, f"{place}.{name}") for name in sorted(optional))


def _of_security(old: Node, new: Node) -> Found:
    """Each way in that was enough has to be enough: some way of now asks for nothing more."""
    now = [frozenset(way) for way in new["security"]] or [frozenset()]
    for way in [frozenset(way) for way in old["security"]] or [frozenset()]:
        if not any(each <= way for each in now):
            yield Kind.SECURITY_TIGHTENED, " and ".join(sorted(way)) or "none"


def _of_values(old: Node, new: Node, place: str, *, is_request: bool) -> Found:
    before, now = _values(old), _values(new)
    if is_request:
        gone = [] if now is None else ["anything"] if before is None else sorted(before - now)
        yield from ((Kind.VALUES_NARROWED, f"{place}: {value}") for value in gone)
    elif before is not None:
        more = ["anything"] if now is None else sorted(now - before)
        yield from ((Kind.VALUES_WIDENED, f"{place}: {value}") for value in more)


def _of_limits(old: Node, new: Node, place: str) -> Found:
    for key in UPPER:
        if key in new and (key not in old or new[key] < old[key]):
            yield Kind.LIMIT_TIGHTENED, f"{place}: {key} {new[key]}"
    for key in LOWER:
        if key in new and (new[key] > old[key] if key in old else new[key] != 0 or "Length" not in key):
            yield Kind.LIMIT_TIGHTENED, f"{place}: {key} {new[key]}"
    for key in EXACT:
        if key in new and new[key] != old.get(key):
            yield Kind.LIMIT_TIGHTENED, f"{place}: {key}"
    if new.get("additionalProperties") is False and old.get("additionalProperties", True) is not False:
        yield Kind.LIMIT_TIGHTENED, f"{place}: nothing but the named fields"


def _kind(schema: Node) -> str:
    if "type" in schema:
        return str(schema["type"])
    values = _values(schema)
    return "anything" if values is None else "string"


def _values(schema: Node) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(each) for each in schema["enum"]} if "enum" in schema else None


def _widens(narrow: Node, wide: Node) -> bool:
    return _kind(wide) == "anything" or (_kind(narrow), _kind(wide)) == ("integer", "number")
