"""Roles that organisations hire for: as their members see them, and as everybody else does."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator, model_validator

from shared.contracts.base import Body, Contract, example
from shared.contracts.fair_text import FairName, FairText, Name
from shared.contracts.interview import CurrentRunStatus, EndReason
from shared.contracts.lists import Listed, ListQuery
from shared.contracts.merge import Patch
from shared.contracts.role_forms import (
    MOST_MINUTES,
    MOST_YEARS,
    REQUIREMENTS,
    STRUCTURE,
    USUAL_LEVEL,
    RoleRequirements,
    RoleStructure,
    requirements_shown,
    structure_shown,
)
from shared.contracts.rubric import EXAMPLE as RUBRIC
from shared.contracts.rubric import NewRubric, Rubric, default_rubric, normal_form, shown
from shared.contracts.versions import Versioned
from shared.domain.application import ApplicationStatus
from shared.domain.interview.plan import (
    FEWEST_QUESTIONS,
    MOST_QUESTIONS,
    USUAL_MINUTES,
    USUAL_QUESTIONS,
    Phase,
)
from shared.domain.job_role import JobRoleStatus
from shared.domain.level import Level
from shared.domain.paging import NEWEST_FIRST, Order, Sorted

WorkType = Literal["remote", "hybrid", "onsite"]
EmploymentType = Literal["full-time", "part-time", "contract"]
InterviewStatus = Literal["invited", "scheduled", "in_progress", "completed", "cancelled", "expired"]

UNSENT: Final[Any] = None
"""The default of what a change may leave out and may not clear."""

MOST_NAMES: Final = 50
type Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]
type FairNames = Annotated[list[FairText], Field(max_length=MOST_NAMES)]
type Tasks = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=2000)]], Field(max_length=MOST_NAMES)
]
type Money = Annotated[float, Field(ge=0, le=9_999_999_999)]


class Requirements(Body):
    """What the role asks for. `skills` may be said for `technical_skills`."""

    technical_skills: Names = Field(default=[])
    soft_skills: FairNames = Field(default=[])
    experience_years: float | None = Field(default=None, ge=0, le=MOST_YEARS)
    experience: FairNames = Field(default=[])
    education: FairText | None = None
    qualifications: FairNames = Field(default=[])
    certifications: Names = Field(default=[])
    responsibilities: Tasks = Field(default=[])

    @model_validator(mode="before")
    @classmethod
    def _skills_are_technical(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, dict) or "skills" not in value:
            return value
        rest = {name: each for name, each in value.items() if name != "skills"}
        named = [*_listed(value.get("technical_skills")), *_listed(value["skills"])]
        return rest | {"technical_skills": list(dict.fromkeys(map(str, named)))}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - whatever was sent
    return value if isinstance(value, list) else [] if value is None else [value]


class OwnQuestion(Body):
    """A question that every candidate of the role is asked."""

    text: FairText = Field(examples=["Which service did you run in production, and what went wrong?"])
    competency: FairName | None = None
    phase: Phase | None = Field(default=None, description="worked out from the words where it is left out")
    follow_up_hint: FairText | None = None
    must_have: bool = False


class PackChoice(Body):
    """A question pack, and which of its questions: a ready set, or all that suits a level."""

    id: Name = Field(examples=["python-testing-debugging-performance"])
    set: Name | None = None
    level: Level = USUAL_LEVEL


def _as_question(value: Any) -> Any:  # noqa: ANN401 - whatever was sent
    return {"text": value} if isinstance(value, str) else value


AskedQuestion = Annotated[
    OwnQuestion, BeforeValidator(_as_question, json_schema_input_type=OwnQuestion | FairText)
]


class InterviewStructure(Body):
    """How the interview runs."""

    topics: Annotated[list[FairName], Field(max_length=10)] = Field(default=[])
    time_per_topic: int | None = Field(default=None, ge=1, le=MOST_MINUTES, description="minutes")
    questions: Annotated[list[AskedQuestion], Field(max_length=MOST_QUESTIONS)] = Field(
        default=[], description="your own; a text alone will do"
    )
    must_have: Annotated[list[FairName], Field(max_length=MOST_QUESTIONS)] = Field(
        default=[], description="competencies that the role cannot do without"
    )
    question_pack: PackChoice | None = None
    question_count: int = Field(default=USUAL_QUESTIONS, ge=FEWEST_QUESTIONS, le=MOST_QUESTIONS)
    duration_minutes: int = Field(default=USUAL_MINUTES, ge=10, le=MOST_MINUTES)


class _Described(Contract):
    """What may be said of a role."""

    description: str | None = Field(default=None, max_length=20_000)
    department: str | None = Field(default=None, max_length=200, examples=["Engineering"])
    location: str | None = Field(default=None, max_length=200, examples=["Sydney"])
    work_type: WorkType | None = None
    employment_type: EmploymentType | None = None
    industry: str | None = Field(default=None, max_length=200)
    salary_range_min: Money | None = None
    salary_range_max: Money | None = None

    @model_validator(mode="after")
    def _range_goes_up(self) -> Self:
        low, high = self.salary_range_min, self.salary_range_max
        if low is not None and high is not None and low > high:
            raise ValueError("salary_range_min lies above salary_range_max")
        return self


class NewJobRole(Body, _Described):
    model_config = example(
        {
            "title": "Backend engineer",
            "department": "Engineering",
            "work_type": "hybrid",
            "employment_type": "full-time",
            "requirements": {"technical_skills": ["Python", "PostgreSQL"], "experience_years": 3},
            "scoring_rubric": RUBRIC,
            "interview_structure": {
                "topics": ["Services in production"],
                "questions": ["Which service did you run in production, and what went wrong?"],
                "question_pack": {"id": "python-testing-debugging-performance"},
                "question_count": 6,
                "duration_minutes": 15,
            },
        }
    )

    organisation_id: UUID | None = Field(
        default=None, description="needed only by who recruits for several organisations"
    )
    title: Name = Field(examples=["Backend engineer"])
    requirements: Requirements = Field(default_factory=Requirements)
    scoring_rubric: NewRubric | None = Field(default=None, description="a general one where it is left out")
    interview_structure: InterviewStructure = Field(default_factory=InterviewStructure)


class JobRolePatch(Patch, _Described):
    model_config = example({"status": "active", "location": "Sydney", "salary_range_max": None})

    title: Name = Field(default=UNSENT)
    requirements: Requirements = Field(default=UNSENT)
    scoring_rubric: NewRubric = Field(default=UNSENT)
    interview_structure: InterviewStructure = Field(default=UNSENT)
    status: JobRoleStatus = Field(default=UNSENT, description="draft, active, paused, closed")

    @property
    def fields(self) -> dict[str, Any]:
        """The columns to change, in their normal forms; the status moves apart."""
        changes = {name: value for name, value in self.changes.items() if name != "status"}
        if "scoring_rubric" in self.model_fields_set:
            changes["scoring_rubric"] = normal_form(self.scoring_rubric)
        return changes


class RubricChange(Body):
    model_config = example({"scoring_rubric": RUBRIC})

    scoring_rubric: NewRubric


class JobRole(Versioned):
    """A role as the members of its organisation see it."""

    model_config = example(
        {
            "id": "c2a1f6a4-6b0e-4c8a-8a43-6e4b1f0d7a33",
            "organisation_id": "0b6d2f0e-9a54-4d0e-8a57-0e4b8f6c1d11",
            "title": "Backend engineer",
            "description": "Build and run services that people rely on.",
            "department": "Engineering",
            "location": "Sydney",
            "work_type": "hybrid",
            "employment_type": "full-time",
            "industry": "Software",
            "salary_range_min": 120000,
            "salary_range_max": 150000,
            "requirements": REQUIREMENTS,
            "scoring_rubric": default_rubric(),
            "rubric_version": 2,
            "interview_structure": STRUCTURE,
            "job_profile": None,
            "dimension_tiers": None,
            "status": "active",
            "created_by": "5f0b8a6e-3c55-4a6b-9f0e-2d7f5b8c9e22",
            "created_at": "2026-11-21T09:00:00Z",
            "updated_at": "2026-11-21T09:30:00Z",
        }
    )

    id: UUID
    organisation_id: UUID
    title: str
    description: str | None
    department: str | None
    location: str | None
    work_type: WorkType | None
    employment_type: EmploymentType | None
    industry: str | None
    salary_range_min: float | None
    salary_range_max: float | None
    requirements: RoleRequirements | None
    scoring_rubric: Rubric
    rubric_version: int = Field(
        description="goes up with every change of the rubric; earlier versions are kept"
    )
    interview_structure: RoleStructure | None
    job_profile: dict[str, Any] | None = Field(
        description="`expectations` may say what is a must; no call writes it yet, so no fields are promised"
    )
    dimension_tiers: dict[str, Any] | None = Field(
        description="how much each dimension matters; no call writes it yet, so no fields are promised"
    )
    status: JobRoleStatus
    created_by: UUID | None

    @field_validator("scoring_rubric", mode="before")
    @classmethod
    def _in_normal_form(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was kept
        return shown(value) if value is None or isinstance(value, dict) else value

    _asks_in_normal_form = field_validator("requirements", mode="before")(requirements_shown)
    _runs_in_normal_form = field_validator("interview_structure", mode="before")(structure_shown)


class JobRoleCard(Contract):
    """A role as everybody else sees it: while it is active, or because they applied."""

    model_config = example(
        {
            "id": "c2a1f6a4-6b0e-4c8a-8a43-6e4b1f0d7a33",
            "organisation_id": "0b6d2f0e-9a54-4d0e-8a57-0e4b8f6c1d11",
            "organisation_name": "Red Gum Software",
            "title": "Backend engineer",
            "description": "Build and run services that people rely on.",
            "department": "Engineering",
            "location": "Sydney",
            "work_type": "hybrid",
            "employment_type": "full-time",
            "industry": "Software",
            "salary_range_min": 120000,
            "salary_range_max": 150000,
            "requirements": REQUIREMENTS,
            "status": "active",
            "created_at": "2026-11-21T09:00:00Z",
        }
    )

    id: UUID
    organisation_id: UUID
    organisation_name: str
    title: str
    description: str | None
    department: str | None
    location: str | None
    work_type: WorkType | None
    employment_type: EmploymentType | None
    industry: str | None
    salary_range_min: float | None
    salary_range_max: float | None
    requirements: RoleRequirements | None
    status: JobRoleStatus
    created_at: datetime

    _asks_in_normal_form = field_validator("requirements", mode="before")(requirements_shown)


class JobRolesQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {
        "newest": NEWEST_FIRST,
        "oldest": Order(descending=False),
        "title": Order("title", Sorted.TEXT, descending=False),
    }

    organisation_id: UUID | None = Field(
        default=None, description="one organisation; its active roles, if you do not belong to it"
    )
    status: JobRoleStatus | None = None
    sort: Literal["newest", "oldest", "title"] = "newest"


class RoleInterview(Contract):
    """An interview for a role, with who was asked and how it went."""

    model_config = example(
        {
            "id": "7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44",
            "application_id": "8e4d1b63-6b1f-4c7e-8d20-2b3c4d5e6f55",
            "application_status": "reviewed",
            "candidate_id": "9f5e2c74-7c20-4d8f-9e31-3c4d5e6f7066",
            "candidate_first_name": "Kim",
            "candidate_last_name": "Lee",
            "status": "completed",
            "scheduled_at": None,
            "started_at": "2026-11-21T10:00:00Z",
            "ended_at": "2026-11-21T10:14:20Z",
            "duration_seconds": 860,
            "end_reason": "finished",
            "score_status": "completed",
            "overall_score": 81.4,
            "needs_human_review": False,
            "created_at": "2026-11-20T09:00:00Z",
            "updated_at": "2026-11-21T10:14:20Z",
        }
    )

    id: UUID
    application_id: UUID
    application_status: ApplicationStatus
    candidate_id: UUID
    candidate_first_name: str | None = Field(description="as far as the person shows it")
    candidate_last_name: str | None
    status: InterviewStatus
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    end_reason: EndReason | None
    score_status: CurrentRunStatus | None = Field(description="of the current run")
    overall_score: float | None
    needs_human_review: bool | None
    created_at: datetime
    updated_at: datetime


class RoleInterviewsQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {
        "newest": NEWEST_FIRST,
        "started": Order("started_at"),
        "score": Order("overall_score", Sorted.NUMBER),
    }

    status: InterviewStatus | None = None
    application_status: str | None = Field(default=None, max_length=50)
    needs_human_review: bool | None = None
    include_counts: bool = Field(default=False, description="how many there are in each state")
    sort: Literal["newest", "started", "score"] = "newest"


class RoleInterviews(Listed[RoleInterview]):
    counts: dict[InterviewStatus, int] | None = Field(
        default=None,
        description="by state, whatever the filters; only with `include_counts=true`",
        exclude_if=lambda counts: counts is None,
    )
