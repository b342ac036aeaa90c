"""Reads the tagged blocks in which a prompt hands over its data."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

BLOCK: Final = re.compile(r"<([a-z_]+)((?:\s+[a-z_]+=\"[^\"]*\")*)\s*>(.*?)</\1>", re.DOTALL)
ATTRIBUTE: Final = re.compile(r"([a-z_]+)=\"([^\"]*)\"")


@dataclass(frozen=True)
class Block:
    """One block; data in it cannot end it, as its brackets are escaped."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @cached_property
    def text(self) -> str:
        return html.unescape(self.body).strip()

    @cached_property
    def inner(self) -> Blocks:
        return Blocks(self.body)


class Blocks:
    """The blocks of a text, by name."""

    def __init__(self, text: str) -> None:
        self._all: dict[str, list[Block]] = {}
        for name, attributes, body in BLOCK.findall(text):
            read = {key: html.unescape(value) for key, value in ATTRIBUTE.findall(attributes)}
            self._all.setdefault(name, []).append(Block(name, read, body))

    def all(self, name: str) -> list[Block]:
        return self._all.get(name, [])

    def get(self, name: str) -> Block | None:
        """The last one, as the newest message speaks last."""
        found = self._all.get(name)
        return found[-1] if found else None

    def text(self, name: str) -> str:
        found = self.get(name)
        return found.text if found else ""

    def listed(self, name: str) -> list[str]:
        """The parts of a list with commas or lines."""
        return [part.strip(" -*\t") for part in re.split(r"[,\n;]", self.text(name)) if part.strip(" -*\t")]

    def names(self) -> list[str]:
        return list(self._all)
