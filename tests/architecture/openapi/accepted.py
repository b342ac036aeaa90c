"""Breaks that are meant: the change log names them, so that users read of each before they meet it."""

import re
from typing import Final

from tests.architecture.openapi.breaking import Break

UNRELEASED: Final = re.compile(r"^## \[?Unreleased\]?.*?$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
LINE: Final = re.compile(r"^- \*\*Breaking:\*\*(.*(?:\n  .*)*)", re.MULTILINE)
NAME: Final = re.compile(r"`([a-z_]+)`")


def named(changelog: str) -> set[str]:
    """The operations whose breaks stand under *Unreleased*, by operationId."""
    unreleased = UNRELEASED.search(changelog)
    lines = LINE.findall(unreleased[1]) if unreleased else []
    return {name for line in lines for name in NAME.findall(line)}


def unaccepted(found: list[Break], changelog: str) -> list[Break]:
    known = named(changelog)
    return [each for each in found if each.name not in known]
