"""Route templates as ASP.NET reads them: segments, constraints, ranks. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.host.route_constraints import Constraint, UnknownConstraintError, constraint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.host.model import Function

ALL_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"})
_BRACES = re.compile(r"\{\{|\}\}|\{((?:[^{}]|\{\{|\}\})*)\}|[^{}]+|.", re.DOTALL)
_PARAMETER = re.compile(r"(\*{0,2})(\w[\w\-.]*)((?::.*?)?)(?:=(.*?))?(\?)?", re.DOTALL)


class RouteError(Exception):
    """A route template cannot be used; the message names function and template."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    catch_all: bool
    optional: bool
    default: str | None
    constraints: tuple[Constraint, ...]

    @property
    def may_be_absent(self) -> bool:
        return self.optional or self.catch_all or self.default is not None


type Part = str | Parameter


class Template:
    """One parsed template; `rank` sorts: the smaller the more exact."""

    def __init__(self, text: str) -> None:
        self.text = text.strip("/")
        self._segments = [_parts(segment) for segment in _split(self.text)]
        self._parameters = [part for parts in self._segments for part in parts if isinstance(part, Parameter)]
        self.rank = tuple(_digit(parts) for parts in self._segments)
        self.literal = not self._parameters
        self._pattern = re.compile("".join(self._patterns()) + "/?", re.IGNORECASE | re.DOTALL)

    def match(self, path: str) -> dict[str, str] | None:
        """Match a path that begins with a slash; give the route values."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        values: dict[str, str] = {}
        for number, parameter in enumerate(self._parameters):
            value = found[f"p{number}"] or parameter.default
            if value is None:
                continue
            if not all(allows(value) for allows in parameter.constraints):
                return None
            values[parameter.name] = value
        return values

    def _patterns(self) -> Iterator[str]:
        numbers = iter(range(len(self._parameters)))
        for parts in self._segments:
            if len(parts) == 1 and isinstance(only := parts[0], Parameter):
                value = f"(?P<p{next(numbers)}>{'.*' if only.catch_all else '[^/]+'})"
                yield f"(?:/{value})?" if only.may_be_absent else f"/{value}"
            else:
                yield "/" + _mixed(parts, numbers)


def _mixed(parts: list[Part], numbers: Iterator[int]) -> str:
    """Make the pattern of a segment of texts and parameters, such as `{file}.{extension?}`."""
    pattern = ""
    for part in parts:
        if isinstance(part, str):
            pattern += re.escape(part)
        elif part.optional and pattern.endswith("\\."):
            pattern = pattern.removesuffix("\\.").replace("[^/]+)", "[^/]+?)")
            pattern += f"(?:\\.(?P<p{next(numbers)}>[^/.]+))?"
        else:
            pattern += f"(?P<p{next(numbers)}>[^/]+)"
    return pattern


def _digit(parts: list[Part]) -> int:
    """Rank a segment as ASP.NET's inbound precedence does."""
    if len(parts) > 1:
        return 2
    only = parts[0]
    if isinstance(only, str):
        return 1
    if only.catch_all:
        return 4 if only.constraints else 5
    return 2 if only.constraints else 3


def _split(template: str) -> list[str]:
    """Split at slashes outside of braces (a regex constraint may hold slashes)."""
    segments = [""]
    for found in _BRACES.finditer(template):
        first, *rest = [found[0]] if found[0].startswith("{") else found[0].split("/")
        segments[-1] += first
        segments.extend(rest)
    return [] if segments == [""] else segments


def _parts(segment: str) -> list[Part]:
    if not segment:
        raise ValueError("it has an empty segment")
    parts: list[Part] = []
    for found in _BRACES.finditer(segment):
        text = found[0]
        if found[1] is not None:
            parts.append(_parameter(found[1].replace("{{", "{").replace("}}", "}")))
        elif text in {"{", "}"}:
            raise ValueError("its braces do not match")
        else:
            text = {"{{": "{", "}}": "}"}.get(text, text)
            if parts and isinstance(parts[-1], str):
                text = str(parts.pop()) + text
            parts.append(text)
    return parts


def _parameter(text: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    if found is None:
        raise ValueError(f"'{{{text}}}' is no parameter")
    stars, name, constraints, default, optional = found.groups()
    return Parameter(
        name=name,
        catch_all=bool(stars),
        optional=bool(optional),
        default=default,
        constraints=tuple(constraint(text) for text in _constraint_texts(constraints)),
    )


def _constraint_texts(text: str) -> list[str]:
    """Split `:int:range(1,5):regex(a:b)` at the colons outside of parentheses."""
    texts: list[str] = []
    depth = 0
    for character in text:
        if character == ":" and depth == 0:
            texts.append("")
        else:
            depth += {"(": 1, ")": -1}.get(character, 0)
            texts[-1] += character
    return texts


@dataclass(frozen=True, slots=True)
class Route:
    function: Function
    template: Template
    methods: frozenset[str]


class RouteTable:
    """Finds the function of a request. The method is a constraint: a wrong one is no match."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        routes = [_route(function, prefix) for function in functions if _is_http(function)]
        # ranks compare as ASP.NET's do: digit by digit, the shorter first
        self.routes = sorted(routes, key=lambda route: route.template.rank)
        self._literal: dict[str, list[Route]] = {}
        for route in self.routes:
            if route.template.literal:
                self._literal.setdefault(f"/{route.template.text}".casefold(), []).append(route)
        self._patterns = [route for route in self.routes if not route.template.literal]

    def match(self, method: str, path: str) -> tuple[Function, Mapping[str, str]] | None:
        """Find the function for a decoded path that begins with a slash."""
        trimmed = path.removesuffix("/")
        for route in self._literal.get(trimmed.casefold() or "/", ()):
            if method in route.methods:
                return route.function, {}
        for route in self._patterns:
            if method in route.methods and (values := route.template.match(path)) is not None:
                return route.function, values
        return None


def route_text(function: Function) -> str:
    """Give the template without prefix; a function without one is reached by its name."""
    return str(function.trigger.setting("route") or "") or function.name


def allowed_methods(function: Function) -> frozenset[str]:
    methods = function.trigger.setting("methods") or ALL_METHODS
    return frozenset(str(method).upper() for method in methods)


def _is_http(function: Function) -> bool:
    return not function.disabled and function.trigger.type.casefold() == "httptrigger"


def _route(function: Function, prefix: str) -> Route:
    text = route_text(function).strip("/")
    whole = f"{prefix}/{text}" if prefix and text else prefix or text
    try:
        template = Template(whole)
    except (ValueError, re.error, UnknownConstraintError) as error:
        raise RouteError(f"The route '{text}' of '{function.name}' cannot be used: {error}.") from error
    return Route(function, template, allowed_methods(function))
