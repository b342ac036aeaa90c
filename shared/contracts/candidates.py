"""People: their own profile, what organisations see of it, and what concerns nobody else."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import Body, Contract
from shared.contracts.lists import ListQuery
from shared.contracts.merge import Patch
from shared.contracts.versions import Versioned
from shared.domain.paging import Order
from shared.domain.visibility import ProfileVisibility

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = rf"^{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z0-9-]{{2,63}}$"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=_ADDRESS,
    ),
]
"""An address that a letter can go to: dots only between words, and a domain that can exist."""

WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^https?://[^\s<>\"]+$")
]

Availability = Literal["immediate", "2_weeks", "1_month", "negotiable"]
WorkMode = Literal["remote", "hybrid", "onsite"]
WorkRights = Literal["citizen", "permanent_resident", "work_visa", "student_visa", "other"]
ReviewStatus = Literal["pending_parse", "needs_confirmation", "confirmed"]
SkillType = Literal["hard", "soft"]
Proficiency = Literal["beginner", "intermediate", "expert"]

UNSENT: Final[Any] = None
"""The default of what a change may leave out and may not clear."""


class Switches(Contract):
    """What organisations that you applied to may see. Address and phone are off until switched on."""

    name: bool = True
    email: bool = False
    phone: bool = False
    location: bool = True
    education: bool = True
    employment: bool = True
    skills: bool = True
    portfolio: bool = True
    linkedin: bool = True


class SwitchesChange(Patch):
    """The switches to set; the others stay as they are."""

    name: bool = Field(default=UNSENT)
    email: bool = Field(default=UNSENT)
    phone: bool = Field(default=UNSENT)
    location: bool = Field(default=UNSENT)
    education: bool = Field(default=UNSENT)
    employment: bool = Field(default=UNSENT)
    skills: bool = Field(default=UNSENT)
    portfolio: bool = Field(default=UNSENT)
    linkedin: bool = Field(default=UNSENT)


class Profile(Versioned):
    """Your own profile, all of it."""

    user_id: UUID
    first_name: str | None = Field(examples=["Kim"])
    last_name: str | None = Field(examples=["Lee"])
    email: str | None = Field(description="where you want to be written to", examples=["kim@example.org"])
    phone: str | None = Field(examples=["+61 400 000 000"])
    suburb: str | None = Field(examples=["Newtown"])
    state: str | None = Field(examples=["NSW"])
    postcode: str | None = Field(examples=["2042"])
    country: str | None = Field(examples=["Australia"])
    linkedin_url: str | None
    portfolio_url: str | None
    cv_file_id: UUID | None
    cv_uploaded_at: datetime | None
    availability: Availability | None
    work_mode: WorkMode | None
    work_rights: WorkRights | None
    gpa_wam: float | None = Field(description="grade point or weighted average mark", examples=[82.5])
    profile_visibility: ProfileVisibility
    visibility_settings: Switches
    paused_at: datetime | None
    profile_prefilled: bool = Field(description="whether something of it was read from a CV")
    prefill_source: str | None = Field(description="from where, as a word; more of them may come")
    profile_review_status: ReviewStatus | None
    profile_confirmed_at: datetime | None
    password_setup_required: bool
    invited_via_org: UUID | None


class ProfileChange(Patch):
    first_name: Annotated[Words, Field(max_length=200)] | None = None
    last_name: Annotated[Words, Field(max_length=200)] | None = None
    email: MailAddress | None = None
    phone: Annotated[Words, Field(max_length=50)] | None = None
    suburb: Annotated[Words, Field(max_length=200)] | None = None
    state: Annotated[Words, Field(max_length=100)] | None = None
    postcode: Annotated[Words, Field(max_length=20)] | None = None
    country: Annotated[Words, Field(max_length=100)] | None = None
    linkedin_url: WebAddress | None = None
    portfolio_url: WebAddress | None = None
    availability: Availability | None = None
    work_mode: WorkMode | None = None
    work_rights: WorkRights | None = None
    gpa_wam: float | None = Field(default=None, ge=0, le=100)
    profile_visibility: ProfileVisibility = Field(default=UNSENT)
    visibility_settings: SwitchesChange = Field(default=UNSENT, description="merged switch by switch")


class Skill(Versioned):
    id: UUID
    skill_name: str = Field(examples=["Python"])
    skill_type: SkillType | None
    source: Literal["manual", "resume_extracted"]
    proficiency_level: Proficiency | None


class NewSkill(Body):
    skill_name: Words = Field(max_length=200, examples=["Python"])
    skill_type: SkillType | None = None
    proficiency_level: Proficiency | None = None


class SkillChange(Patch):
    skill_name: Words = Field(default=UNSENT, max_length=200)
    skill_type: SkillType | None = None
    proficiency_level: Proficiency | None = None


class _Spell(Body):
    """Something with a beginning and an end, the end not before the beginning."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        start, end = getattr(self, "start_date", None), getattr(self, "end_date", None)
        if start and end and end < start:
            raise ValueError("end_date lies before start_date")
        return self


class Education(Versioned):
    id: UUID
    institution: str = Field(examples=["University of Sydney"])
    degree: str = Field(examples=["Bachelor of Science"])
    field_of_study: str | None
    start_date: date | None
    end_date: date | None
    is_current: bool


class NewEducation(_Spell):
    institution: Words = Field(max_length=300, examples=["University of Sydney"])
    degree: Words = Field(max_length=300, examples=["Bachelor of Science"])
    field_of_study: Annotated[Words, Field(max_length=300)] | None = None
    start_date: date | None = None
    end_date: date | None = None
    is_current: bool = False


class EducationChange(_Spell, Patch):
    institution: Words = Field(default=UNSENT, max_length=300)
    degree: Words = Field(default=UNSENT, max_length=300)
    field_of_study: Annotated[Words, Field(max_length=300)] | None = None
    start_date: date | None = None
    end_date: date | None = None
    is_current: bool = Field(default=UNSENT)


class Employment(Versioned):
    id: UUID
    company_name: str = Field(examples=["Red Gum Software"])
    job_title: str = Field(examples=["Backend engineer"])
    description: str | None
    start_date: date
    end_date: date | None
    is_current: bool


class NewEmployment(_Spell):
    company_name: Words = Field(max_length=300, examples=["Red Gum Software"])
    job_title: Words = Field(max_length=300, examples=["Backend engineer"])
    description: Annotated[Words, Field(max_length=10_000)] | None = None
    start_date: date
    end_date: date | None = None
    is_current: bool = False


class EmploymentChange(_Spell, Patch):
    company_name: Words = Field(default=UNSENT, max_length=300)
    job_title: Words = Field(default=UNSENT, max_length=300)
    description: Annotated[Words, Field(max_length=10_000)] | None = None
    start_date: date = Field(default=UNSENT)
    end_date: date | None = None
    is_current: bool = Field(default=UNSENT)


class Diversity(Versioned):
    """Your answers. No organisation can read them, and they are never part of any assessment."""

    gender: str | None
    ethnicity: str | None
    disability_status: str | None
    veteran_status: str | None
    lgbtq_status: str | None


class DiversityAnswers(Body):
    """All answers at once; what is left out is withdrawn."""

    gender: Annotated[Words, Field(max_length=100)] | None = None
    ethnicity: Annotated[Words, Field(max_length=100)] | None = None
    disability_status: Annotated[Words, Field(max_length=100)] | None = None
    veteran_status: Annotated[Words, Field(max_length=100)] | None = None
    lgbtq_status: Annotated[Words, Field(max_length=100)] | None = None


class Feedback(Contract):
    """What an interview gave you to take along: words, never figures."""

    interview_id: UUID
    role_title: str = Field(examples=["Backend engineer"])
    text: str = Field(examples=["You showed how you measure before you change. Say more about what it cost."])
    at: datetime


class SkillsQuery(ListQuery):
    """Newest first."""


class EducationQuery(ListQuery):
    """Newest first."""


class EmploymentQuery(ListQuery):
    """Newest first."""


class FeedbackQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {"": Order("at")}

    interview_id: UUID | None = Field(default=None, description="only of this interview")


class SeenSkill(Contract):
    skill_name: str
    skill_type: SkillType | None
    proficiency_level: Proficiency | None


class SeenEducation(Contract):
    institution: str
    degree: str
    field_of_study: str | None
    start_date: date | None
    end_date: date | None
    is_current: bool


class SeenEmployment(Contract):
    company_name: str
    job_title: str
    description: str | None
    start_date: date
    end_date: date | None
    is_current: bool


class SeenProfile(Contract):
    """What organisations see of a profile."""

    user_id: UUID
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    suburb: str | None
    state: str | None
    postcode: str | None
    country: str | None
    linkedin_url: str | None
    portfolio_url: str | None
    gpa_wam: float | None
    availability: Availability | None
    work_mode: WorkMode | None
    work_rights: WorkRights | None
    has_cv: bool
    profile_review_status: ReviewStatus | None
    profile_confirmed_at: datetime | None
    updated_at: datetime


class SeenCandidate(SeenProfile):
    """A person as an organisation that they applied to sees them: what is switched off is null or empty."""

    skills: list[SeenSkill]
    education: list[SeenEducation]
    employment: list[SeenEmployment]
