"""Reads JSON as .NET does: with comments, trailing commas and a byte order mark."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"({_STRING})|/\*.*?\*/|//[^\n]*", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


class InvalidFileError(Exception):
    """A configuration file cannot be read; the message names the file and the place."""


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; an absent file is an empty object."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFileError(f"{path} cannot be read: {error}") from error
    try:
        value = json.loads(without_comments(text))
    except json.JSONDecodeError as error:
        raise InvalidFileError(f"{path}, line {error.lineno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise InvalidFileError(f"{path} is nested too deeply") from error
    if not isinstance(value, dict):
        raise InvalidFileError(f"{path} must hold a JSON object, not a {type(value).__name__}")
    return value


def without_comments(text: str) -> str:
    """Blank out what JSON does not allow, keeping the line numbers for messages."""
    text = _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)
    return _TRAILING_COMMA.sub(lambda found: found[1] or "", text)
