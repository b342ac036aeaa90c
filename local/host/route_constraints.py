"""The inline constraints of ASP.NET route templates, such as `int`, `guid` and `range(1,5)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

type Constraint = Callable[[str], bool]

_CALL = re.compile(r"(\w+)(?:\((.*)\))?", re.DOTALL)
_INTEGER = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_HEX = "[0-9a-fA-F]"
_DASHED = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_GUID = re.compile(rf"{_HEX}{{32}}|{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\)")
_ALPHA = re.compile(r"[A-Za-z]*")


class UnknownConstraintError(ValueError):
    """ASP.NET knows no such constraint: the function could not be reached in Azure."""


def constraint(text: str) -> Constraint:
    """Give the test for one constraint, written as in a template."""
    found = _CALL.fullmatch(text.strip())
    name, argument = (found[1].casefold(), found[2]) if found else ("", None)
    if argument is None and name in _PLAIN:
        return _PLAIN[name]
    if argument is not None and name in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[name](argument)
    raise UnknownConstraintError(f"'{text}' is no route constraint")


def _integer(bits: int) -> Constraint:
    limit = 1 << (bits - 1)

    def allows(value: str) -> bool:
        # Python refuses to convert thousands of digits, and none of them would be in range
        return len(value) < 64 and bool(_INTEGER.fullmatch(value)) and -limit <= int(value) < limit

    return allows


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _range(low: int | None, high: int | None) -> Constraint:
    is_long = _integer(64)

    def allows(value: str) -> bool:
        return is_long(value) and (low is None or int(value) >= low) and (high is None or int(value) <= high)

    return allows


def _length(low: int, high: int | None) -> Constraint:
    return lambda value: low <= len(value) and (high is None or len(value) <= high)


def _exact_or_range(argument: str) -> Constraint:
    low, _, high = argument.partition(",")
    return _length(int(low), int(high or low))


def _two(argument: str) -> tuple[int, int]:
    low, _, high = argument.partition(",")
    return int(low), int(high)


def _regex(argument: str) -> Constraint:
    pattern = re.compile(argument, re.IGNORECASE)
    return lambda value: pattern.search(value) is not None


_PLAIN: dict[str, Constraint] = {
    "int": _integer(32),
    "long": _integer(64),
    "guid": lambda value: _GUID.fullmatch(value) is not None,
    "bool": lambda value: value.casefold() in {"true", "false"},
    "alpha": lambda value: _ALPHA.fullmatch(value) is not None,
    "float": _is_number,
    "double": _is_number,
    "decimal": _is_number,
    "datetime": _is_time,
    "required": bool,
}
_WITH_ARGUMENT: dict[str, Callable[[str], Constraint]] = {
    "min": lambda argument: _range(int(argument), None),
    "max": lambda argument: _range(None, int(argument)),
    "range": lambda argument: _range(*_two(argument)),
    "length": _exact_or_range,
    "minlength": lambda argument: _length(int(argument), None),
    "maxlength": lambda argument: _length(0, int(argument)),
    "regex": _regex,
}
