"""Points of time as people write them, and the months that they make."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.resume.dates import is_ongoing, months_of, points_in
from shared.domain.resume.fields import Employment, Field, Month, Span

TODAY = Month(2026, 11)


def months_in(text: str) -> list[str]:
    return [str(each.month) for each in points_in(text)]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("March 2021 - Present", ["2021-03"]),
        ("Mar. 2021 \u2013 Sept 2022", ["2021-03", "2022-09"]),
        ("03/2021 bis 12/2022", ["2021-03", "2022-12"]),
        ("2021-03 to 2022-12", ["2021-03", "2022-12"]),
        ("2019 - 2021", ["2019", "2021"]),
        ("M\u00e4rz 2019 bis heute", ["2019-03"]),
        ("juin 2018 \u00e0 juillet 2019", ["2018-06", "2019-07"]),
        ("enero de 2020 - diciembre de 2021", ["2020-01", "2021-12"]),
        ("2020\u5e743\u6708 - \u81f3\u4eca", ["2020-03"]),
        ("01.2016 - 02.2017", ["2016-01", "2017-02"]),
        ("call 1300 2021 99", ["2021"]),
        ("1812 Overture, 32021 units", []),
        ("Maybe 2020, or mayor 2020", ["2020", "2020"]),
    ],
)
def test_points_of_time_keep_their_months(text: str, months: list[str]) -> None:
    assert months_in(text) == months


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("March 2021 - Present", True),
        ("seit 2019", True),
        ("2020\u5e743\u6708 - \u81f3\u4eca", True),
        ("2021 \u2013", True),
        ("2019 - 2021", False),
        ("Presented papers 2019 - 2021", False),
    ],
)
def test_what_lasts_is_told_by_a_word_or_an_open_end(text: str, *, is_so: bool) -> None:
    assert is_ongoing(text) is is_so


def job(start: str, end: str | None) -> Employment:
    def told(text: str) -> Field[Month]:
        return Field(Month.parse(text), Span(0, 1), 1.0)

    return Employment(Span(0, 1), start=told(start), end=told(end) if end else None, is_current=end is None)


@pytest.mark.parametrize(
    ("jobs", "months"),
    [
        ([], 0),
        ([job("2020-01", "2020-12")], 12),
        ([job("2020-01", "2020-12"), job("2020-06", "2021-06")], 18),
        ([job("2020-01", "2020-03"), job("2020-06", "2020-06")], 4),
        ([job("2026-10", None)], 2),
        ([job("2026-10", None), job("2026-01", None)], 11),
        ([job("2018", "2020")], 25),
        ([job("2022-05", "2021-01")], 0),
        ([job("2026-01", "2031-01")], 11),
    ],
)
def test_months_are_counted_once_and_none_ahead_of_time(jobs: list[Employment], months: int) -> None:
    assert months_of(jobs, TODAY) == months


@given(
    st.lists(
        st.tuples(st.dates(date(1990, 1, 1), date(2026, 11, 1)), st.integers(0, 60)), min_size=1, max_size=6
    ),
    st.randoms(),
)
def test_the_order_of_positions_changes_nothing(spells: list[tuple[date, int]], chance: object) -> None:
    jobs = []
    for start, length in spells:
        last = start.year * 12 + start.month - 1 + length
        jobs.append(job(f"{start:%Y-%m}", f"{last // 12:04d}-{last % 12 + 1:02d}"))
    mixed = list(jobs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    whole = months_of(jobs, TODAY)

    assert months_of(mixed, TODAY) == whole
    assert max(months_of([each], TODAY) for each in jobs) <= whole
    assert whole <= sum(months_of([each], TODAY) for each in jobs)
