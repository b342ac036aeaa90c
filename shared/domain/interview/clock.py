"""The one budget of time that a candidate sees: shown to the second, and never spent by our faults.

The database keeps it: what it says is left already counts what was given back before. Here is
decided what a turn gives back. A turn that its process left behind gives back its lease, in the
database itself, where the take-over is seen.
"""

from typing import Final

CLOSING_SECONDS: Final = 120  # with less left, the next question is the closing one
FAIR_WAIT_SECONDS: Final = 1.0  # a reply that begins within it is a conversation, not a wait


def is_closing_time(seconds_left: int) -> bool:
    return seconds_left < CLOSING_SECONDS


def is_over(seconds_left: int) -> bool:
    return seconds_left <= 0


def lost(waited_seconds: float) -> float:
    """What of a wait was our fault."""
    return max(0.0, waited_seconds - FAIR_WAIT_SECONDS)
