"""Enough people are made for what a run will need, and nobody is hurried over a limit."""

import pytest

from shared.domain.rate_limits import LIMITS, RateClass
from tests.load import form
from tests.load.form import Form
from tests.load.records import OF_STAFF, Route


@pytest.mark.parametrize("each", [form.full(1), form.full(1, minutes=45), form.short(1)])
def test_more_interviews_are_made_than_the_mix_will_begin(each: Form) -> None:
    calls = each.users * each.seconds / each.pause
    expected = calls * 2 / 29 + each.users

    assert each.interviews > expected


def test_whoever_asks_for_scores_at_the_usual_pace_stays_within_the_limit() -> None:
    usual = form.full(1)
    share = OF_STAFF[Route.SCORE] / sum(OF_STAFF.values())

    assert share / usual.pause < LIMITS[RateClass.SCORE].per_second * 1.001


def test_only_a_run_that_is_long_enough_is_judged() -> None:
    assert form.full(1).is_judged
    assert not form.full(1, minutes=1).is_judged
    assert not form.short(1).is_judged
