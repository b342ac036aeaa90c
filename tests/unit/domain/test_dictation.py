"""What is remembered between utterances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.dictation import Dictation, length_ms, utterance_key


def test_times_run_on_over_the_utterances_of_a_turn() -> None:
    dictation = Dictation.first("s").begun("t-1", 500)
    assert dictation.begins_at("a") == 500

    dictation = dictation.heard("a", 1_000, 2)
    assert dictation.begins_at("b") == 1_500
    assert dictation.finals == 2


def test_an_utterance_that_comes_twice_changes_nothing_and_begins_where_it_began() -> None:
    once = Dictation.first("s").begun("t-1", 0).heard("a", 700, 1).heard("b", 300, 1)

    assert once.heard("b", 300, 1) == once
    assert once.begins_at("b") == 700


def test_a_turn_that_is_named_twice_goes_on() -> None:
    spoken = Dictation.first("s").begun("t-1", 0).heard("a", 700, 1)

    assert spoken.begun("t-1", 0) == spoken
    assert spoken.begun("t-2", 0).finals == 0


def test_who_names_no_turn_gets_another_one_for_each_answer() -> None:
    first = Dictation.first("socket")
    second = first.heard("a", 100, 1).ended("socket")

    assert first.turn_id != second.turn_id
    assert second.finals == 0
    assert len(Dictation.first("s" * 300).turn_id) <= 100


@given(st.text(min_size=1, max_size=100), st.integers(0, 10**6), st.integers(0, 50))
def test_what_is_kept_is_what_is_read(turn_id: str, at_ms: int, finals: int) -> None:
    dictation = Dictation.first("s").begun(turn_id, at_ms).heard("k", 10, finals)

    assert Dictation.parse(dictation.as_note(), "s") == dictation


@pytest.mark.parametrize("note", ["", "nonsense", "[]", "{}", '{"turn_id": 1}', "null"])
def test_what_cannot_be_read_is_a_beginning(note: str) -> None:
    assert Dictation.parse(note, "s") == Dictation.first("s")


def test_the_same_sound_has_the_same_key_and_a_second_of_it_lasts_one() -> None:
    assert utterance_key(b"a") == utterance_key(b"a") != utterance_key(b"b")
    assert length_ms(32_000) == 1_000
