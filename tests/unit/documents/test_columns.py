"""Reading order from places of words alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.documents.child.columns import (
    Word,
    find_gutter,
    from_right_to_left,
    in_reading_order,
    rows,
)

WIDTH = 595.0
LETTER = 5.5
BLANK = 3.0


def line(text: str, x: float, y: float, *, size: float = 1.0, blank: float = BLANK) -> list[Word]:
    words = []
    for each in text.split():
        width = LETTER * len(each) * size
        words.append(Word(each, x, y, x + width, y + 8 * size))
        x += width + blank * size
    return words


def column(name: str, x: float, *, count: int = 12, top: float = 120, step: float = 14) -> list[Word]:
    return [word for row in range(count) for word in line(f"{name}{row} and so on", x, top + step * row)]


def read(words: list[Word]) -> list[str]:
    gutter = find_gutter(words, WIDTH)
    assert gutter is not None
    return [" ".join(word.text for word in row) for row in in_reading_order(words, gutter)]


def starts(lines: list[str]) -> list[str]:
    return [each.split()[0] for each in lines]


LEFT = [f"left{row}" for row in range(12)]
RIGHT = [f"right{row}" for row in range(12)]


def test_the_left_column_is_read_before_the_right_one() -> None:
    assert starts(read(column("left", 50) + column("right", 330))) == LEFT + RIGHT


def test_lines_of_the_columns_need_not_be_level() -> None:
    assert starts(read(column("left", 50) + column("right", 330, top=125, step=13))) == LEFT + RIGHT


def test_a_full_row_stays_whole_above_the_columns() -> None:
    header = "A whole row that runs through the gutter without any gap from one edge to the other one"

    assert read(line(header, 50, 80) + column("left", 50) + column("right", 330))[0] == header


def test_a_full_row_stays_whole_though_a_blank_of_it_lies_in_the_gutter() -> None:
    words = column("left", 50) + column("right", 330)
    start, end = find_gutter(words, WIDTH) or pytest.fail("there is a gutter")
    before = line("what stands before the blank", 50, 80)
    shift = (start + end) / 2 - BLANK / 2 - before[-1].right
    for word in before:
        word.left, word.right = word.left + shift, word.right + shift
    after = line("and what comes after it", (start + end) / 2 + BLANK / 2, 80)

    assert read(before + after + words)[0] == "what stands before the blank and what comes after it"


def test_wide_blanks_of_a_large_title_are_no_gutter() -> None:
    title = line("ASHA NAIR", 190, 60, size=4, blank=3)

    assert read(title + column("left", 50) + column("right", 330))[0] == "ASHA NAIR"


def test_a_full_row_between_columns_parts_what_is_above_from_what_is_below() -> None:
    divider = "And this is a row that runs from one side of the page to the other without a gap"
    words = [
        *column("left", 50, count=6),
        *column("right", 330, count=6),
        *line(divider, 50, 215),
        *column("under", 50, count=6, top=240),
        *column("beside", 330, count=6, top=240),
    ]
    found = read(words)

    assert starts(found) == [*LEFT[:6], *RIGHT[:6], "And"] + [
        f"{name}{row}" for name in ("under", "beside") for row in range(6)
    ]
    assert divider in found


def test_a_row_with_a_gap_at_the_gutter_belongs_to_both_columns() -> None:
    heads = line("Skills", 50, 90) + line("Employment", 330, 90)

    assert starts(read(heads + column("left", 50) + column("right", 330))) == [
        "Skills",
        *LEFT,
        "Employment",
        *RIGHT,
    ]


@pytest.mark.parametrize(
    "words",
    [
        [],
        column("alone", 50),
        column("left", 50) + column("right", 330, count=1),  # too few words
        column("left", 50, count=4, step=9) + column("right", 330, count=4, step=9),  # hardly any height
        column("left", 50) + column("right", 135),  # no gap between them
        [
            word
            for row in range(40)
            for word in line("a line of text that fills the page from side to side " * 2, 50, 14 * row)
        ],
    ],
    ids=["nothing", "one column", "few words", "low", "narrow", "full page"],
)
def test_a_page_without_two_columns_has_no_gutter(words: list[Word]) -> None:
    assert find_gutter(words, WIDTH) is None


def test_words_of_a_row_stand_beside_each_other_whatever_their_height() -> None:
    high, low = Word("High", 10, 100, 30, 110), Word("a", 35, 104, 40, 110)
    below = Word("below", 10, 114, 30, 124)

    assert [[word.text for word in row] for row in rows([below, low, high])] == [["High", "a"], ["below"]]


places = st.floats(0, 600, allow_nan=False)
any_words = st.lists(
    st.builds(
        lambda x, y, w, h: Word("w", x, y, x + w, y + h),
        places,
        places,
        st.floats(0.1, 90),
        st.floats(0.1, 30),
    ),
    min_size=16,
    max_size=60,
)


@pytest.mark.no_cover  # others run its lines
@given(any_words)
def test_no_word_is_lost_or_doubled(words: list[Word]) -> None:
    for word in words[:8]:
        word.left, word.right = 10, 20
    gutter = find_gutter(words, WIDTH) or (290.0, 300.0)

    ordered = [word for row in in_reading_order(words, gutter) for word in row]

    assert sorted(map(id, ordered)) == sorted(map(id, words))


def test_a_page_from_right_to_left_is_read_from_the_right() -> None:
    def word(text: str, left: float, top: float) -> Word:
        return Word(text, left, top, left + 20, top + 10)

    words = [
        word("\u0644\u064a\u0644\u0649", 100, 10),
        word("\u062d\u062f\u0627\u062f", 70, 10),
        word("Spring", 40, 30),
        word("Boot", 65, 30),
        word("\u0648", 100, 30),
        word("+971", 40, 50),
        word("50", 70, 50),
        word("2019-04", 40, 70),
        word("-", 65, 70),
        word("2015-02", 90, 70),
    ]

    lines = [" ".join(each.text for each in line) for line in from_right_to_left(words)]

    assert lines == [
        "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f",
        "\u0648 Spring Boot",
        "+971 50",
        "2015-02 - 2019-04",
    ]


def test_periods_at_the_right_edge_are_no_column() -> None:
    """Every third row ends in one; a list at the right goes on from row to row."""

    def words(rows_with_an_end: set[int]) -> list[Word]:
        told = [
            Word(f"w{row}", 60 + 40 * place, 20.0 * row, 95 + 40 * place, 20.0 * row + 10)
            for row in range(12)
            for place in range(3)
        ]
        ends = [
            Word(text, left, 20.0 * row, left + 30, 20.0 * row + 10)
            for row in sorted(rows_with_an_end)
            for text, left in (("2019", 400), ("2021", 435))
        ]
        return told + ends

    assert find_gutter(words({0, 3, 6, 9}), 595) is None
    assert find_gutter(words(set(range(12))), 595) is not None
