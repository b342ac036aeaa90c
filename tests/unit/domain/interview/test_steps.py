"""The next step, whatever a model proposes and a candidate says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.answers import AnswerFacts
from shared.domain.interview.plan import Kind, Option, Phase, Plan, PlanItem, Stage
from shared.domain.interview.progress import Evidence, Progress
from shared.domain.interview.steps import (
    FINISHED,
    MOST_CLARIFICATIONS,
    TIME_UP,
    Action,
    Step,
    decide,
    prospects,
)

ANSWERED = AnswerFacts()
ASKS_AGAIN = AnswerFacts(asks=True, asks_again=True)
SIX = Plan(
    items=tuple(
        PlanItem(order, phase, f"Question {order}?", f"skill_{order}", probe_limit=order % 2)
        for order, phase in enumerate(
            [
                Phase.INTRODUCTION,
                Phase.TECHNICAL,
                Phase.TECHNICAL,
                Phase.BEHAVIOURAL,
                Phase.BEHAVIOURAL,
                Phase.CLOSING,
            ],
            1,
        )
    )
)


def step(
    progress: Progress,
    proposed: Action | None = None,
    seconds_left: int = 800,
    facts: AnswerFacts = ANSWERED,
    plan: Plan = SIX,
) -> Step:
    return decide(plan, progress, seconds_left, facts, proposed)


def at(order: int) -> Progress:
    return Progress(order=order, asked=tuple(range(1, order + 1)))


def test_the_plan_goes_on_by_itself() -> None:
    progress, said = Progress.begun(SIX), []
    for _ in range(5):
        following = step(progress)
        assert following.asked
        said.append(following.asked.text)
        progress = following.progress

    assert said == [f"Question {order}?" for order in range(2, 7)]
    assert step(progress) == Step(Action.CLOSE, progress, None, FINISHED)


def test_a_probe_is_used_up_and_counts_as_no_question() -> None:
    probed = step(at(1), Action.PROBE)

    assert (probed.action, probed.progress.questions_asked) == (Action.PROBE, 1)
    assert step(probed.progress, Action.PROBE).action is Action.ADVANCE


def test_a_question_without_probes_gets_none() -> None:
    assert step(at(2), Action.PROBE).action is Action.ADVANCE


def test_who_skips_is_not_probed() -> None:
    assert step(at(1), Action.PROBE, facts=AnswerFacts(skips=True)).action is Action.ADVANCE


def test_a_question_is_asked_again_for_who_asks_and_twice_at_most() -> None:
    progress = at(2)
    for _ in range(MOST_CLARIFICATIONS):
        again = step(progress, facts=ASKS_AGAIN)
        assert (again.action, again.asked and again.asked.text) == (Action.CLARIFY, "Question 2?")
        progress = again.progress

    assert step(progress, Action.CLARIFY, facts=ASKS_AGAIN).action is Action.ADVANCE
    assert step(at(2), Action.CLARIFY).action is Action.ADVANCE


def test_a_model_cannot_end_the_interview_before_its_plan_does() -> None:
    assert step(at(3), Action.CLOSE).action is Action.ADVANCE


def test_with_less_than_two_minutes_the_closing_question_comes_next() -> None:
    in_time, late = step(at(2), seconds_left=120), step(at(2), Action.PROBE, seconds_left=119)

    assert in_time.asked
    assert in_time.asked.order == 3
    assert late.asked
    assert late.asked.order == 6
    assert step(late.progress, seconds_left=60).ends_with == TIME_UP


def test_when_the_time_is_over_the_answer_was_the_last() -> None:
    over = step(at(3), Action.PROBE, seconds_left=0, facts=ASKS_AGAIN)

    assert (over.action, over.asked, over.ends_with) == (Action.CLOSE, None, TIME_UP)


def test_a_plan_without_a_closing_question_closes_late() -> None:
    plan = Plan(items=SIX.items[:3])

    assert step(at(2), seconds_left=100, plan=plan).ends_with == TIME_UP


def test_a_must_have_that_is_not_shown_comes_before_what_is_shown() -> None:
    items = (
        replace(SIX.items[0], competency="skill_2"),
        SIX.items[1],
        replace(SIX.items[2], must_have=True),
        *SIX.items[3:],
    )
    plan = Plan(items=items)
    shown = replace(at(1), covered=(Evidence("skill_2", "I did that", "t", 2),))

    first = step(shown, plan=plan)
    second = step(first.progress, plan=plan)

    assert first.asked
    assert second.asked
    assert (first.asked.order, second.asked.order) == (3, 2)
    assert first.progress.asked == (1, 3)


def test_a_must_have_of_a_later_phase_waits_for_it() -> None:
    plan = Plan(items=(*SIX.items[:3], replace(SIX.items[3], must_have=True), *SIX.items[4:]))
    shown = replace(at(1), covered=(Evidence("skill_2", "I did that", "t", 2),))

    following = step(shown, plan=plan)

    assert following.asked
    assert following.asked.order == 2


CASE = PlanItem(
    2,
    Phase.TECHNICAL,
    "It is slow.",
    kind=Kind.SCENARIO,
    stages=(Stage("a", "Where do you begin?"), Stage("b", "And now?"), Stage("c", "And then?")),
    probe_limit=1,
)
WITH_CASE = Plan(items=(SIX.items[0], CASE, SIX.items[5]))


def test_a_case_goes_on_stage_by_stage_and_is_one_question() -> None:
    progress, texts = at(1), []
    for _ in range(3):
        following = step(progress, plan=WITH_CASE)
        assert following.asked
        texts.append(following.asked.text)
        progress = following.progress
        assert progress.questions_asked == 2

    assert texts == ["It is slow. Where do you begin?", "And now?", "And then?"]
    assert step(progress, plan=WITH_CASE).progress.order == 6


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(list(Phase)[:3]),
        st.integers(0, 2),
        st.booleans(),
        st.sampled_from([None, "a", "b", "c"]),
        st.sampled_from(list(Kind)),
    ),
    min_size=1,
    max_size=7,
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    drawn = sorted(draw(ITEMS), key=lambda each: each[0].rank)
    items = [
        PlanItem(
            order,
            phase,
            f"Question {order}?",
            competency,
            kind=kind,
            must_have=must,
            probe_limit=probes,
            options=(Option("x", "X"), Option("y", "Y")) if kind is Kind.MULTIPLE_CHOICE else (),
            stages=(Stage("s", "?"), Stage("t", "?")) if kind is Kind.SCENARIO else (),
        )
        for order, (phase, probes, must, competency, kind) in enumerate(drawn, 1)
    ]
    if draw(st.booleans()):
        items.append(PlanItem(len(items) + 1, Phase.CLOSING, "Your questions?", probe_limit=0))
    return Plan(items=tuple(items))


TURNS = st.lists(
    st.tuples(
        st.sampled_from([None, *Action]),
        st.builds(AnswerFacts, asks=st.booleans(), asks_again=st.booleans(), skips=st.booleans()),
        st.sampled_from([None, "a", "b", "c"]),
    ),
    min_size=60,
    max_size=60,
)


@pytest.mark.no_cover  # others run its lines
@given(plans(), TURNS)
def test_every_question_is_asked_once_and_no_model_keeps_the_talk_from_its_end(
    plan: Plan, turns: list[tuple[Action | None, AnswerFacts, str | None]]
) -> None:
    progress, asked, ended = Progress.begun(plan), [plan.first.order], None
    for number, (proposed, facts, shown) in enumerate(turns):
        if shown:
            evidence = Evidence(shown, "my own words", "t", number)
            progress = replace(progress, covered=(*progress.covered, evidence))
        following = decide(plan, progress, 800, facts, proposed)
        if following.action is Action.ADVANCE and following.progress.order != progress.order:
            asked.append(following.progress.order)
        progress = Progress.from_facts(following.progress.as_facts(plan), plan)
        assert progress == following.progress
        assert progress.questions_asked <= plan.total
        assert all(used <= plan.by_order[order].probe_limit for order, used in progress.probes.items())
        if following.action is Action.CLOSE:
            ended = following.ends_with
            break

    assert ended == FINISHED
    assert sorted(asked) == [each.order for each in plan.items]
    ranks = [plan.by_order[order].phase.rank for order in asked]
    assert ranks == sorted(ranks)


@pytest.mark.no_cover  # others run its lines
@given(plans(), TURNS, st.lists(st.integers(-5, 200), min_size=60, max_size=60))
def test_the_clock_ends_every_talk_and_only_cuts_what_is_left(
    plan: Plan, turns: list[tuple[Action | None, AnswerFacts, str | None]], steps: list[int]
) -> None:
    progress, seconds = Progress.begun(plan), 600
    for (proposed, facts, _), spent in zip(turns, steps, strict=True):
        seconds -= max(1, spent)
        following = decide(plan, progress, seconds, facts, proposed)
        assert following.action in prospects(plan, progress, seconds, facts).allowed
        assert len(set(following.progress.asked)) == len(following.progress.asked)
        if seconds <= 0:
            assert following.action is Action.CLOSE
        if following.action is Action.CLOSE:
            assert following.ends_with == (
                FINISHED if not progress.remaining(plan) and seconds > 0 else TIME_UP
            )
            return
        progress = following.progress

    pytest.fail("it never ended")
