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
    hint: str  # what may be asked if the answer leaves it out


INTRODUCTION: Final = Banked(
    "To begin, please tell me about yourself and what you have done that prepares you for the role of "
    "{title}.",
    "background",
    "Which piece of work matters most for this role?",
)

SKILLS: Final = (
    Banked(
        "This role works with {skill}. Tell me about something you did with it that was hard. What made it "
        "hard, and how did you solve it?",
        "{skill}",
        "What did you do yourself, and what came of it?",
    ),
    Banked(
        "Let us talk about {skill}. Which decision did you have to make with it that could have gone either "
        "way, and how did you decide?",
        "{skill}",
        "Which other way did you weigh, and how did you know that the choice was right?",
    ),
    Banked(
        "Tell me about a mistake or a fault that involved {skill}. How did you find the cause, and what did "
        "you change afterwards?",
        "{skill}",
        "What keeps it from coming back?",
    ),
)

TASKS: Final = (
    Banked(
        "One of the tasks of this role is: {task}. Tell me about a time you did something like it. How did "
        "you go about it, and what came of it?",
        "role_tasks",
        "Which steps did you take yourself?",
    ),
)

TOPICS: Final = (
    Banked(
        "I would like to hear about {topic}. Which work of yours shows best what you can do there, and what "
        "was your part in it?",
        "{topic}",
        "What was your own part in it?",
    ),
)

GENERAL: Final = (
    Banked(
        "Tell me about the piece of work you are most proud of. What was the problem, and what did you do?",
        "problem_solving",
        "How do you know that it worked?",
    ),
    Banked(
        "Describe a problem at work whose cause was not clear. How did you find it?",
        "problem_solving",
        "What told you that it was the cause?",
    ),
    Banked(
        "Tell me about something you had to learn quickly to get a job done. How did you go about it?",
        "learning",
        "What could you do afterwards that you could not do before?",
    ),
)

BEHAVIOURAL: Final = (
    Banked(
        "Tell me about a time you took on a problem that was not yours to solve. What was the situation, "
        "what did you do, and what came of it?",
        "ownership",
        "What was your own part in it?",
    ),
    Banked(
        "Tell me about a time you disagreed with a colleague or a decision. How did you raise it, and how "
        "did it end?",
        "challenge",
        "What was the best argument of the other side?",
    ),
    Banked(
        "Describe a time you had more to do than you could finish. How did you decide what came first, and "
        "what happened?",
        "execution",
        "What did you leave undone, and how did you tell those who were waiting?",
    ),
    Banked(
        "Tell me about something you were responsible for that did not work out. What was your part, and "
        "what did you do then?",
        "feedback",
        "What do you do differently since?",
    ),
)

CLOSING: Final = Banked(
    "We are nearly done. Is there something about your work that we have not talked about and that you "
    "would like the people who decide to know? You may also name questions about the role, and I will pass "
    "them on.",
    "candidate_questions",
    "",
)
