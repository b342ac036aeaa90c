"""Whether a question that a model wrote may be asked of anybody."""

from typing import Final

from shared.domain.interview.forbidden import phrase_tree
from shared.domain.interview.guard import Guard
from shared.domain.interview.markup import PlainText
from shared.domain.interview.wording import sentences

SHORTEST, LONGEST = 20, 500  # characters
MOST_QUESTIONS: Final = 2  # "what was hard, and how did you solve it?" is often written as two
QUESTION_MARKS: Final = ("?", "\uff1f")


def is_askable(text: str, canary: str = "") -> bool:
    """Plain, short, really a question, and free of what an interviewer never says."""
    stripped = text.strip()
    if not SHORTEST <= len(stripped) <= LONGEST or "\n" in stripped or _plain(stripped) != stripped:
        return False
    asked = sum(each.rstrip("\"'").endswith(QUESTION_MARKS) for each in sentences(stripped))
    tells = stripped.endswith(".")  # "Tell me about a time you ..."
    if asked > MOST_QUESTIONS or not (asked or tells):
        return False
    guard = Guard(phrase_tree(), canary=canary)
    guard.feed(stripped)
    guard.finish()
    return guard.violation is None


def _plain(text: str) -> str:
    plain = PlainText()
    return plain.feed(text) + plain.finish()
