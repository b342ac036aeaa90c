"""Profiles and what belongs to them; diversity answers, which are nobody's else."""

from uuid import uuid4

from shared.domain.permissions import Permission
from tests.integration.database.world import key
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules, at
from tests.security.matrix.world import CANDIDATE, OF_CANDIDATE, PERSONAS, World

ME = "/api/v1/candidates/me"


def of_the_candidate(part: str, table: str, change: dict[str, str] | None = None) -> Arrange:
    return lambda world: Ask(f"{ME}/{part}/{world.fresh(table, **_unique(table))}", json=change)


def shown(part: str, table: str) -> Arrange:
    return lambda world: Ask(f"{ME}/{part}", shows=world.fresh(table, **_unique(table)))


def _unique(table: str) -> dict[str, str]:
    return {"skill_name": str(uuid4())} if table == "candidate_skills" else {}


def answered(world: World) -> Ask:
    """Everybody has answered something."""
    for principal in PERSONAS.values():
        world.connection.execute(
            "insert into public.candidate_dei (user_id) values (%s) on conflict do nothing",
            [principal.user_id],
        )
    return Ask(f"{ME}/dei")


def own(arrange: Arrange, *, is_list: bool = False) -> Rule:
    return Rule(Permission.PROFILE_WRITE, arrange, thing=OF_CANDIDATE, is_list=is_list)


RULES: Rules = {
    "read_profile": Rule(None, at(f"{ME}/profile")),
    "change_profile": Rule(None, at(f"{ME}/profile", json={"first_name": "Kim"})),
    "confirm_profile": Rule(None, at(f"{ME}/profile/confirm")),
    "list_skills": own(shown("skills", "candidate_skills"), is_list=True),
    "add_skill": Rule(None, lambda _: Ask(f"{ME}/skills", json={"skill_name": str(uuid4())})),
    "change_skill": own(of_the_candidate("skills", "candidate_skills", {"skill_type": "hard"})),
    "remove_skill": own(of_the_candidate("skills", "candidate_skills")),
    "list_education": own(shown("education", "education"), is_list=True),
    "add_education": Rule(None, at(f"{ME}/education", json={"institution": "TAFE", "degree": "Diploma"})),
    "change_education": own(of_the_candidate("education", "education", {"degree": "Diploma"})),
    "remove_education": own(of_the_candidate("education", "education")),
    "list_employment": own(shown("employment", "employment_history"), is_list=True),
    "add_employment": Rule(
        None,
        at(
            f"{ME}/employment",
            json={"company_name": "Acme", "job_title": "Engineer", "start_date": "2020-01-01"},
        ),
    ),
    "change_employment": own(of_the_candidate("employment", "employment_history", {"job_title": "Lead"})),
    "remove_employment": own(of_the_candidate("employment", "employment_history")),
    "read_diversity": Rule(None, answered),
    "answer_diversity": Rule(None, at(f"{ME}/dei", json={"gender": "woman"})),
    "withdraw_diversity": Rule(None, at(f"{ME}/dei")),
    "list_feedback": Rule(
        Permission.FEEDBACK_READ,
        at(f"{ME}/feedback", shows=key("red", "interviews")),
        thing=OF_CANDIDATE,
        is_list=True,
    ),
    "view_candidate": Rule(
        Permission.PROFILE_READ,
        at(f"/api/v1/candidates/{CANDIDATE}"),
        calls=5,  # the parts of the profile, at once
    ),
}
