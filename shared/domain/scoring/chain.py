"""Proof that a transcript is whole, worked out from its words alone and not by the database.

Each segment is hashed together with the one before it. What was changed, left out, moved or put in
is named with its number. The hashed form is the text of a jsonb array in PostgreSQL, sign by sign.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from shared.domain.scoring.records import Head, Segment

START: Final = "0" * 64
CONFIDENCE_STEP: Final = Decimal("0.001")


class Tampering(StrEnum):
    CHANGED = "changed"  # its words, or what is recorded with them
    DROPPED = "dropped"
    MOVED = "moved"
    INSERTED = "inserted"
    CUT_OFF = "cut_off"  # the end is not where it was


@dataclass(frozen=True, slots=True)
class Fault:
    """What was done, and to the segment with which number."""

    kind: Tampering
    sequence: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What the proof says. Of masked segments it says that they stood there, not what they said."""

    faults: tuple[Fault, ...]
    masked: tuple[int, ...]
    hash: str  # of the last segment

    @property
    def is_whole(self) -> bool:
        return not self.faults


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hash_content(segment: Segment) -> str | None:
    """None where the text was masked, and its salt taken away with it."""
    return None if segment.content_salt is None else hash_text(segment.content_salt + segment.content)


def hash_segment(segment: Segment) -> str:
    """As the database hashes it: the text form of an array with its numbers written out."""
    confidence = "null" if segment.confidence is None else str(segment.confidence.quantize(CONFIDENCE_STEP))
    before = _listed(
        segment.previous_hash,
        segment.id,
        segment.interview_id,
        segment.practice_interview_id,
        segment.sequence,
        segment.turn_id,
        segment.speaker,
        segment.content_hash,
        segment.start_time_ms,
        segment.end_time_ms,
    )
    return hash_text(f"[{before}, {confidence}, {_listed(segment.origin)}]")


def verify_chain(segments: Sequence[Segment], head: Head | None = None) -> Chain:
    """The proof over segments in the order in which they are given.

    Without the head, which is kept apart, what was cut off at the end cannot be missed.
    """
    faults = sorted(set(_faults(segments, head)), key=lambda each: (each.sequence, each.kind))
    return Chain(
        tuple(faults),
        tuple(each.sequence for each in segments if each.masked),
        segments[-1].row_hash if segments else START,
    )


def _faults(segments: Sequence[Segment], head: Head | None) -> Iterator[Fault]:
    last = head.sequence if head else max((each.sequence for each in segments), default=0)
    numbers = [_number(each, max(last, len(segments))) for each in segments]
    genuine = _genuine(segments, numbers, head)
    yield from _text_faults(segments)
    yield from _extra(segments, numbers, genuine)
    yield from _misplaced(segments, numbers, genuine)
    claimed = {each.sequence for each, number in zip(segments, numbers, strict=True) if number is None}
    for sequence in range(1, last + 1):
        if sequence not in genuine and sequence not in claimed:
            yield Fault(Tampering.DROPPED, sequence)
    yield from _unlinked(genuine)
    if head and head.sequence in genuine and genuine[head.sequence].row_hash != head.hash:
        yield Fault(Tampering.CHANGED, head.sequence)
    if head and head.sequence not in genuine:
        yield Fault(Tampering.CUT_OFF, head.sequence)


def _number(segment: Segment, last: int) -> int | None:
    """The number under which the segment was sealed, whatever it bears now; none if it never was."""
    if hash_segment(segment) == segment.row_hash:
        return segment.sequence
    others = (number for number in range(1, last + 1) if number != segment.sequence)
    return next(
        (number for number in others if hash_segment(replace(segment, sequence=number)) == segment.row_hash),
        None,
    )


def _genuine(
    segments: Sequence[Segment], numbers: Sequence[int | None], head: Head | None
) -> dict[int, Segment]:
    """One segment for each number: where two claim it, the one that the next, or the head, points to."""
    pointed_to = Counter(each.previous_hash for each in segments)
    if head:
        pointed_to[head.hash] += 1
    chosen: dict[int, Segment] = {}
    for segment, number in zip(segments, numbers, strict=True):
        if number is None or (head and number > head.sequence):
            continue
        rival = chosen.get(number)
        if rival is None or (segment.row_hash in pointed_to and rival.row_hash not in pointed_to):
            chosen[number] = segment
    return chosen


def _text_faults(segments: Sequence[Segment]) -> Iterator[Fault]:
    for each in segments:
        if not each.masked and hash_content(each) != each.content_hash:
            yield Fault(Tampering.CHANGED, each.sequence)


def _extra(
    segments: Sequence[Segment], numbers: Sequence[int | None], genuine: dict[int, Segment]
) -> Iterator[Fault]:
    """What never stood there: put in beside what did, or changed in its place."""
    chosen = {id(each) for each in genuine.values()}
    seen: set[int] = set()
    for segment, number in zip(segments, numbers, strict=True):
        if id(segment) in chosen and id(segment) not in seen:
            seen.add(id(segment))
        elif number is None and segment.sequence not in genuine:
            yield Fault(Tampering.CHANGED, segment.sequence)
        else:
            yield Fault(Tampering.INSERTED, segment.sequence)


def _misplaced(
    segments: Sequence[Segment], numbers: Sequence[int | None], genuine: dict[int, Segment]
) -> Iterator[Fault]:
    """Segments that stand behind a later one, or bear a number that is not theirs."""
    chosen = {id(each) for each in genuine.values()}
    latest = 0
    for segment, number in zip(segments, numbers, strict=True):
        if number is None or id(segment) not in chosen:
            continue
        if number < latest or segment.sequence != number:
            yield Fault(Tampering.MOVED, number)
        latest = max(latest, number)


def _unlinked(genuine: dict[int, Segment]) -> Iterator[Fault]:
    """Where the next segment points to another one than stands there, that one was put in its place."""
    for number, segment in genuine.items():
        before = genuine.get(number - 1)
        if before and segment.previous_hash != before.row_hash:
            yield Fault(Tampering.CHANGED, number - 1)
        elif number == 1 and segment.previous_hash != START:
            yield Fault(Tampering.CHANGED, 1)


def _listed(*values: object) -> str:
    """As PostgreSQL writes jsonb: a comma and a blank, nothing but what must be escaped."""
    plain = [each if isinstance(each, int) or each is None else str(each) for each in values]
    return json.dumps(plain, ensure_ascii=False, separators=(", ", ": "))[1:-1]
