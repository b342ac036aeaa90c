"""What the spectator of the demo sees."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from local.demo.screen import WIDTH, Screen

WORDS = st.lists(st.text("abcdefg.,?", min_size=1, max_size=12), min_size=1, max_size=60)


@given(WORDS, st.lists(st.integers(1, 7), min_size=1))
def test_pieces_become_the_same_words_in_lines_that_fit(words: list[str], cuts: list[int]) -> None:
    text, stream = " ".join(words), StringIO()
    screen = Screen(stream)

    place = 0
    while place < len(text):
        size = cuts[place % len(cuts)]
        screen.piece(text[place : place + size])
        place += size
    screen.end_of_speech()

    assert stream.getvalue().split() == words
    assert all(len(line) <= WIDTH for line in stream.getvalue().splitlines())


def test_a_line_break_stays_one() -> None:
    stream = StringIO()
    screen = Screen(stream)

    screen.piece("Which?\nA) one\nB) two")
    screen.end_of_speech()

    assert stream.getvalue() == "  Which?\n  A) one\n  B) two\n"


def test_no_colour_codes_stand_in_a_file() -> None:
    stream = StringIO()
    screen = Screen(stream)

    screen.act("The interview")
    screen.fact("status", "completed")
    screen.speaker("candidate")
    screen.said("Good morning.")
    screen.note("That was it.")

    assert "\033" not in stream.getvalue()
