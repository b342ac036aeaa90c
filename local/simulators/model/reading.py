"""Reads a text the way an attentive listener does: what it tells, and what it leaves out."""

from __future__ import annotations

import re
from typing import Final

SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。\uff01\uff1f])|\n+")


def sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE.split(text) if part.strip()]
