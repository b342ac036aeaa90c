"""The workflows that are compared with the database.

A new family is a row here and an SQL function `<name>_gaps`, and nothing else.
"""

from typing import Final

from shared.contracts.lifecycle import (
    CANCELLED,
    ENDED,
    INTERVIEW_LIFECYCLE,
    PROCESS_RESUME,
    SCORE_INTERVIEW,
)
from shared.domain.reconciliation import Family

LIFECYCLE: Final = Family(
    "lifecycle",
    INTERVIEW_LIFECYCLE,
    "interview-",
    farewells={"completed": ENDED, "cancelled": CANCELLED, "expired": CANCELLED},
    hears_in=frozenset({"conducting"}),
)
SCORING: Final = Family("scoring", SCORE_INTERVIEW, "score-")
FILES: Final = Family("files", PROCESS_RESUME, "resume-")

FAMILIES: Final = (LIFECYCLE, SCORING, FILES)
