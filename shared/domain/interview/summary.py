"""The running summary of a talk: what the candidate said, cut out of their own words.

It is written by rule at every turn and stored with the reply, so it costs neither a model call
nor a round trip, and never says what was not said. It is bounded: older answers get shorter.
"""

import re
from typing import Final

from shared.domain.interview.plan import PlanItem
from shared.domain.interview.wording import cut, sentences, words

MOST_CHARACTERS: Final = 1500
LONGEST_LINE: Final = 240
SHORTEST_LINE: Final = 60
CONCRETE: Final = re.compile(r"\d|\b(?:I|we|my|our|ich|wir|je|nous|yo|eu|nosotros|because|so that)\b")


def extended(summary: str | None, item: PlanItem, answer: str) -> str:
    """The summary with this answer in it."""
    line = f"{item.order} ({item.competency or item.phase.value}): {_gist(answer)}"
    lines = [*(summary or "").splitlines(), line]
    for most in (LONGEST_LINE, LONGEST_LINE // 2, SHORTEST_LINE):
        shorter = [cut(each, most) for each in lines[:-1]] + lines[-1:]
        if len("\n".join(shorter)) <= MOST_CHARACTERS:
            return "\n".join(shorter)
        lines = shorter
    while len("\n".join(lines)) > MOST_CHARACTERS:
        del lines[0]
    return "\n".join(lines)


def _gist(answer: str) -> str:
    """The sentence that says most: long, with figures, about what was done."""
    found = sentences(answer)
    if not found:
        return ""
    best = max(found, key=lambda each: (len(CONCRETE.findall(each)), min(len(words(each)), 30)))
    return cut(" ".join(best.split()), LONGEST_LINE)
