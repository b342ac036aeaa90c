"""Texts that people are judged or asked by: refused with words and reason where they are not fair."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.domain.fair_criteria import Concern, concerns, vagueness


def refuse(found: Iterable[Concern]) -> None:
    """Raise what a validator raises, with all that is wrong in one sentence."""
    if messages := [each.message for each in found]:
        raise PydanticCustomError("unfair", "{reason}", {"reason": "; ".join(messages)})


def _fair(text: str) -> str:
    refuse(concerns(text))
    return text


def _concrete(text: str) -> str:
    refuse(vagueness(text))
    return text


type Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
type FairName = Annotated[Name, AfterValidator(_fair)]
type FairText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_fair)
]
type QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000), AfterValidator(_fair)
]
type Criterion = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_fair),
    AfterValidator(_concrete),
]
