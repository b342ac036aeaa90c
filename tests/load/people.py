"""What callers of the mix have to know. It crosses to their process as a file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

CV: Final = (
    "Asha Nair\nasha.nair@example.org\n+61 400 123 456\n\nEmployment\n"
    "Software Engineer, Harbour Payments, Mar 2019 - Jun 2021\n\nSkills\nPython, PostgreSQL\n"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate, and the interview they are invited to."""

    interview_id: str
    token: str


@dataclass(frozen=True, slots=True)
class World:
    url: str
    job_role_id: str
    invited: Sequence[Person]
    staff: Sequence[str]
    scored: Sequence[str]
    recordings: Sequence[str]
    thinking: Sequence[float]
    hasty_every: float
    seed: int

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return cls(**facts | {"invited": [Person(**each) for each in facts["invited"]]})
