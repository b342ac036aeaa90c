"""What a model answers about a résumé. Each item carries the words it was read from."""

from pydantic import Field

from shared.contracts.base import Contract


class Quoted(Contract):
    value: str = Field(description="The value, in the words of the résumé")
    quote: str = Field(description="The exact words of the résumé that hold it, on one line where possible")


class QuotedMonth(Contract):
    value: str = Field(description="YYYY-MM, or YYYY where no month is told")
    quote: str = Field(description="The exact words that tell this point of time")


class ReadEmployment(Contract):
    quote: str = Field(description="The exact line that begins the position")
    title: Quoted | None
    company: Quoted | None
    start: QuotedMonth | None
    end: QuotedMonth | None = Field(description="null while the position lasts")
    is_current: bool
    achievements: list[Quoted] = Field(description="What was done there, each as one item, word for word")


class ReadEducation(Contract):
    quote: str = Field(description="The exact line that begins the entry")
    degree: Quoted | None
    institution: Quoted | None
    field_of_study: Quoted | None
    start: QuotedMonth | None
    end: QuotedMonth | None


class Resume(Contract):
    name: Quoted | None
    email: Quoted | None
    phone: Quoted | None
    location: Quoted | None
    links: list[Quoted]
    summary: Quoted | None
    employment: list[ReadEmployment]
    education: list[ReadEducation]
    technical_skills: list[Quoted]
    soft_skills: list[Quoted]
    languages: list[Quoted]
    certifications: list[Quoted]
