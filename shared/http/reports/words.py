"""What the codes of a report mean to who reads it."""

from collections.abc import Mapping
from typing import Final

from shared.domain.rubric import label_of

DOUBTS: Final[Mapping[str, str]] = {
    "disagreement": "independent readings of the same answers lie too far apart",
    "too_little_evidence": "too little was said that proves a level",
    "unsure_words": "the words were recognised too uncertainly to be held against anybody",
    "low_coverage": "less than half of the rubric could be scored",
}
UNSCORED: Final[Mapping[str, str]] = {
    "not_answered": "the question was not answered",
    "too_few_readings": "too few readings came back",
    "disagreement": "independent readings of the same answers lie too far apart",
    "unsure_words": "the words were recognised too uncertainly to be held against anybody",
}
WEIGHTS: Final[Mapping[str, str]] = {"must": "Must", "should": "Should", "bonus": "Bonus"}
MADE: Final[Mapping[str, str]] = {"asserted": "made", "withdrawn": "taken back later", "not_said": "not made"}
STANDS: Final[Mapping[str, str]] = {"asserted": "stands", "withdrawn": "taken back", "not_said": "not said"}
SIGNALS: Final[Mapping[str, str]] = {
    "tab_switch": "another window came to the front",
    "silence": "silence",
    "latency": "a slow line",
    "copy_paste": "something was pasted",
}
ENDS: Final[Mapping[str, str]] = {
    "finished": "all questions were asked",
    "ended_by_candidate": "the candidate ended it",
    "ended_by_organisation": "the organisation ended it",
    "time_up": "the time was up",
    "idle": "no answer came any more",
    "disconnected": "the line was lost",
    "withdrawn": "the candidate withdrew",
    "fault": "a fault of ours",
}
STATUSES: Final[Mapping[str, str]] = {
    "queued": "waits to be scored",
    "running": "is being scored",
    "completed": "scored",
    "insufficient_evidence": "too little was said to be scored",
    "failed": "scoring failed",
}


def meaning(words: Mapping[str, str], code: str) -> str:
    """In words; a code that is new here is shown as it is."""
    return words.get(code) or label_of(code)
