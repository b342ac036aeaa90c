"""How far an interview has come, and what the clock and the summary make of it."""

from shared.domain.interview import clock
from shared.domain.interview.plan import Phase, Plan, PlanItem
from shared.domain.interview.progress import MOST_FINDINGS, Evidence, Finding, Progress, Standing
from shared.domain.interview.summary import MOST_CHARACTERS, extended

PLAN = Plan(
    items=tuple(PlanItem(order, Phase.TECHNICAL, f"Question {order}?", "skill") for order in (1, 2, 3))
)


def test_what_is_stored_is_read_again() -> None:
    progress = Progress(
        order=2,
        asked=(1, 2),
        stage=1,
        probes={1: 1},
        clarifications=1,
        choices={1: "step"},
        cards={2: ("trace",)},
        covered=(Evidence("skill", "I traced the lock", "t-1", 2),),
        findings=(Finding("instruction_attempt", "new_role", "t-1", 2),),
        tokens=1200,
        degraded_turns=1,
        given_back_seconds=4,
    )

    facts = progress.as_facts(PLAN)

    assert Progress.from_facts(facts, PLAN) == progress
    assert (facts["questions_asked"], facts["phase"], facts["current_topic"]) == (2, "technical", "skill")


def test_where_only_the_count_is_known_the_first_questions_were_asked() -> None:
    assert Progress.from_facts({"questions_asked": 2}, PLAN).asked == (1, 2)
    assert Progress.from_facts({}, PLAN).asked == (1,)
    assert Progress.from_facts({"questions_asked": 99}, PLAN).order == 3


def test_findings_do_not_grow_without_end() -> None:
    finding = Finding("instruction_attempt", "new_role", "t", 1)
    progress = Progress(order=1, asked=(1,), findings=(finding,) * (MOST_FINDINGS + 5))

    assert len(progress.as_facts(PLAN)["findings"]) == MOST_FINDINGS


def test_everybody_sees_the_same_standing() -> None:
    facts = {"questions_asked": 2, "questions_total": 6, "phase": "technical", "covered": ["secret"]}

    assert Standing.of(facts, 300, finished=False) == Standing(2, 6, Phase.TECHNICAL, 300, finished=False)
    assert Standing.of(facts, 300, finished=True).seconds_left == 0
    assert Standing.of({}, -5, finished=False) == Standing(0, 0, Phase.INTRODUCTION, 0, finished=False)


def test_the_clock_gives_back_what_was_waited_beyond_a_second() -> None:
    assert [clock.lost(seconds) for seconds in (0.2, 1.0, 4.5, 20.0)] == [0, 0, 3.5, 19]
    assert clock.is_closing_time(119)
    assert not clock.is_closing_time(120)
    assert clock.is_over(0)


def test_the_summary_holds_the_candidates_own_words() -> None:
    summary = extended(
        None, PLAN.items[0], "Well. I rewrote the import in 3 weeks because it lost rows. Yes."
    )

    assert summary == "1 (skill): I rewrote the import in 3 weeks because it lost rows."


def test_the_summary_stays_as_long_as_it_is() -> None:
    summary = None
    for turn in range(60):
        summary = extended(summary, PLAN.items[turn % 3], f"In case {turn} I wrote a long story. " * 20)
        assert len(summary) <= MOST_CHARACTERS

    assert summary
    assert "In case 59" in summary
