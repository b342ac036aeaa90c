"""What a job description asks for, with the words that ask for it."""

from typing import Any

import pytest

from shared.contracts.job_roles import JobRolePatch
from shared.domain.resume.demands import level_of
from shared.domain.resume.fields import Span
from shared.errors import UnavailableError
from shared.prompts.library import Prompts
from shared.use_cases.resumes.extract_requirements import ExtractRequirements
from tests.fakes.language_model import FakeLanguageModel
from tests.stand_in_model import StandInModel

PROMPTS = Prompts()
TEXT = """Backend engineer

Requirements
- At least 3 years of experience with Python
- PostgreSQL; Kubernetes is a plus
- Strong accent-free English

Nice to have
- Terraform
- AWS certification, which is required within a year

You will design services that stay up."""
NOTHING: dict[str, Any] = {
    "technical_skills": [],
    "soft_skills": [],
    "experience_years": None,
    "qualifications": [],
    "certifications": [],
    "responsibilities": [],
    "suggested_questions": [],
}


def quoted(value: str, quote: str | None = None) -> dict[str, str]:
    return {"value": value, "quote": value if quote is None else quote}


def extract(said: dict[str, Any]) -> ExtractRequirements:
    model = FakeLanguageModel()
    model.says(NOTHING | said)
    return ExtractRequirements(model, PROMPTS)


async def test_every_item_has_its_words_and_fits_the_role() -> None:
    said = {
        "technical_skills": [quoted("Python", "experience with Python"), quoted("postgresql")],
        "experience_years": {"value": 3, "quote": "At least 3 years of experience"},
        "responsibilities": [quoted("design services that stay up")],
    }

    found = await extract(said)(TEXT)

    assert [each.text for each in found.technical_skills] == ["Python", "postgresql"]
    for each in (*found.technical_skills, *found.responsibilities):
        assert TEXT[each.start : each.end] == each.quote
    assert [each.quote for each in found.technical_skills] == ["Python", "PostgreSQL"]
    assert found.experience_years == 3
    assert found.experience is not None
    assert TEXT[found.experience.start : found.experience.end] == "At least 3 years of experience"
    patch = JobRolePatch.model_validate({"requirements": found.requirements.model_dump()})
    assert patch.requirements == found.requirements
    assert found.requirements.responsibilities == ["design services that stay up"]


async def test_what_nobody_asks_for_is_left_out() -> None:
    said = {
        "technical_skills": [quoted("Python"), quoted("Rust"), quoted("")],
        "experience_years": {"value": 5, "quote": "At least 3 years of experience"},
    }

    found = await extract(said)(TEXT)

    assert ([each.text for each in found.technical_skills], found.experience_years) == (["Python"], None)
    assert found.left_out == 3


async def test_what_a_role_refuses_is_shown_and_not_handed_on() -> None:
    found = await extract({"soft_skills": [quoted("Strong accent-free English")]})(TEXT)

    assert len(found.soft_skills) == 1
    assert (found.requirements.soft_skills, found.left_out) == ([], 1)


async def test_only_questions_that_may_be_asked_are_suggested() -> None:
    asked = "Tell me about a service that you kept running. What was your part?"
    found = await extract({"suggested_questions": [asked, "How old are you, and are you married?", "Hm?"]})(
        TEXT
    )

    assert found.suggested_questions == [asked]


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Python", "must"),
        ("PostgreSQL", "must"),
        ("Kubernetes", "nice"),
        ("Terraform", "nice"),
        ("AWS certification", "must"),
        ("design services", "must"),
    ],
)
def test_must_and_nice_come_from_the_line_and_then_its_heading(words: str, level: str) -> None:
    start = TEXT.index(words)

    assert level_of(TEXT, Span(start, start + len(words))) == level


async def test_nothing_stands_in_for_the_model() -> None:
    model = FakeLanguageModel()
    model.says(UnavailableError("away"))

    with pytest.raises(UnavailableError):
        await ExtractRequirements(model, PROMPTS)(TEXT)


async def test_the_stand_in_reads_one() -> None:
    found = await ExtractRequirements(StandInModel(), PROMPTS)(TEXT)

    assert {"Python", "PostgreSQL", "Terraform"} <= {each.text for each in found.technical_skills}
    assert found.experience_years == 3
    assert found.suggested_questions
