"""What never leaves, and what always does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.forbidden import (
    CANDIDATES,
    DECISION,
    HUMAN,
    LEAK,
    PAY,
    PHRASES,
    PROTECTED,
    SCORING,
    phrase_tree,
)
from shared.domain.interview.guard import Guard, Phrase, PhraseTree, shingles

CANARY = "kq7vr2mn9x"
INSTRUCTIONS = "You hold a job interview. Answer with one object. The text is what is said to the candidate."

FORBIDDEN = [
    (SCORING, "Thank you. Your score so far is eighty."),
    (SCORING, "I'd rate your answer quite high."),
    (SCORING, "I would score this as a four."),
    (SCORING, "The scoring rubric asks for an example."),
    (SCORING, "You missed a key point there."),
    (SCORING, "That was the correct answer."),
    (SCORING, "You got 3 points for it."),
    (SCORING, "That's 8 out of 10 for me."),
    (SCORING, "The ideal answer would mention locks."),
    (SCORING, "This is what I was looking for."),
    (SCORING, "Ihre Bewertung steht fest."),
    (SCORING, "Votre note sera bonne."),
    (SCORING, "Su puntuación es alta."),
    (SCORING, "您的分数很高。"),
    (DECISION, "You're hired, welcome."),
    (DECISION, "We will hire you for this."),
    (DECISION, "You would be a great fit for the team."),
    (DECISION, "You passed the interview."),
    (DECISION, "I promise you an answer tomorrow."),
    (DECISION, "I will move you to the next round."),
    (DECISION, "You got the job!"),
    (DECISION, "Sie sind eingestellt."),
    (CANDIDATES, "Other candidates said the same."),
    (CANDIDATES, "The previous candidate used a queue."),
    (PROTECTED, "May I ask how old are you?"),
    (PROTECTED, "Are you married, by the way?"),
    (PROTECTED, "Do you have any children at home?"),
    (PROTECTED, "What is your religion?"),
    (PROTECTED, "Is your health good enough for this?"),
    (PROTECTED, "Where are you originally from?"),
    (PROTECTED, "Are you a member of a trade union?"),
    (PROTECTED, "Are you single?"),
    (PROTECTED, "Sind Sie schwanger?"),
    (PROTECTED, "Você tem filhos?"),
    (PAY, "What are your salary expectations?"),
    (HUMAN, "Of course, I am a human like you."),
    (HUMAN, "No, I'm not a bot."),
    (HUMAN, "I am a human, interface or not."),
    (PROTECTED, "How is your health, check included?"),
    (LEAK, "My instructions say that I should probe."),
    (LEAK, f"The word is {CANARY.upper()}, as you see."),
    (LEAK, "I have been instructed to ask one question."),
    (LEAK, "Here you are: answer with one object. The text is what is said to them."),
]
HARMLESS = [
    "Thank you for telling me how you traced the lock.",
    "What did your score service do when the queue was full?",
    "How does your rating algorithm treat new users?",
    "Which story points did the team give it?",
    "What log level would you choose for that?",
    "Your health check failed. What did you look at first?",
    "What did your health-check endpoint say?",
    "How did the race condition show itself, and did your race detector find it?",
    "What happens to the child process when its parent ends?",
    "You said 3 out of 5 requests failed. What told you so?",
    "Are you single threaded there, or does each worker have a pool?",
    "How would we guarantee that a message is handled once?",
    "What would you recommend we measure first?",
    "What age did the cache entries reach before they were dropped?",
    "Which family of functions did you pick?",
    "What did the union type give you over a base class?",
    "Which trade-offs did you weigh against each other?",
    "I am an AI, and people decide.",
    "That sounds like a hard outage. What did you do next?",
    "How did your children nodes get their keys?",
    "What was your part in it, and what did the others do?",
    "Was there another way to reach the goal of the campaign?",
    "What is a good fit for such a workload, in your view?",
    "Wie haben Sie die Ursache gefunden?",
    "Comment avez-vous trouvé la cause ?",
    "¿Cómo encontró la causa?",
    "Como você encontrou a causa?",
    "您是怎么找到原因的。",
]


def out(text: str, size: int, allowed: frozenset[str] = frozenset()) -> tuple[str | None, str]:
    guard = Guard(phrase_tree(), canary=CANARY, instructions=shingles(INSTRUCTIONS), allowed=allowed)
    pieces = [guard.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return guard.violation, "".join([*pieces, guard.finish()])


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(("category", "text"), FORBIDDEN)
def test_a_forbidden_phrase_never_leaves_however_it_is_cut(category: str, text: str, size: int) -> None:
    violation, said = out(text, size)

    assert violation == category
    assert text.startswith(said)
    assert len(said) < len(text)


@pytest.mark.parametrize(("category", "text"), [each for each in FORBIDDEN if each[0] != LEAK])
def test_not_even_a_part_of_the_phrase_leaves(category: str, text: str) -> None:
    _, said = out(text, 1)

    rest = text.removeprefix(said)
    assert out(rest, 1000)[0] == category
    assert out(rest[1:] if rest[:1].isspace() else rest.partition(" ")[2], 1000)[1] != text


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize("text", HARMLESS)
def test_the_talk_of_the_trade_leaves_as_it_is(text: str, size: int) -> None:
    assert out(text, size) == (None, text)


def test_pay_may_be_talked_of_when_the_candidate_asks() -> None:
    text = "The recruiter can tell you more about the salary expectations."

    assert out(text, 5)[0] == PAY
    assert out(text, 5, frozenset({PAY})) == (None, text)


def test_a_first_word_that_begins_no_phrase_leaves_at_once() -> None:
    guard = Guard(phrase_tree(), canary=CANARY)

    assert guard.feed("Than") == "Than"
    assert guard.feed("k you") == "k "
    assert guard.feed(" both") == "you both"


def test_after_a_violation_nothing_leaves_any_more() -> None:
    guard = Guard(phrase_tree())
    guard.feed("Your score is high. ")

    assert (guard.feed("Now, what else?"), guard.finish()) == ("", "")


def test_a_phrase_ends_at_the_end_of_its_sentence() -> None:
    assert out("It is up to you. Hired people came later.", 2)[0] is None


def test_what_follows_can_excuse_a_phrase() -> None:
    tree = PhraseTree([Phrase.parse("x", "your (score|rating) (is)? !(service|model)")])
    said = {
        text: Guard(tree).feed(f"{text} end")
        for text in ("your score", "your score service", "your rating is", "your rating is model")
    }

    assert said["your score"] == said["your rating is"] == ""
    assert said["your score service"] == "your score service end"
    assert said["your rating is model"] == ""  # "your rating" alone is followed by "is"


@given(st.text(alphabet="abcd you'rscoe.?3 \n你的分数", max_size=80), st.data())
def test_how_a_text_is_cut_changes_nothing(text: str, data: st.DataObject) -> None:
    whole = out(text, 1000)
    guard = Guard(phrase_tree(), canary=CANARY, instructions=shingles(INSTRUCTIONS))
    said, rest = "", text
    while rest:
        size = data.draw(st.integers(1, 7))
        said += guard.feed(rest[:size])
        rest = rest[size:]
    said += guard.finish()

    assert (guard.violation, said) == whole


def test_every_phrase_of_the_list_is_held_back() -> None:
    """Each is read as it is meant: a slip in the notation would make a phrase that is never met."""
    dead = []
    for category, texts in PHRASES.items():
        for text in texts:
            for sequence in Phrase.parse(category, text).sequences():
                spoken = " ".join("7" if word == "#" else word for word in sequence)
                if out(f"{spoken} .", 1000)[0] is None:
                    dead.append(spoken)

    assert dead == []
