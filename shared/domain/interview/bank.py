"""Questions that fit any role: what is asked when nobody wrote something better.

`{title}`, `{skill}` and `{task}` are filled in from the role. Each is answered with something the
person did, so that an answer can be judged by what it tells.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Banked:
    """A question of the bank; what it needs of the role stands in its own braces."""

    text: str
    competency: str
    hint: str


INTRODUCTION: Final = Banked(
    "To begin, please tell me about yourself and what you have done that prepares you for the role of "
    "{title}.",
    "background",
    "Ask for the one piece of work that matters most for this role.",
)

SKILLS: Final = (
    Banked(
        "This role works with {skill}. Tell me about something you did with it that was hard. What made it "
        "hard, and how did you solve it?",
        "{skill}",
        "Ask what they did themselves, and what came of it.",
    ),
    Banked(
        "Let us talk about {skill}. Which decision did you have to make with it that could have gone either "
        "way, and how did you decide?",
        "{skill}",
        "Ask which other way they weighed, and how they knew that the choice was right.",
    ),
    Banked(
        "Tell me about a mistake or a fault that involved {skill}. How did you find the cause, and what did "
        "you change afterwards?",
        "{skill}",
        "Ask how they found the cause, and what keeps it from coming back.",
    ),
)

TASKS: Final = (
    Banked(
        "One of the tasks of this role is: {task}. Tell me about a time you did something like it. How did "
        "you go about it, and what came of it?",
        "role_tasks",
        "Ask for the steps they took themselves, and for the outcome.",
    ),
)

TOPICS: Final = (
    Banked(
        "I would like to hear about {topic}. Which work of yours shows best what you can do there, and what "
        "was your part in it?",
        "{topic}",
        "Ask for their own part, and for the outcome.",
    ),
)

GENERAL: Final = (
    Banked(
        "Tell me about the piece of work you are most proud of. What was the problem, and what did you do?",
        "problem_solving",
        "Ask what was hard about it, and how they know that it worked.",
    ),
    Banked(
        "Describe a problem at work whose cause was not clear. How did you find it?",
        "problem_solving",
        "Ask for the first step, and for what told them the cause.",
    ),
    Banked(
        "Tell me about something you had to learn quickly to get a job done. How did you go about it?",
        "learning",
        "Ask what they could do afterwards that they could not do before.",
    ),
)

BEHAVIOURAL: Final = (
    Banked(
        "Tell me about a time you took on a problem that was not yours to solve. What was the situation, "
        "what did you do, and what came of it?",
        "ownership",
        "Ask for their own part, and for the outcome.",
    ),
    Banked(
        "Tell me about a time you disagreed with a colleague or a decision. How did you raise it, and how "
        "did it end?",
        "challenge",
        "Ask what the best argument of the other side was.",
    ),
    Banked(
        "Describe a time you had more to do than you could finish. How did you decide what came first, and "
        "what happened?",
        "execution",
        "Ask what they left undone, and how they told those who were waiting.",
    ),
    Banked(
        "Tell me about something you were responsible for that did not work out. What was your part, and "
        "what did you do then?",
        "feedback",
        "Ask what they do differently since.",
    ),
)

CLOSING: Final = Banked(
    "We are nearly done. Is there something about your work that we have not talked about and that you "
    "would like the people who decide to know? You may also name questions about the role, and I will pass "
    "them on.",
    "candidate_questions",
    "",
)
