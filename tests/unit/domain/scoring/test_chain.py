"""A transcript that is whole is found whole; what was done to one that is not is named."""

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scoring.chain import START, Fault, Tampering, hash_segment, hash_text, verify_chain
from shared.domain.scoring.records import Head, Segment
from tests.unit.domain.scoring.sealed import ANSWERS, head_of, linked, sealed, segment_id

TEXTS = st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=5)
WHOLE = sealed(ANSWERS)
HEAD = head_of(WHOLE)


def faults(segments: list[Segment], head: Head | None = HEAD) -> set[tuple[Tampering, int]]:
    return {(each.kind, each.sequence) for each in verify_chain(segments, head).faults}


@given(TEXTS)
def test_what_nobody_touched_is_whole(texts: list[str]) -> None:
    segments = sealed(texts)

    assert verify_chain(segments, head_of(segments)).is_whole
    assert verify_chain(segments).is_whole


def test_nothing_said_is_whole() -> None:
    assert verify_chain([], Head(0, START)).hash == START
    assert verify_chain([]).is_whole


@given(TEXTS, st.data())
def test_one_changed_sign_is_named(texts: list[str], data: st.DataObject) -> None:
    segments = sealed(texts)
    at = data.draw(st.integers(0, len(segments) - 1))
    text = segments[at].content
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda one: one != text[place]))
    segments[at] = replace(segments[at], content=text[:place] + sign + text[place + 1 :])

    assert faults(segments, head_of(segments)) == {(Tampering.CHANGED, at + 1)}


@pytest.mark.parametrize(
    "change",
    [
        {"speaker": "interviewer"},
        {"origin": "speech"},
        {"turn_id": "turn-9"},
        {"confidence": Decimal("0.5")},
        {"start_time_ms": 1},
        {"end_time_ms": 2},
        {"id": segment_id(99)},
        {"interview_id": None},
        {"practice_interview_id": segment_id(1)},
        {"content_hash": "f" * 64},
        {"previous_hash": "f" * 64},
        {"row_hash": "f" * 64},
        {"content_salt": "pepper"},
        {"content_salt": None},
    ],
)
def test_whatever_is_recorded_with_the_words_is_sealed_too(change: dict[str, Any]) -> None:
    segments = list(WHOLE)
    segments[3] = replace(segments[3], **change)

    assert (Tampering.CHANGED, 4) in faults(segments)
    assert {sequence for _, sequence in faults(segments)} == {4}


@given(TEXTS, st.data())
def test_a_dropped_segment_is_named(texts: list[str], data: st.DataObject) -> None:
    segments = sealed(texts)
    head = head_of(segments)
    at = data.draw(st.integers(0, len(segments) - 1))
    rest = segments[:at] + segments[at + 1 :]

    assert (Tampering.DROPPED, at + 1) in faults(rest, head)
    renumbered = [replace(each, sequence=number) for number, each in enumerate(rest, 1)]
    assert (Tampering.DROPPED, at + 1) in faults(renumbered, head)


@given(TEXTS, st.data())
def test_segments_in_another_order_are_named(texts: list[str], data: st.DataObject) -> None:
    segments = sealed(texts)
    head = head_of(segments)
    one, other = sorted(
        data.draw(st.lists(st.integers(0, len(segments) - 1), min_size=2, max_size=2, unique=True))
    )
    segments[one], segments[other] = segments[other], segments[one]

    assert (Tampering.MOVED, one + 1) in faults(segments, head)
    renumbered = [replace(each, sequence=number) for number, each in enumerate(segments, 1)]
    assert {(Tampering.MOVED, one + 1), (Tampering.MOVED, other + 1)} <= faults(renumbered, head)


@given(TEXTS, st.data())
def test_an_inserted_segment_is_named(texts: list[str], data: st.DataObject) -> None:
    segments = sealed(texts)
    head = head_of(segments)
    at = data.draw(st.integers(0, len(segments)))
    before = segments[at - 1].row_hash if at else START
    forged = linked(
        segments[0], id=segment_id(77), sequence=at + 1, content="I led ten teams.", previous_hash=before
    )
    renumbered = [
        *segments[:at],
        forged,
        *(replace(each, sequence=each.sequence + 1) for each in segments[at:]),
    ]

    assert (Tampering.INSERTED, at + 1) in faults([*segments[:at], forged, *segments[at:]], head)
    assert (Tampering.INSERTED, at + 1) in faults(renumbered, head)


def test_words_that_were_sealed_anew_are_missed_by_the_segment_behind_them() -> None:
    segments = list(WHOLE)
    segments[1] = linked(segments[1], content="I led ten teams.")

    assert faults(segments) == {(Tampering.CHANGED, 2)}


def test_a_chain_that_was_sealed_anew_to_its_end_is_missed_by_its_head() -> None:
    forged = sealed(["I led ten teams.", *ANSWERS[1:]])

    assert faults(forged) == {(Tampering.CHANGED, len(WHOLE))}


def test_an_end_that_was_cut_off_is_named() -> None:
    assert faults(WHOLE[:-2]) == {
        (Tampering.DROPPED, 5),
        (Tampering.DROPPED, 6),
        (Tampering.CUT_OFF, 6),
    }
    assert verify_chain(WHOLE[:-2]).is_whole  # without its head nobody could know


def test_a_segment_that_stands_twice_is_one_too_many() -> None:
    assert (Tampering.INSERTED, 2) in faults([*WHOLE[:2], *WHOLE[1:]])


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_whatever_is_done_is_never_missed(chance: random.Random, steps: int) -> None:
    segments = list(WHOLE)
    for _ in range(steps):
        at = chance.randrange(len(segments))
        match chance.randrange(4):
            case 0:
                segments[at] = replace(segments[at], content=segments[at].content + ".")
            case 1 if len(segments) > 1:
                del segments[at]
            case 2:
                segments.insert(chance.randrange(len(segments)), segments.pop(at))
            case _:
                segments.insert(at, linked(segments[at], content="Forged."))

    assert verify_chain(segments, HEAD).is_whole == (segments == WHOLE)


def test_what_was_masked_for_privacy_stays_in_the_chain_and_is_named() -> None:
    segments = list(WHOLE)
    segments[1] = replace(segments[1], content="[removed] measured it.", content_salt=None, masked=True)

    chain = verify_chain(segments, HEAD)

    assert chain.is_whole
    assert chain.masked == (2,)


def test_the_hashed_form_is_the_text_of_a_jsonb_array() -> None:
    segment = replace(
        WHOLE[0],
        turn_id='a"b\\c\n\t\x01\u00e9\u4e2d/',
        confidence=Decimal(1),
        start_time_ms=0,
        practice_interview_id=None,
    )

    written = (
        f'["{START}", "{segment.id}", "{segment.interview_id}", null, 1, '
        '"a\\"b\\\\c\\n\\t\\u0001\u00e9\u4e2d/", "interviewer", '
        f'"{segment.content_hash}", 0, null, 1.000, "plan"]'
    )

    assert hash_segment(segment) == hash_text(written)


def test_rows_and_facts_are_read_back_as_they_were() -> None:
    segment = linked(WHOLE[1], confidence=Decimal("0.950"), origin="speech", start_time_ms=1, end_time_ms=2)

    assert Segment.from_facts(segment.as_facts()) == segment
    row = segment.as_facts() | {"masked_at": None, "created_at": "now", "confidence": 0.95}
    assert hash_segment(Segment.from_facts(row)) == segment.row_hash
    assert Segment.from_facts(row | {"masked_at": "2026-01-01"}).masked


def test_faults_come_in_the_order_of_the_transcript() -> None:
    found = verify_chain([WHOLE[1], WHOLE[0], *WHOLE[3:]], HEAD).faults

    assert list(found) == [Fault(Tampering.MOVED, 1), Fault(Tampering.DROPPED, 3)]
