"""What is done about a difference between database and workflows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reconciliation import (
    MOST_AT_ONCE,
    MOST_ATTEMPTS,
    PATIENCE,
    WINDING_UP,
    Family,
    Gap,
    Repair,
    Run,
    Slice,
    Standing,
    Step,
    parts,
    repair,
)

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
ID = uuid4()
TALKS = Family(
    "lifecycle", "carry", "interview-", farewells={"completed": "ended"}, hears_in=frozenset({"conducting"})
)
SCORES = Family("scoring", "score", "score-", is_numbered=True)
WANTED = Gap(Standing.WANTED, "interview", ID, f"interview-{ID}", {"interview_id": str(ID)}, since=LONG_AGO)
OVER = replace(WANTED, standing=Standing.OVER, state="completed")
UNKNOWN = replace(WANTED, standing=Standing.UNKNOWN, since=None)
CONDUCTING = Run(is_live=True, phase="conducting", started_at=LONG_AGO)
ENDED = Run(is_live=False, started_at=LONG_AGO)


@pytest.mark.parametrize("run", [None, ENDED])
def test_what_is_missing_is_started(run: Run | None) -> None:
    assert repair(TALKS, WANTED, run, NOW) == Step(Repair.START)


@pytest.mark.parametrize(
    ("gap", "run"),
    [
        pytest.param(WANTED, CONDUCTING, id="it was started in between"),
        pytest.param(replace(WANTED, since=NOW - PATIENCE + timedelta(seconds=1)), None, id="it is new"),
        pytest.param(replace(WANTED, is_parked=True), None, id="it waits for a person"),
        pytest.param(OVER, None, id="its run ended in between"),
        pytest.param(OVER, replace(CONDUCTING, phase="closing"), id="its run is on its way"),
        pytest.param(OVER, replace(CONDUCTING, phase=None), id="its run has not said where it is"),
        pytest.param(replace(OVER, since=NOW), CONDUCTING, id="its run is about to hear of it"),
        pytest.param(replace(OVER, state="unheard of"), CONDUCTING, id="nothing ends this state"),
        pytest.param(UNKNOWN, ENDED, id="nobody is at it any more"),
        pytest.param(UNKNOWN, replace(CONDUCTING, started_at=NOW), id="it may be known in a moment"),
    ],
)
def test_what_closes_by_itself_is_left_alone(gap: Gap, run: Run | None) -> None:
    assert repair(TALKS, gap, run, NOW) is None


def test_a_run_whose_talk_is_over_is_told_so() -> None:
    assert repair(TALKS, OVER, CONDUCTING, NOW) == Step(Repair.SIGNAL, "ended")


def test_a_run_for_nothing_is_ended() -> None:
    assert repair(TALKS, UNKNOWN, CONDUCTING, NOW) == Step(Repair.TERMINATE)


@pytest.mark.parametrize(("since", "step"), [(LONG_AGO, Step(Repair.TERMINATE)), (NOW - PATIENCE, None)])
def test_a_run_without_farewells_is_ended_once_it_had_its_time(since: datetime, step: Step | None) -> None:
    assert PATIENCE < WINDING_UP
    assert repair(SCORES, replace(OVER, since=since), CONDUCTING, NOW) == step


@pytest.mark.parametrize(
    ("gap", "run", "reason"),
    [(WANTED, None, "lifecycle_gave_up"), (OVER, CONDUCTING, "lifecycle_does_not_end")],
)
def test_what_was_helped_three_times_is_put_before_people(gap: Gap, run: Run | None, reason: str) -> None:
    last, spent = replace(gap, attempts=MOST_ATTEMPTS - 1), replace(gap, attempts=MOST_ATTEMPTS)

    assert repair(TALKS, last, run, NOW) != Step(Repair.PARK, reason)
    assert repair(TALKS, spent, run, NOW) == Step(Repair.PARK, reason)
    assert repair(TALKS, replace(spent, is_parked=True), run, NOW) is None


@given(
    st.builds(
        Gap,
        st.sampled_from(Standing),
        st.just("interview"),
        st.just(ID),
        st.just("interview-x"),
        st.just({}),
        st.sampled_from([None, "completed", "cancelled", "in_progress"]),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.booleans(),
        st.integers(0, 9),
    ),
    st.none()
    | st.builds(
        Run, st.booleans(), st.sampled_from([None, "conducting", "done"]), st.none() | st.just(LONG_AGO)
    ),
    st.sampled_from([TALKS, SCORES]),
)
def test_nothing_is_started_where_a_run_is_and_nothing_ended_where_none_is(
    gap: Gap, run: Run | None, family: Family
) -> None:
    step = repair(family, gap, run, NOW)

    if step and step.repair is Repair.START:
        assert not (run and run.is_live)
        assert not gap.is_parked
        assert gap.attempts < MOST_ATTEMPTS
    if step and step.repair in {Repair.SIGNAL, Repair.TERMINATE}:
        assert run
        assert run.is_live


@given(st.uuids())
def test_every_id_is_in_one_part_whose_keys_begin_alike(any_id: UUID) -> None:
    found = [each for each in parts(MOST_AT_ONCE + 1) if each.has(any_id)]

    assert len(found) == 1
    assert str(any_id).startswith(found[0].beginning)
    assert parts(MOST_AT_ONCE)[0].has(any_id)
    assert Slice.around(any_id) == Slice(str(any_id), any_id, any_id)


def test_a_key_tells_what_it_is_about() -> None:
    assert TALKS.id_in(f"interview-{ID}") == ID
    assert SCORES.id_in(f"score-{ID}-12") == ID
    assert TALKS.id_in(f"score-{ID}") is None
    assert TALKS.id_in(f"interview-{ID}:0001") is None
    assert TALKS.id_in("interview-nobody") is None
    for key in (f"interview-{ID}-2", f"score-{ID}", f"score-{ID}-99999999999"):
        assert (TALKS.id_in(key), SCORES.id_in(key)) == (None, None), "one the database could not read"
