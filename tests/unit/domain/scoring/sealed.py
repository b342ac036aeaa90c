"""Sealed transcripts, rubrics and passes to score."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.domain.scoring.chain import START, hash_segment, hash_text
from shared.domain.scoring.records import Citation, Head, Pass, RubricDimension, Segment

INTERVIEW = UUID("00000000-0000-4000-8000-00000000aaaa")
QUESTION = "What did you do then, and why?"
ANSWERS = (
    "I measured every query first, because guessing had cost us a week.",
    "Then I added one index and rewrote the report. It fell from nine seconds to two.",
    "My colleague asked for the figures, so I wrote them down for everybody.",
)


def segment_id(sequence: int) -> UUID:
    return UUID(int=0xABC0_0000_0000_4000_8000_0000_0000_0000 + sequence)


def sealed(texts: Sequence[str], **facts: Any) -> list[Segment]:
    """Question and answer in turn, from the first question; linked as the database links them."""
    said = [text for answer in texts for text in (QUESTION, answer)]
    segments: list[Segment] = []
    for sequence, text in enumerate(said, 1):
        is_answer = sequence % 2 == 0
        segments.append(
            linked(
                Segment(
                    id=segment_id(sequence),
                    sequence=sequence,
                    speaker="candidate" if is_answer else "interviewer",
                    content=text,
                    origin="typed" if is_answer else "plan",
                    content_hash="",
                    previous_hash=segments[-1].row_hash if segments else START,
                    row_hash="",
                    interview_id=INTERVIEW,
                    turn_id=f"turn-{(sequence + 1) // 2}",
                    content_salt=f"salt-{sequence}",
                ),
                **(facts if is_answer else {}),
            )
        )
    return segments


def linked(segment: Segment, **facts: Any) -> Segment:
    """The segment with these facts, sealed anew."""
    changed = replace(segment, **facts)
    content_hash = hash_text((changed.content_salt or "") + changed.content)
    changed = replace(changed, content_hash=content_hash)
    return replace(changed, row_hash=hash_segment(changed))


def head_of(segments: Sequence[Segment]) -> Head:
    return Head(segments[-1].sequence, segments[-1].row_hash)


def dimension(name: str = "skill", weight: str = "1") -> RubricDimension:
    levels = {1: "none", 2: "some", 3: "one case", 4: "a case with reasons", 5: "reasons and results"}
    return RubricDimension(name, name.title(), Decimal(weight), ("Tells what was done",), levels)


def cites(sequence: int, quote: str) -> Citation:
    return Citation(str(segment_id(sequence)), quote)


def passed(level: int | None, *citations: Citation, name: str = "skill", number: int = 1) -> Pass:
    return Pass(name, number, level, citations)
