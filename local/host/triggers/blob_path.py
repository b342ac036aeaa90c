"""The path of a blob trigger: a container, and a pattern whose parameters the blob's name fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.host.expressions import Parameter, parse_template


class InvalidPathError(ValueError):
    """A blob path names no container, or one that cannot be watched."""


@dataclass(frozen=True, slots=True)
class BlobPath:
    """`samples/{name}.{ext}`: which blobs of which container, and what their names mean."""

    container: str
    prefix: str  # what every matching name starts with, so that listing can be narrowed
    pattern: re.Pattern[str]
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> BlobPath:
        container, _, rest = text.strip("/").partition("/")
        if not container or "{" in container:
            raise InvalidPathError(f"the path '{text}' must start with the name of a container")
        tokens = parse_template(rest) or (Parameter("*"),)
        prefix = tokens[0] if isinstance(tokens[0], str) else ""
        names = tuple(dict.fromkeys(t.name for t in tokens if isinstance(t, Parameter) and t.name != "*"))
        pattern = re.compile("".join(_expression(token, names) for token in _marked(tokens)), re.DOTALL)
        return cls(container, prefix, pattern, names)

    def match(self, name: str) -> dict[str, str] | None:
        """Give the parameters' values, or None if the blob is not meant."""
        found = self.pattern.fullmatch(name)
        if found is None:
            return None
        return {known: found[f"p{index}"] for index, known in enumerate(self.names)}


def _marked(tokens: tuple[str | Parameter, ...]) -> list[tuple[str | Parameter, bool]]:
    """Say of each token whether the same parameter stood before it: then it must have the same value."""
    return [(token, token in tokens[:index]) for index, token in enumerate(tokens)]


def _expression(marked: tuple[str | Parameter, bool], names: tuple[str, ...]) -> str:
    token, repeated = marked
    if isinstance(token, str):
        return re.escape(token)
    if token.name == "*":
        return ".*"
    group = f"p{names.index(token.name)}"
    return f"(?P={group})" if repeated else f"(?P<{group}>.*)"
