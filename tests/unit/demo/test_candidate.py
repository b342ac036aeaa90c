"""The candidate of the demo answers what was asked."""

from local.demo.candidate import ANYTHING, Candidate


def test_the_last_question_is_answered_and_not_what_was_said_before_it() -> None:
    answer = Candidate().answer(
        "Thank you, so tests matter. Tell me about a time you disagreed. How did it end?"
    )

    assert "I disagreed" in answer


def test_no_story_is_told_twice() -> None:
    candidate = Candidate()
    question = "Where do programs usually lose time or memory?"

    first, second = candidate.answer(question), candidate.answer(question)

    assert first.startswith("I measure first")
    assert second == ANYTHING


def test_a_choice_is_answered_by_its_letter() -> None:
    heard = "Which part supplies preparation?\nA) markers\nB) assertions\nC) fixtures\nD) parametrised tests"

    assert Candidate().answer(heard) == "I would take C."
