"""What was seen of each call: a line of a file, as the callers of the mix are another process."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self, TextIO


class Route(StrEnum):
    """By its pattern, as the documentation names it."""

    CHAT = "POST /api/v1/interview/chat"
    STREAM = "POST /api/v1/interview/chat/stream"
    START = "POST /api/v1/interview/{interview_id}/start"
    END = "POST /api/v1/interview/{interview_id}/end"
    SPEECH = "POST /api/v1/speech/token"
    PARSE = "POST /api/v1/resume/parse"
    HEALTH = "GET /health"
    LIVE = "GET /health/live"
    SCORE = "POST /api/v1/interview/{interview_id}/score"
    LIST = "GET /api/v1/job-roles/{job_role_id}/applications"
    DOWNLOAD = "GET /api/v1/recordings/{recording_id}/download"
    FILE = "GET of the link, from storage"


WEIGHTS: Mapping[Route, int] = {
    Route.CHAT: 10,
    Route.SPEECH: 5,
    Route.PARSE: 3,
    Route.START: 2,
    Route.HEALTH: 1,
    Route.SCORE: 5,
    Route.LIST: 2,
    Route.DOWNLOAD: 1,
}
"""The load mix: the first five of candidates, the others of staff."""
OF_CANDIDATES: Mapping[Route, int] = {each: WEIGHTS[each] for each in list(WEIGHTS)[:5]}
OF_STAFF: Mapping[Route, int] = {each: WEIGHTS[each] for each in list(WEIGHTS)[5:]}


class Part(StrEnum):
    """Why a call was made."""

    MIX = "mix"
    BESIDE = "beside"  # what one of the mix needs: a new interview, the file of a link
    HASTY = "hasty"  # over a limit, on purpose
    TALK = "talk"  # of whole interviews


@dataclass(frozen=True, slots=True)
class Call:
    at: float  # when it was made, in seconds of the clock on the wall
    route: Route
    part: Part
    ms: float
    status: int  # 0 without an answer
    fault: str | None = None
    """What was not as it was expected."""
    turn: tuple[str, str] | None = None
    """Interview and turn, if an answer was told to be taken."""
    first_ms: float | None = None  # until the first token

    @property
    def is_refused(self) -> bool:
        """Told to come back, as was wanted."""
        return self.status == 429 and self.fault is None

    @classmethod
    def of(cls, line: str) -> Self:
        facts = json.loads(line)
        turn = facts["turn"]
        named = {
            "route": Route(facts["route"]),
            "part": Part(facts["part"]),
            "turn": tuple(turn) if turn else None,
        }
        return cls(**facts | named)


def write(calls: Iterable[Call], to: TextIO) -> None:
    to.writelines(json.dumps(asdict(each)) + "\n" for each in calls)


def read(path: Path) -> list[Call]:
    with path.open(encoding="utf-8") as lines:
        return [Call.of(line) for line in lines]
