"""What is read out of a job description, with the words that ask for it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contracts.base import Body, Contract, example
from shared.contracts.job_roles import Requirements

LONGEST_DESCRIPTION = 15_000

SAMPLE = (
    "You have at least 3 years of experience with Python and PostgreSQL.\n"
    "Kubernetes is a plus.\nYou will design services that stay up."
)


class JobDescription(Body):
    model_config = example({"job_description": SAMPLE})

    job_description: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_DESCRIPTION)
    ] = Field(description="as text; nothing of it is kept")


class Demand(Contract):
    """One thing that is asked for, and where. `start` and `end` count characters of what was sent."""

    text: str
    level: Literal["must", "nice"] = Field(description="worked out from the words of its line and heading")
    quote: str
    start: int
    end: int


class DemandedYears(Contract):
    """The least years of experience, and the words that ask for them."""

    years: float
    level: Literal["must", "nice"]
    quote: str
    start: int
    end: int


class ExtractedRequirements(Contract):
    """Read from a text; nobody has agreed to it yet."""

    model_config = example(
        {
            "technical_skills": [
                {
                    "text": "Python",
                    "level": "must",
                    "quote": "Python",
                    "start": 47,
                    "end": 53,
                }
            ],
            "experience_years": 3,
            "experience": {
                "years": 3,
                "level": "must",
                "quote": "at least 3 years of experience",
                "start": 9,
                "end": 39,
            },
            "soft_skills": [],
            "qualifications": [],
            "certifications": [],
            "responsibilities": [],
            "suggested_questions": ["Tell me about a service that you kept running. What was your part?"],
            "requirements": {"technical_skills": ["Python"], "experience_years": 3},
            "left_out": 0,
        }
    )

    technical_skills: list[Demand]
    experience_years: float | None
    experience: DemandedYears | None = Field(description="where `experience_years` is read from")
    soft_skills: list[Demand]
    qualifications: list[Demand]
    certifications: list[Demand]
    responsibilities: list[Demand]
    suggested_questions: list[str]
    requirements: Requirements = Field(
        description="the same, as a role takes it: `PATCH /api/v1/job-roles/{id}` with `{requirements}`"
    )
    left_out: int = Field(
        description="items without words in the text, and those that a role refuses because they judge people"
    )
