"""Binding expressions: `{name}`, `{a.b}`, `{rand-guid}`, `{datetime:yyyy-MM-dd}`, `{sys.utcnow}`."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.host.protos import TypedData

DEFAULT_DATE_FORMAT = "yyyy-MM-ddTHH-mm-ssK"
# a run of one letter, a quoted text, an escaped character, or anything else
_DATE_TOKEN = re.compile(r"([a-zA-Z])\1*|'[^']*'|\"[^\"]*\"|\\.|.", re.DOTALL)
_DATE_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "yyyy": lambda t: f"{t.year:04}",
    "yy": lambda t: f"{t.year % 100:02}",
    "MMMM": lambda t: t.strftime("%B"),
    "MMM": lambda t: t.strftime("%b"),
    "MM": lambda t: f"{t.month:02}",
    "M": lambda t: str(t.month),
    "dddd": lambda t: t.strftime("%A"),
    "ddd": lambda t: t.strftime("%a"),
    "dd": lambda t: f"{t.day:02}",
    "d": lambda t: str(t.day),
    "HH": lambda t: f"{t.hour:02}",
    "H": lambda t: str(t.hour),
    "hh": lambda t: f"{t.hour % 12 or 12:02}",
    "h": lambda t: str(t.hour % 12 or 12),
    "mm": lambda t: f"{t.minute:02}",
    "m": lambda t: str(t.minute),
    "ss": lambda t: f"{t.second:02}",
    "s": lambda t: str(t.second),
    "tt": lambda t: t.strftime("%p"),
    "K": lambda _: "Z",
    "zzz": lambda _: "+00:00",
}
_GUID_FORMATS: Mapping[str, Callable[[uuid.UUID], str]] = {
    "": str,
    "D": str,
    "N": lambda g: g.hex,
    "B": lambda g: f"{{{g}}}",
    "P": lambda g: f"({g})",
}


class ExpressionError(ValueError):
    """An expression is malformed or names what the trigger does not provide."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    format: str = ""


def parse_template(template: str) -> tuple[str | Parameter, ...]:
    """Split into literal texts and parameters; doubled braces are literal ones."""
    tokens: list[str | Parameter] = []
    rest = template
    while rest:
        if rest.startswith(("{{", "}}")):
            literal, rest = rest[0], rest[2:]
        elif rest[0] == "{":
            inner, closed, rest = rest[1:].partition("}")
            name, _, form = inner.partition(":")
            if not closed or not name.strip() or "{" in inner:
                raise ExpressionError(f"'{template}' has an opening brace that names no parameter")
            tokens.append(Parameter(name.strip(), form))
            continue
        elif rest[0] == "}":
            raise ExpressionError(f"'{template}' has a closing brace without an opening one")
        else:
            end = re.search(r"[{}]|\Z", rest)
            cut = end.start() if end else len(rest)
            literal, rest = rest[:cut], rest[cut:]
        if tokens and isinstance(last := tokens[-1], str):
            tokens[-1] = last + literal
        else:
            tokens.append(literal)
    return tuple(tokens)


def resolve_expressions(
    template: str, metadata: Mapping[str, TypedData], *, function_name: str = "", now: datetime | None = None
) -> str:
    """Fill the parameters of a template in from what the trigger provided."""
    known = Known(metadata, function_name, now or datetime.now(UTC))
    return "".join(part if isinstance(part, str) else known.text(part) for part in parse_template(template))


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression can name during one call."""

    metadata: Mapping[str, TypedData]
    function_name: str
    now: datetime

    def text(self, parameter: Parameter) -> str:
        folded = parameter.name.casefold()
        if folded == "rand-guid":
            return format_guid(uuid.uuid4(), parameter.format)
        if folded == "datetime":
            return format_date(self.now, parameter.format or DEFAULT_DATE_FORMAT)
        if parameter.format:
            raise ExpressionError(
                f"'{{{parameter.name}:{parameter.format}}}': only dates and GUIDs have formats"
            )
        if folded.startswith("sys."):
            return self._of_the_host(folded.removeprefix("sys."))
        return as_text(self._look_up(parameter.name))

    def _of_the_host(self, name: str) -> str:
        known = {
            "methodname": lambda: self.function_name,
            "utcnow": lambda: format_date(self.now, DEFAULT_DATE_FORMAT),
            "randguid": lambda: str(uuid.uuid4()),
        }
        if name not in known:
            raise ExpressionError(f"'{{sys.{name}}}' is unknown: sys has {', '.join(sorted(known))}")
        return known[name]()

    def _look_up(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        value: Any = {key: value_of(data) for key, data in self.metadata.items()}
        if (whole := _member(value, name)) is not MISSING:
            return whole
        for part in name.split("."):
            value = _member(value, part)
            if value is MISSING:
                known = ", ".join(sorted(self.metadata)) or "nothing"
                raise ExpressionError(f"no value for the parameter '{name}': the trigger provides {known}")
        return value


MISSING = object()


def _member(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = _parsed(value)
    if not isinstance(value, dict):
        return MISSING
    if name in value:
        return value[name]
    folded = name.casefold()
    return next((inner for key, inner in value.items() if key.casefold() == folded), MISSING)


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON values
    try:
        return json.loads(text)
    except ValueError:
        return text


def value_of(data: TypedData) -> Any:  # noqa: ANN401 - JSON values
    """Take a value out of its envelope, and JSON apart."""
    kind = data.WhichOneof("data")
    if kind is None:
        return None
    value = getattr(data, kind)
    return json.loads(value) if kind == "json" else value


def as_text(value: Any) -> str:  # noqa: ANN401 - JSON values
    """Write a value as .NET would into a name."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def format_guid(guid: uuid.UUID, form: str) -> str:
    try:
        return _GUID_FORMATS[form.upper()](guid)
    except KeyError:
        raise ExpressionError(f"'{form}' is no format of a GUID: use N, D, B or P") from None


def format_date(moment: datetime, form: str) -> str:
    """Write a UTC time in a .NET custom format."""
    return "".join(_date_part(moment, token[0]) for token in _DATE_TOKEN.finditer(form))


def _date_part(moment: datetime, token: str) -> str:
    if token[0] in "'\"":
        return token[1:-1] if len(token) > 1 else ""
    if token[0] == "\\":
        return token[1:]
    if set(token) == {"f"} and len(token) <= 7:
        return f"{moment.microsecond:06}0"[: len(token)]
    return _DATE_PARTS[token](moment) if token in _DATE_PARTS else token
