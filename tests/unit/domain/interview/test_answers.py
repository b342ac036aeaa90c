"""What code can tell of an answer by itself."""

import pytest

from shared.domain.interview.answers import Cues, cards_asked_for, choice_in, read_answer
from shared.domain.interview.plan import Card, Option, Stage

CUES = Cues(
    repeat=("repeat the question", "what do you mean", "i don't understand"),
    skip=("i don't know", "next question"),
    human=("are you a human", "am i talking to a person"),
    pay=("salary",),
    ordinals=(("first", "first one"), ("second", "second one"), ("third", "third one"), ("last",)),
)
OPTIONS = (
    Option("process", "multiprocessing"),
    Option("native", "hot parts in Cython"),
    Option("better", "better algorithm"),
    Option("threads", "threading"),
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("b", "native"),
        ("B)", "native"),
        ("(c)", "better"),
        ("D.", "threads"),
        ("Option A", "process"),
        ("I'd say b, as it is faster", "native"),
        ("it's c", "better"),
        ("The answer is: d", "threads"),
        ("threading", "threads"),
        ("I think threading helps least, because of the lock.", "threads"),
        ("Antwort B", "native"),
        ("the second one", "native"),
        ("选B", "native"),
    ],
)
def test_an_option_is_meant_by_letter_place_or_words(said: str, meant: str) -> None:
    chosen = choice_in(said, OPTIONS, CUES)

    assert chosen
    assert chosen.id == meant


@pytest.mark.parametrize(
    "said", ["f", "I do not know", "threading or multiprocessing", "a lot of things matter", "", "because"]
)
def test_what_is_unclear_is_no_choice(said: str) -> None:
    assert choice_in(said, OPTIONS, CUES) is None


def test_the_longer_of_two_options_is_meant_when_it_holds_the_other() -> None:
    options = (Option("no", "tests"), Option("yes", "unit tests"))

    assert choice_in("unit tests", options, CUES) == options[1]


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("Sorry, could you repeat the question?", "asks_again"),
        ("What do you mean by that", "asks_again"),
        ("I don't know, sorry.", "skips"),
        ("Wait, are you a human?", "asks_for_human"),
        ("What about the salary?", "asks_for_pay"),
        ("Which framework do you mean?", "asks"),
    ],
)
def test_requests_are_heard(said: str, fact: str) -> None:
    assert getattr(read_answer(said, CUES), fact)


def test_a_long_story_in_which_such_words_occur_is_an_answer() -> None:
    story = "At first I said I don't know, and then I sat down with the logs for two days. " * 3
    facts = read_answer(story, CUES)

    assert not facts.skips
    assert not facts.asks_again


def test_a_card_is_asked_for_by_its_cue_and_only_once() -> None:
    stage = Stage("B", "What would you collect?", cards=(Card("trace", ("apm", "trace"), "7 s."),))

    assert cards_asked_for("I'd look at an APM trace first.", stage, ()) == ("trace",)
    assert cards_asked_for("I'd look at an APM trace first.", stage, ("trace",)) == ()
    assert cards_asked_for("I'd retrace my steps.", stage, ()) == ()
