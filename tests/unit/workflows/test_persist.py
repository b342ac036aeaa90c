"""How long a step is waited for before it is done again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, Persistence


@given(st.sampled_from([FOR_AN_HOUR, IN_THE_BACKGROUND]), st.integers(1, 10**6))
def test_waits_double_up_to_the_longest_and_never_run_over(kind: Persistence, failures: int) -> None:
    assert kind.first <= kind.wait(failures) <= kind.wait(failures + 1) <= kind.longest


def test_waits_double() -> None:
    kind = Persistence(attempts=9, first=timedelta(seconds=5), longest=timedelta(minutes=1))

    assert [kind.wait(each).total_seconds() for each in range(1, 7)] == [5, 10, 20, 40, 60, 60]
