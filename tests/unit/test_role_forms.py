"""What a role asks for and how its interview runs, as answers show it, whatever the role holds."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.job_roles import InterviewStructure, JobRolePatch, Requirements
from shared.contracts.role_forms import (
    RoleRequirements,
    RoleStructure,
    requirements_shown,
    structure_shown,
)

FIELDS = sorted(
    {*RoleRequirements.model_fields, *RoleStructure.model_fields}
    | {"skills", "text", "competency", "phase", "follow_up_hint", "must_have", "id", "set", "level", "name"}
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=6)
    ),
    max_leaves=12,
)
ANY_OBJECT = st.dictionaries(st.sampled_from(FIELDS) | st.text(), ANY_JSON, max_size=8)


@given(kept=ANY_OBJECT)
@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_an_object_holds_is_shown_in_the_normal_form(kept: dict[str, Any]) -> None:
    """The database asks for an object, and for nothing in it but the two figures of a structure."""
    asked, runs = requirements_shown(kept), structure_shown(kept)

    assert RoleRequirements.model_validate_json(asked.model_dump_json()) == asked
    assert RoleStructure.model_validate_json(runs.model_dump_json()) == runs


REQUIREMENTS = {
    "technical_skills": ["Python", "PostgreSQL"],
    "soft_skills": ["Tells others early what is late"],
    "experience_years": 3.5,
    "experience": ["Services that people rely on"],
    "education": "A degree in computer science, or the same by experience",
    "qualifications": ["Driving licence"],
    "certifications": ["CKA"],
    "responsibilities": ["Look after a booking service"],
}
STRUCTURE = {
    "topics": ["Services in production"],
    "time_per_topic": 5,
    "questions": ["Which service did you run in production, and what went wrong?"],
    "must_have": ["Debugging"],
    "question_pack": {"id": "python-testing-debugging-performance", "set": "first-hour"},
    "question_count": 7,
    "duration_minutes": 20,
}


@pytest.mark.parametrize("sent", [{}, REQUIREMENTS])
def test_requirements_are_shown_as_they_were_taken(sent: dict[str, Any]) -> None:
    kept = Requirements.model_validate(sent).model_dump(mode="json")

    assert requirements_shown(kept).model_dump(mode="json") == kept


@pytest.mark.parametrize("sent", [{}, STRUCTURE])
def test_a_structure_is_shown_as_it_was_taken(sent: dict[str, Any]) -> None:
    kept = InterviewStructure.model_validate(sent).model_dump(mode="json")

    assert structure_shown(kept).model_dump(mode="json") == kept


def test_what_is_shown_can_be_sent_back() -> None:
    shown = {
        "requirements": requirements_shown(REQUIREMENTS).model_dump(mode="json"),
        "interview_structure": structure_shown(STRUCTURE).model_dump(mode="json"),
    }

    taken = JobRolePatch.model_validate(shown).model_dump(mode="json", include=set(shown))

    assert taken == shown


def test_what_was_written_past_the_api_is_read_as_far_as_it_can_be() -> None:
    asked = requirements_shown(
        {"skills": [{"name": "Go"}, 7, " "], "education": ["BSc"], "experience_years": True, "more": 1}
    )
    runs = structure_shown(
        {
            "questions": ["Why?", {"text": "How?", "phase": "finale", "must_have": 1}, 3],
            "question_pack": {"id": "python", "level": "wizard"},
            "time_per_topic": "5",
        }
    )

    assert (asked.technical_skills, asked.education, asked.experience_years) == (["Go"], "BSc", None)
    assert [(each.text, each.phase, each.must_have) for each in runs.questions] == [
        ("Why?", None, False),
        ("How?", None, False),
    ]
    assert (runs.question_pack.set, runs.question_pack.level) == (None, "intermediate")
    assert (runs.time_per_topic, runs.question_count, runs.duration_minutes) == (None, 6, 15)


def test_what_is_not_there_stays_away() -> None:
    assert requirements_shown(None) is None
    assert structure_shown(None) is None
