"""What a field is called when it is refused: as the sender wrote it, not as the validator found it."""

from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from shared.contracts.calls import ParticipantWish
from shared.contracts.job_roles import NewJobRole
from shared.contracts.role_questions import RoleQuestionsEdit
from shared.errors import InvalidInputError
from shared.http.problem import as_talenti_error

OPEN = {"phase": "technical", "text": "What did you build, and what went wrong?"}
PACKED = {"item_ref": "python-basics/q-1"}


def refused(model: type[BaseModel], sent: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(sent)
    found = [each | {"loc": ("body", *each["loc"])} for each in caught.value.errors()]
    error = as_talenti_error(RequestValidationError(found, body=sent))
    assert isinstance(error, InvalidInputError)
    return {each.field: each.message for each in error.errors}


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ({"phase": "technical"}, {"items.4.text"}),
        ({"item_ref": "Not A Reference"}, {"items.4.item_ref"}),
        (PACKED | {"phase": "technical"}, {"items.4.phase"}),
        (OPEN | {"Weight": 1}, {"items.4.Weight"}),
        ({}, {"items.4.phase", "items.4.text"}),
        (7, {"items.4"}),
    ],
)
def test_one_of_several_kinds_is_named_without_its_kind(question: object, fields: set[str]) -> None:
    told = refused(RoleQuestionsEdit, {"items": [OPEN, PACKED, OPEN, OPEN, question]})

    assert set(told) == fields
    assert not any("Question" in message for message in told.values())


def test_a_value_of_several_kinds_is_named_once() -> None:
    assert set(refused(ParticipantWish, {"target": "nobody"})) == {"target"}


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"interview_structure": {"questions": [""]}}, "interview_structure.questions.0.text"),
        ({"requirements": {"skills": ["Python", ""]}}, "requirements.technical_skills.1"),
        ({"scoring_rubric": {"Not A Name": {}}}, "scoring_rubric.Not A Name"),
    ],
)
def test_what_stands_inside_is_named_by_its_place(part: dict[str, Any], field: str) -> None:
    assert field in refused(NewJobRole, {"title": "Engineer", **part})
