"""A match as it is kept: statuses and places, without a word of the résumé."""

from collections.abc import Mapping
from typing import Any

from shared.domain.resume.fields import Month, Span
from shared.domain.resume.match import (
    Level,
    MatchResult,
    Requirement,
    RequirementKind,
    RequirementMatch,
    Shown,
)

PLAIN = ("score", "months_of_experience", "weights_version", "is_whole", "model_version", "prompt_version")


def match_as_data(result: MatchResult) -> dict[str, Any]:
    items = [
        {
            "kind": each.requirement.kind.value,
            "text": each.requirement.text,
            "level": each.requirement.level.value,
            "years": each.requirement.years,
            "shown": each.shown.value,
            "spans": [[span.start, span.end] for span in each.spans],
            "months": each.months,
        }
        for each in result.items
    ]
    return {**{name: getattr(result, name) for name in PLAIN}, "as_of": str(result.as_of), "items": items}


def match_from_data(data: Mapping[str, Any]) -> MatchResult:
    items = tuple(
        RequirementMatch(
            Requirement(RequirementKind(each["kind"]), each["text"], Level(each["level"]), each["years"]),
            Shown(each["shown"]),
            tuple(Span(*span) for span in each["spans"]),
            each["months"],
        )
        for each in data["items"]
    )
    plain: dict[str, Any] = {name: data[name] for name in PLAIN}
    return MatchResult(items=items, as_of=Month.parse(data["as_of"]), **plain)
