"""What the browser noticed, as a floor under an opinion. It changes no score and fails nobody."""

from collections.abc import Mapping
from typing import Final, Literal

type Risk = Literal["low", "medium", "high"]

RISKS: Final[tuple[Risk, ...]] = ("low", "medium", "high")
AT_LEAST_MEDIUM: Final[Mapping[str, int]] = {"tab_switch": 5, "copy_paste": 3}
"""Silence and latency are not among them: they never raise anything."""


def risk_level(opinion: Risk, signals: Mapping[str, int]) -> Risk:
    """The opinion, raised to medium where the browser saw enough of what is counted."""
    floor: Risk = (
        "medium" if any(signals.get(kind, 0) >= most for kind, most in AT_LEAST_MEDIUM.items()) else "low"
    )
    return max(opinion, floor, key=RISKS.index)
