"""How hard the questions of a pack are."""

from typing import Final, Literal

type Level = Literal["beginner", "intermediate", "advanced"]

LEVELS: Final[tuple[Level, ...]] = ("beginner", "intermediate", "advanced")
