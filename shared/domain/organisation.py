"""An organisation, and what it begins with."""

from collections.abc import Mapping, Sequence
from typing import Final

DAYS_TO_KEEP_RECORDINGS: Final = 60
FEWEST_DAYS, MOST_DAYS = 7, 365

VALUES_FRAMEWORK: Final[Mapping[str, Sequence[Mapping[str, str]]]] = {
    "values": [
        {"name": "Ownership", "description": "Takes on what needs doing and sees it through."},
        {"name": "Candour", "description": "Says early what is wrong, with reasons."},
        {"name": "Care", "description": "Thinks of those who use the work and those who maintain it."},
        {"name": "Learning", "description": "Asks for feedback and changes what it shows."},
    ]
}
"""The values of an organisation that has not written down its own."""
