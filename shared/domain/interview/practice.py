"""Practice: the same talk without an employer, and feedback by rule that holds no figure and no grade."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shared.domain.interview.plan import Plan
from shared.domain.interview.planning import RoleBrief, compose
from shared.domain.interview.wording import words

BRIEFS: Final = {
    "software-engineer": RoleBrief(
        "Software engineer", topics=("finding faults", "designing something new"), count=5, minutes=10
    ),
    "marketing-manager": RoleBrief(
        "Marketing manager", topics=("planning a campaign", "measuring what worked"), count=5, minutes=10
    ),
    "customer-success": RoleBrief(
        "Customer success manager",
        topics=("onboarding a customer", "winning back trust"),
        count=5,
        minutes=10,
    ),
}
OWN_PART: Final = re.compile(r"\b(?:I|my|ich|mein\w*|je|j'ai|mon|ma|yo|mi|eu|meu|minha)\b|我")
OUTCOME: Final = re.compile(
    r"\d|\b(?:result\w*|outcome|improved|reduced|saved|fell|rose|grew|in the end|afterwards|since then"
    r"|ergebnis|am ende|seitdem|résultat|finalement|resultado|al final|no final)\b|结果|最后",
    re.IGNORECASE,
)
SHORT: Final = 25  # words
FIGURE: Final = re.compile(
    r"\d|%|\b(?:score[ds]?|points?|marks?|grades?|rating|percent|out of ten)\b", re.IGNORECASE
)
SECTIONS: Final = ("strengths", "improvements", "next_steps")
MOST_SENTENCES: Final = 3


def practice_plan(sample_role_type: str, closing: str) -> Plan:
    brief = BRIEFS[sample_role_type]
    return Plan(compose(brief), closing=closing, role_title=brief.title).sealed()


def feedback_by_rule(answers: Sequence[str], say: Mapping[str, str]) -> dict[str, object]:
    """What can be told without a model: whether stories were told, and told to their end."""
    told = [each for each in answers if len(words(each)) >= SHORT]
    example = any(OWN_PART.search(each) for each in told)
    outcome = any(OUTCOME.search(each) for each in told)
    detail = len(told) > len(answers) / 2
    strengths = _chosen(say, example=example, outcome=outcome, detail=detail) or [say["began"]]
    lacks = _chosen(say, lacks_example=not example, lacks_outcome=not outcome, lacks_detail=not detail)
    return {
        "summary": say["summary"],
        "strengths": strengths,
        "improvements": lacks or [say["keeps_on"]],
        "next_steps": [say["next_prepare"], say["next_aloud"], say["next_again"]],
        "source": "rules",
    }


def feedback_by_model(written: Mapping[str, Iterable[str] | str]) -> dict[str, object] | None:
    """What a model wrote, without any sentence that holds a figure; None if too little is left."""
    kept = {
        section: [text for each in written[section] if (text := each.strip()) and not FIGURE.search(text)]
        for section in SECTIONS
    }
    if not all(kept.values()):
        return None
    summary = str(written["summary"]).strip()
    return {
        "summary": "" if FIGURE.search(summary) else summary,
        **{section: texts[:MOST_SENTENCES] for section, texts in kept.items()},
        "source": "model",
    }


def _chosen(say: Mapping[str, str], **holds: bool) -> list[str]:
    return [say[name] for name, is_so in holds.items() if is_so]
