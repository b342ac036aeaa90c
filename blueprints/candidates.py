"""People: the own profile and all that belongs to it, and what organisations see of a person."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.candidates import (
    Diversity,
    DiversityAnswers,
    Education,
    EducationChange,
    EducationQuery,
    Employment,
    EmploymentChange,
    EmploymentQuery,
    Feedback,
    FeedbackQuery,
    NewEducation,
    NewEmployment,
    NewSkill,
    Profile,
    ProfileChange,
    SeenCandidate,
    Skill,
    SkillChange,
    SkillsQuery,
)
from shared.contracts.lists import Listed
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller
from shared.http.preconditions import IfMatch

api = Api("Candidates", edge)

ME = "/api/v1/candidates/me"
MAKING = Policy(idempotent=True)


@api.get(f"{ME}/profile")
async def read_profile(caller: Caller) -> Profile:
    """Read your own profile. It is made at its first use."""
    return await services().candidates.read_profile(caller)


@api.patch(f"{ME}/profile")
async def change_profile(changes: ProfileChange, caller: Caller, expected: IfMatch) -> Profile:
    """Change part of your own profile.

    The switches of `visibility_settings` are set one by one: those you leave out stay as they are.
    """
    return await services().candidates.change_profile(caller, changes, expected)


@api.post(f"{ME}/profile/confirm", refuses=("not_found", "invalid_transition"))
async def confirm_profile(caller: Caller) -> Profile:
    """Say that your profile is right, where an interview waits for it."""
    return await services().candidates.confirm_profile(caller)


@api.get(f"{ME}/skills")
async def list_skills(query: Annotated[SkillsQuery, Query()], caller: Caller) -> Listed[Skill]:
    """List your skills."""
    found = await services().skills.list(caller, query.cut)
    return query.page(found, list(found.rows))


@api.post(f"{ME}/skills", status_code=201, location=f"{ME}/skills/{{id}}", policy=MAKING)
async def add_skill(skill: NewSkill, caller: Caller) -> Skill:
    """Add a skill. One of the same name is there once: 409."""
    return await services().skills.add(caller, skill)


@api.patch(f"{ME}/skills/{{skill_id}}", refuses=("forbidden", "conflict"))
async def change_skill(skill_id: UUID, changes: SkillChange, caller: Caller, expected: IfMatch) -> Skill:
    """Change part of a skill of yours."""
    return await services().skills.change(caller, skill_id, changes, expected)


@api.delete(f"{ME}/skills/{{skill_id}}", status_code=204, refuses=("forbidden",))
async def remove_skill(skill_id: UUID, caller: Caller, expected: IfMatch) -> None:
    """Remove a skill of yours."""
    await services().skills.remove(caller, skill_id, expected)


@api.get(f"{ME}/education")
async def list_education(query: Annotated[EducationQuery, Query()], caller: Caller) -> Listed[Education]:
    """List your education."""
    found = await services().education.list(caller, query.cut)
    return query.page(found, list(found.rows))


@api.post(f"{ME}/education", status_code=201, location=f"{ME}/education/{{id}}", policy=MAKING)
async def add_education(education: NewEducation, caller: Caller) -> Education:
    """Add a degree."""
    return await services().education.add(caller, education)


@api.patch(f"{ME}/education/{{education_id}}", refuses=("forbidden",))
async def change_education(
    education_id: UUID, changes: EducationChange, caller: Caller, expected: IfMatch
) -> Education:
    """Change part of a degree of yours."""
    return await services().education.change(caller, education_id, changes, expected)


@api.delete(f"{ME}/education/{{education_id}}", status_code=204, refuses=("forbidden",))
async def remove_education(education_id: UUID, caller: Caller, expected: IfMatch) -> None:
    """Remove a degree of yours."""
    await services().education.remove(caller, education_id, expected)


@api.get(f"{ME}/employment")
async def list_employment(query: Annotated[EmploymentQuery, Query()], caller: Caller) -> Listed[Employment]:
    """List your employment."""
    found = await services().employment.list(caller, query.cut)
    return query.page(found, list(found.rows))


@api.post(f"{ME}/employment", status_code=201, location=f"{ME}/employment/{{id}}", policy=MAKING)
async def add_employment(employment: NewEmployment, caller: Caller) -> Employment:
    """Add a position."""
    return await services().employment.add(caller, employment)


@api.patch(f"{ME}/employment/{{employment_id}}", refuses=("forbidden",))
async def change_employment(
    employment_id: UUID, changes: EmploymentChange, caller: Caller, expected: IfMatch
) -> Employment:
    """Change part of a position of yours."""
    return await services().employment.change(caller, employment_id, changes, expected)


@api.delete(f"{ME}/employment/{{employment_id}}", status_code=204, refuses=("forbidden",))
async def remove_employment(employment_id: UUID, caller: Caller, expected: IfMatch) -> None:
    """Remove a position of yours."""
    await services().employment.remove(caller, employment_id, expected)


@api.get(f"{ME}/dei", refuses=("not_found",))
async def read_diversity(caller: Caller) -> Diversity:
    """Read your own diversity answers. Nobody else can, and no assessment ever does."""
    return await services().candidates.read_diversity(caller)


@api.put(f"{ME}/dei")
async def answer_diversity(answers: DiversityAnswers, caller: Caller) -> Diversity:
    """Give your diversity answers, all at once. What you leave out is withdrawn."""
    return await services().candidates.answer_diversity(caller, answers)


@api.delete(f"{ME}/dei", status_code=204)
async def withdraw_diversity(caller: Caller) -> None:
    """Withdraw your diversity answers."""
    await services().candidates.withdraw_diversity(caller)


@api.get(f"{ME}/feedback")
async def list_feedback(query: Annotated[FeedbackQuery, Query()], caller: Caller) -> Listed[Feedback]:
    """List what your interviews gave you to take along: words, never figures."""
    found = await services().candidates.list_feedback(caller, query)
    return query.page(found, list(found.rows))


@api.get("/api/v1/candidates/{candidate_id}", refuses=("forbidden",))
async def view_candidate(candidate_id: UUID, caller: Caller) -> SeenCandidate:
    """See a person who applied to your organisation, as far as they show themselves.

    What they switched off is null or empty. A hidden or paused profile is 403. For yourself it is
    what organisations would see.
    """
    return await services().candidates.view(caller, candidate_id)
