"""A reply on its way: bounded, never a dead end, and the joined pieces are the reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.forbidden import phrase_tree
from shared.domain.interview.guard import Guard
from shared.domain.interview.speech import Fault, Phrases, Speech
from shared.domain.interview.steps import Action, Ask, Prospects

PHRASES = Phrases(
    disclosure="I am an AI.",
    welcome="Welcome.",
    closing="Thank you for your time. People will decide.",
    more="Could you tell me more about that?",
    choose="Please choose one of the options.",
    consider="What do you make of this?",
    noted="Thank you, I have noted that.",
    am_ai="I am an AI.",
)
PLANNED = "Tell me about a fault in production. How did you find its cause?"
IMPERATIVE = "Tell me about a fault in production that you traced to its cause."
CURRENT = Ask(1, 0, "What did you build?", "background", exact=False)
PROBING = frozenset({Action.PROBE, Action.ADVANCE})
ONWARD = frozenset({Action.ADVANCE})


def offered(
    allowed: frozenset[Action] = PROBING, text: str | None = PLANNED, *, exact: bool = False
) -> Prospects:
    following = Ask(2, 0, text, "debugging", exact=exact) if text else None
    return Prospects(allowed, CURRENT, following, None if text else "finished")


def speak(
    text: str,
    prospects: Prospects,
    proposed: Action | None = Action.ADVANCE,
    size: int = 4,
    fault: Fault = Fault.NONE,
) -> tuple[str, Action]:
    speech = Speech(prospects, PHRASES, Guard(phrase_tree()), PHRASES.closing)
    said = "".join(speech.feed(text[start : start + size]) for start in range(0, len(text), size))
    end = speech.finish(proposed, fault)
    assert said + end.rest == speech.text
    return speech.text, end.action


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize("allowed", [PROBING, ONWARD])
@pytest.mark.parametrize("planned", [PLANNED, IMPERATIVE])
def test_a_reply_that_keeps_to_the_plan_is_said_as_it_is(
    planned: str, allowed: frozenset[Action], size: int
) -> None:
    reply = f"Thank you, that is clear. {planned}"

    assert speak(reply, offered(allowed, planned), size=size) == (reply, Action.ADVANCE)


def test_the_plan_in_nearly_the_same_words_is_the_plan() -> None:
    reply = "Thanks. Now tell me about a fault in production. How did you find the cause of it?"

    assert speak(reply, offered(ONWARD)) == (reply, Action.ADVANCE)


def test_the_action_follows_what_was_said_and_not_what_was_claimed() -> None:
    assert speak(f"Thanks. {PLANNED}", offered(), Action.PROBE)[1] is Action.ADVANCE
    assert speak("Thanks. Which part was hard?", offered(), Action.ADVANCE)[1] is Action.PROBE


def test_behind_the_first_question_nothing_is_said() -> None:
    reply, action = speak("I see. Which part was hard? And what did you do? Fine.", offered(), Action.PROBE)

    assert (reply, action) == ("I see. Which part was hard?", Action.PROBE)


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_probe_that_is_not_allowed_does_not_leave(size: int) -> None:
    reply, action = speak("I see. Which part was hard?", offered(ONWARD), Action.PROBE, size)

    assert (reply, action) == (f"I see. {PLANNED}", Action.ADVANCE)


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_probe_that_is_not_allowed_does_not_leave_at_the_very_beginning(size: int) -> None:
    assert speak("Which part was hard?", offered(ONWARD), Action.PROBE, size)[0] == PLANNED
    assert "hard" not in speak("Interesting, which part was hard?", offered(ONWARD), size=size)[0]


@pytest.mark.parametrize("proposed", [Action.ADVANCE, None, Action.CLOSE])
def test_a_reply_without_a_question_gets_the_planned_one(proposed: Action | None) -> None:
    assert speak("That is clear.", offered(), proposed) == (f"That is clear. {PLANNED}", Action.ADVANCE)


def test_a_probe_without_a_question_asks_for_more() -> None:
    reply, action = speak("That is interesting.", offered(), Action.PROBE)

    assert (reply, action) == ("That is interesting. Could you tell me more about that?", Action.PROBE)


def test_a_probe_may_be_a_request() -> None:
    reply = "That is interesting. Please give me one concrete example."

    assert speak(reply, offered(), Action.PROBE) == (reply, Action.PROBE)


def test_an_empty_reply_is_the_plan() -> None:
    assert speak("  ", offered(), Action.PROBE)[1] is Action.ADVANCE
    assert speak("", offered(), Action.PROBE) == (PLANNED, Action.ADVANCE)


def test_a_question_that_is_asked_again_stays_the_current_one() -> None:
    allowed = frozenset({Action.ADVANCE, Action.CLARIFY})

    assert speak("Of course.", offered(allowed), Action.CLARIFY) == (
        "Of course. What did you build?",
        Action.CLARIFY,
    )
    assert speak("I mean your last project: what was it?", offered(allowed), Action.CLARIFY)[1] is (
        Action.CLARIFY
    )


def test_a_forbidden_phrase_is_replaced_by_the_plan() -> None:
    reply, action = speak("Thank you. Your score is high. What else?", offered(), Action.PROBE)

    assert (reply, action) == (f"Thank you. {PLANNED}", Action.ADVANCE)


def test_in_the_middle_of_a_sentence_the_break_is_clean() -> None:
    reply, _ = speak("Thank you, I think your score is high.", offered())

    assert reply == f"Thank you, I think \u2026 {PLANNED}"


def test_a_stream_that_broke_is_finished_by_the_plan() -> None:
    cut = speak("Thank you for the exam", offered(), None, fault=Fault.MODEL)
    whole = speak("Thank you.", offered(), None, fault=Fault.MODEL)

    assert cut == (f"Thank you for the exam\u2026 {PLANNED}", Action.ADVANCE)
    assert whole == (f"Thank you. {PLANNED}", Action.ADVANCE)


def test_a_plan_that_was_begun_is_gone_on_with() -> None:
    cut = f"Thank you. {PLANNED[:40]}"

    assert speak(cut, offered(), None, fault=Fault.MODEL)[0] == f"Thank you. {PLANNED}"


def test_a_question_that_was_out_before_the_break_stands() -> None:
    cut = "Thank you. Which part was hard? And"

    assert speak(cut, offered(), None, fault=Fault.MODEL) == (
        "Thank you. Which part was hard?",
        Action.PROBE,
    )


CHOICE = "Which tool do you use?\nA) unittest\nB) pytest"


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    "reply",
    [
        f"Thank you. {CHOICE}",
        "Thank you. Which tool would you use, unittest or pytest?",
        "Thank you. Which tool do you use?\nA) pytest\nB) nose",
        "Thank you.",
    ],
)
def test_a_choice_is_asked_as_it_is_written(reply: str, size: int) -> None:
    said, action = speak(reply, offered(PROBING, CHOICE, exact=True), Action.ADVANCE, size)

    assert action is Action.ADVANCE
    assert " ".join(said.split()) == " ".join(f"Thank you. {CHOICE}".split())
    assert said.endswith(CHOICE)


def test_the_last_words_are_those_of_the_plan() -> None:
    closing = offered(frozenset({Action.CLOSE}), None)

    assert speak("Good luck.", closing, Action.CLOSE) == (f"Good luck. {PHRASES.closing}", Action.CLOSE)
    assert speak(PHRASES.closing, closing, Action.CLOSE)[0] == PHRASES.closing
    assert "?" not in speak("Anything else? Good luck.", closing, Action.CLOSE)[0]


def test_the_first_words_do_not_wait() -> None:
    speech = Speech(offered(), PHRASES, Guard(phrase_tree()), PHRASES.closing)

    assert speech.feed("Than") == "Than"


def test_where_no_probe_is_allowed_the_thanks_do_not_wait_either() -> None:
    speech = Speech(offered(ONWARD), PHRASES, Guard(phrase_tree()), PHRASES.closing)

    assert speech.feed("Thank") == ""
    assert speech.feed(" you") == "Thank "
    assert speech.feed(" both") == "you both"
    speech.feed(" that. ")
    assert speech.feed("Tell me about").strip() == "Tell me about"


TEXTS = st.text(alphabet="abcdefgTWh .?!,\n", max_size=200)


@given(
    TEXTS,
    st.sampled_from([PROBING, ONWARD, frozenset({Action.CLARIFY, Action.ADVANCE})]),
    st.sampled_from([None, *Action]),
    st.integers(1, 9),
    st.sampled_from(list(Fault)),
    st.booleans(),
)
def test_whatever_a_model_says_the_reply_asks_something_and_moves_as_allowed(
    text: str,
    allowed: frozenset[Action],
    proposed: Action | None,
    size: int,
    fault: Fault,
    exact: bool,
) -> None:
    said, action = speak(text, offered(allowed, exact=exact), proposed, size, fault)

    assert action in allowed
    if action is Action.ADVANCE:
        assert PLANNED in said or "How did you find its cause?" in said
    else:
        assert "?" in said
