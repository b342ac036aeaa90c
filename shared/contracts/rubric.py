"""Rubrics: how they are sent, checked and shown."""

import json
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from shared.contracts.base import Body, Contract
from shared.contracts.fair_text import Criterion, Name, refuse
from shared.domain import rubric
from shared.domain.fair_criteria import concerns
from shared.domain.interview.injection import attempts_in
from shared.domain.rubric import ANCHORS, HIGHEST, LOWEST, all_levels, is_whole, label_of
from shared.domain.scoring.telling_apart import alike, misplaced

MOST_DIMENSIONS: Final = 12
MOST_CRITERIA: Final = 10
MOST_SAMPLES: Final = 3
MOST_BYTES: Final = 60_000  # of the normal form; the database keeps no more than 64 KiB

type DimensionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
# as the name of a field in JSON it is a text, whatever it is here
type RubricLevel = Annotated[
    int,
    Field(ge=LOWEST, le=HIGHEST),
    WithJsonSchema({"type": "string", "pattern": f"^[{LOWEST}-{HIGHEST}]$"}),
]
type Sample = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
type Samples = Annotated[list[Sample], Field(min_length=1, max_length=MOST_SAMPLES)]

EXAMPLE: Final = {
    "incident_handling": {
        "weight": 0.6,
        "label": "Incident handling",
        "criteria": ["Describes how the cause was found", "Names what was changed afterwards"],
        "levels": {
            "1": "Restarts things until it works.",
            "3": "Finds the cause with logs or measurements and repairs it.",
            "5": "Finds the cause, repairs it, and tells how it was kept from coming back.",
        },
    },
    "teamwork": {"weight": 0.4, "criteria": ["Gives an example of feedback that changed the work"]},
}


class NewDimension(Body):
    weight: float = Field(gt=0, le=1, description="the weights of all dimensions sum to 1")
    label: Name | None = Field(default=None, description="made from the name where it is left out")
    criteria: list[Criterion] = Field(
        default=[], max_length=MOST_CRITERIA, description="what an answer would have to show"
    )
    levels: dict[RubricLevel, Criterion] = Field(
        default={}, description="what 1, 3 and 5 look like, at least; general words where it is left out"
    )
    samples: dict[RubricLevel, Samples] = Field(
        default={}, description="answers that reach a level, and by which the rubric can be tested"
    )

    @model_validator(mode="after")
    def _describes_the_anchors(self) -> Self:
        if self.levels and not set(self.levels) >= ANCHORS:
            raise ValueError("levels must describe 1, 3 and 5")
        return self

    @model_validator(mode="after")
    def _tells_levels_apart(self) -> Self:
        found = [each.message for each in alike(self.levels)]
        found += (each.message for each in misplaced(all_levels(self.levels), self.samples))
        if found:
            raise ValueError("; ".join(found))
        return self


def _sound(dimensions: dict[str, NewDimension]) -> dict[str, NewDimension]:
    if not is_whole(each.weight for each in dimensions.values()):
        raise ValueError("the weights must sum to 1")
    for name, each in dimensions.items():
        said = f"{label_of(name)} . {each.label or ''}"  # a fair label hides no other name
        refuse(concerns(said, behaviours=" . ".join(each.criteria)))
        _orders_nobody(each)
    if len(json.dumps(normal_form(dimensions), ensure_ascii=False).encode()) > MOST_BYTES:
        raise ValueError("the rubric is too long as a whole")
    return dimensions


def _orders_nobody(dimension: NewDimension) -> None:
    """It says what answers show. Whoever reads them is told elsewhere how, and for all roles alike."""
    for text in (dimension.label or "", *dimension.criteria, *dimension.levels.values()):
        if attempts_in(text):
            raise ValueError(f"a rubric gives no orders to whoever rates by it: {text}")


type NewRubric = Annotated[
    dict[DimensionName, NewDimension],
    Field(min_length=1, max_length=MOST_DIMENSIONS, examples=[EXAMPLE]),
    AfterValidator(_sound),
]


class RubricDimension(Contract):
    """A dimension in its normal form."""

    weight: float
    label: str
    criteria: list[str]
    levels: dict[int, str] = Field(description="what each level from 1 to 5 looks like")
    samples: dict[int, list[str]] = Field(default={}, description="answers that reach a level")


type Rubric = dict[str, RubricDimension]


def normal_form(sent: dict[str, NewDimension]) -> dict[str, Any]:
    """The rubric as it is kept: every dimension with its label and all five levels."""
    return {
        name: RubricDimension(
            weight=each.weight,
            label=each.label or label_of(name),
            criteria=each.criteria,
            levels=all_levels(each.levels),
            samples=each.samples,
        ).model_dump(mode="json")
        for name, each in sent.items()
    }


def default_rubric() -> dict[str, Any]:
    """What measures the answers where a role says nothing of its own."""
    return {
        name: RubricDimension(
            weight=each.weight,
            label=each.label,
            criteria=list(each.criteria),
            levels=all_levels(each.levels),
            samples={level: list(texts) for level, texts in each.samples.items()},
        ).model_dump(mode="json")
        for name, each in rubric.DEFAULT.items()
    }


def shown(kept: dict[str, Any] | None) -> dict[str, Any]:
    """A rubric as it was kept, in the normal form; one that was written past the API may lack parts."""
    if not kept:
        return default_rubric()
    return {
        name: {
            "weight": each.get("weight"),
            "label": each.get("label") or label_of(name),
            "criteria": each.get("criteria") or [],
            "levels": all_levels({int(level): words for level, words in (each.get("levels") or {}).items()}),
            "samples": {int(level): list(texts) for level, texts in (each.get("samples") or {}).items()},
        }
        for name, each in kept.items()
    }
