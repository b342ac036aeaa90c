"""Live words find their place in the sound."""

import random
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.recordings.alignment import LiveSegment, PlacedSegment, align, match, words_of
from shared.domain.speech import SpokenWord, TranscribedPhrase

WORDS = st.lists(st.sampled_from(["i", "the", "queue", "kept", "short", "and", "we", "tests"]), max_size=60)


def live(*texts: str) -> list[LiveSegment]:
    return [LiveSegment(UUID(int=number), number, "candidate", text) for number, text in enumerate(texts, 1)]


def phrase(text: str, begins_ms: int = 0, *, words: bool = True) -> TranscribedPhrase:
    """Each word takes 100 ms."""
    spoken = [SpokenWord(word, begins_ms + 100 * at, 90) for at, word in enumerate(text.split())]
    return TranscribedPhrase(text, begins_ms, 100 * len(spoken), 0.9, words=tuple(spoken) if words else ())


def times(placed: tuple[PlacedSegment, ...]) -> list[tuple[int | None, int | None]]:
    return [(each.begins_ms, each.ends_ms) for each in placed]


def test_a_segment_lasts_from_its_first_to_its_last_word() -> None:
    found = align(
        live("Tell me about a queue.", "I kept it short, I\u2019d say."),
        [phrase("Tell me about a queue", 1000), phrase("I kept it short I'd say", 5000)],
    )

    assert times(found.segments) == [(1000, 1490), (5000, 5590)]
    assert found.discrepancy == 0


def test_misheard_words_cost_no_place_and_are_counted() -> None:
    found = align(live("I kept the queue short"), [phrase("I kept the cue short", 200)])

    assert times(found.segments) == [(200, 690)]
    assert found.discrepancy == 0.2


def test_what_was_never_said_aloud_has_no_time() -> None:
    found = align(
        live("I kept the queue short", "typed only and the rest", "and then we measured it"),
        [phrase("I kept the queue short"), phrase("and then we measured it", 3000)],
    )

    assert times(found.segments) == [(0, 490), (None, None), (3000, 3490)]


def test_a_recording_that_begins_late_is_no_discrepancy() -> None:
    found = align(live("one two three four", "five six seven eight"), [phrase("five six seven eight", 10)])

    assert times(found.segments) == [(None, None), (10, 400)]
    assert found.discrepancy == 0


def test_silence_and_strangers() -> None:
    assert align([], [phrase("hello there")]).discrepancy is None
    assert align(live("hello there"), []).discrepancy is None
    assert align(live("hello there"), [phrase("quite other words")]).discrepancy == 1.0


def test_words_without_times_are_spread_over_their_phrase() -> None:
    found = align(live("three four"), [phrase("one two three four", 1000, words=False)])

    assert times(found.segments) == [(1200, 1400)]


def test_scripts_without_blanks_are_matched_by_the_letter() -> None:
    assert words_of("我保持队列短。") == ["我", "保", "持", "队", "列", "短"]
    found = align(live("我保持队列短"), [phrase("我 保持 队列 很 短", 0)])
    assert times(found.segments) == [(0, 490)]


@given(WORDS, WORDS)
def test_pairs_are_the_same_word_and_rise_on_both_sides(left: list[str], right: list[str]) -> None:
    pairs = match(left, right)

    assert all(left[here] == right[there] for here, there in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(WORDS)
def test_the_same_words_are_all_found(words: list[str]) -> None:
    assert match(words, words) == [(at, at) for at in range(len(words))]


@given(WORDS, st.data())
def test_words_left_out_leave_the_others_found(words: list[str], data: st.DataObject) -> None:
    kept = [word for word in words if data.draw(st.booleans())]

    assert len(match(words, kept)) == len(kept)


@given(st.lists(WORDS.map(" ".join), max_size=8), st.lists(WORDS.map(" ".join), max_size=8))
def test_segments_keep_their_order_in_the_sound(texts: list[str], said: list[str]) -> None:
    phrases, at = [], 0
    for text in said:
        phrases.append(phrase(text, at))
        at += 100 * len(text.split())

    found = align(live(*texts), phrases)

    begun = [each.begins_ms for each in found.segments if each.begins_ms is not None]
    assert begun == sorted(begun)
    assert all(
        each.ends_ms is not None and each.begins_ms < each.ends_ms
        for each in found.segments
        if each.begins_ms is not None
    )
    assert len(found.segments) == len(texts)
    assert found.discrepancy is None or 0 <= found.discrepancy <= 1


def test_an_hour_of_talk_with_few_words_of_its_own_is_matched_almost_whole() -> None:
    chance = random.Random(7)  # noqa: S311 - the same words each time
    said = [f"w{chance.randint(1, 400)}" for _ in range(9000)]
    heard = [word if chance.random() > 0.05 else "mumble" for word in said if chance.random() > 0.03]

    assert len(match(said, heard)) > 0.97 * sum(word != "mumble" for word in heard)
