"""What a model answers about a job description. Each item carries the words it was read from."""

from pydantic import Field

from shared.contracts.base import Contract


class Wanted(Contract):
    value: str = Field(description="What is asked for, in the words of the description")
    quote: str = Field(description="The exact words of the description that ask for it")


class WantedYears(Contract):
    value: float = Field(description="The least years of experience as a whole")
    quote: str = Field(description="The exact words that ask for them")


class ReadRequirements(Contract):
    technical_skills: list[Wanted]
    soft_skills: list[Wanted]
    experience_years: WantedYears | None
    qualifications: list[Wanted]
    certifications: list[Wanted]
    responsibilities: list[Wanted]
    suggested_questions: list[str]
