"""Organisations: what is said of them, what they decide for their interviews, and their figures."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.base import Body, Contract, example
from shared.contracts.candidates import MailAddress, WebAddress
from shared.contracts.fair_text import Name
from shared.contracts.merge import Patch
from shared.contracts.versions import Versioned
from shared.domain.organisation import DAYS_TO_KEEP_RECORDINGS, FEWEST_DAYS, MOST_DAYS

UNSENT: Final[Any] = None
"""The default of what a change may leave out and may not clear."""

type SpokenLanguage = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")
]


class NewOrganisation(Body):
    model_config = example(
        {"name": "Red Gum Software", "industry": "Software", "website": "https://redgum.example"}
    )

    name: Name = Field(examples=["Red Gum Software"])
    description: str | None = Field(default=None, max_length=10_000)
    industry: str | None = Field(default=None, max_length=200, examples=["Software"])
    website: WebAddress | None = Field(default=None, examples=["https://redgum.example"])
    billing_email: MailAddress | None = None


class Value(Body):
    name: Name = Field(examples=["Candour"])
    description: str | None = Field(default=None, max_length=1000)


class ValuesFramework(Body):
    values: list[Value] = Field(max_length=20)


class OrganisationPatch(Patch):
    model_config = example(
        {"recording_retention_days": 30, "time_zone": "Australia/Perth", "billing_email": None}
    )

    name: Name = Field(default=UNSENT)
    description: str | None = Field(default=None, max_length=10_000)
    industry: str | None = Field(default=None, max_length=200)
    website: WebAddress | None = None
    logo_url: WebAddress | None = None
    billing_email: MailAddress | None = None
    billing_address: str | None = Field(default=None, max_length=2000)
    values_framework: ValuesFramework | None = None
    recording_retention_days: int | None = Field(
        default=None,
        ge=FEWEST_DAYS,
        le=MOST_DAYS,
        description=f"null is the usual {DAYS_TO_KEEP_RECORDINGS} days",
    )
    time_zone: Name = Field(default=UNSENT, examples=["Australia/Sydney"], description="an IANA name")
    languages: list[SpokenLanguage] = Field(
        default=UNSENT, min_length=1, max_length=10, examples=[["en-AU"]], description="first the usual one"
    )
    consent_text_version: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = Field(
        default=None, description="null is the text of the platform"
    )


class Organisation(Versioned):
    """An organisation as its members see it."""

    model_config = example(
        {
            "id": "0b6d2f0e-9a54-4d0e-8a57-0e4b8f6c1d11",
            "name": "Red Gum Software",
            "description": "We make small things that last.",
            "industry": "Software",
            "website": "https://redgum.example",
            "logo_url": None,
            "billing_email": "accounts@redgum.example",
            "billing_address": None,
            "values_framework": {"values": [{"name": "Candour", "description": "Says early what is wrong."}]},
            "recording_retention_days": None,
            "time_zone": "Australia/Sydney",
            "languages": ["en-AU"],
            "consent_text_version": None,
            "created_at": "2026-11-21T09:00:00Z",
            "updated_at": "2026-11-21T09:00:00Z",
        }
    )

    id: UUID
    name: str
    description: str | None
    industry: str | None
    website: str | None
    logo_url: str | None
    billing_email: str | None
    billing_address: str | None
    values_framework: dict[str, Any] | list[Any] | None = Field(
        description="`values`, each with `name` and `description`, where it was set by `PATCH`; it may also "
        "have come from elsewhere, in a shape of its own"
    )
    recording_retention_days: int | None = Field(
        description=f"null is the usual {DAYS_TO_KEEP_RECORDINGS} days"
    )
    time_zone: str
    languages: list[str]
    consent_text_version: str | None


class OrganisationCard(Contract):
    """An organisation as somebody sees it who applied there."""

    model_config = example(
        {
            "id": "0b6d2f0e-9a54-4d0e-8a57-0e4b8f6c1d11",
            "name": "Red Gum Software",
            "description": "We make small things that last.",
            "industry": "Software",
            "website": "https://redgum.example",
            "logo_url": None,
        }
    )

    id: UUID
    name: str
    description: str | None
    industry: str | None
    website: str | None
    logo_url: str | None


class OrganisationStats(Contract):
    model_config = example(
        {
            "active_roles": 3,
            "total_candidates": 41,
            "completed_interviews": 28,
            "average_match_score": 71.2,
            "average_overall_score": 74.6,
        }
    )

    active_roles: int
    total_candidates: int = Field(description="people who applied, each counted once")
    completed_interviews: int
    average_match_score: float | None
    average_overall_score: float | None
