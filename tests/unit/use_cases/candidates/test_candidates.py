"""Profiles: switches merge one by one, others see what is switched on."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from shared.contracts.candidates import (
    DiversityAnswers,
    Education,
    Employment,
    FeedbackQuery,
    NewSkill,
    Profile,
    ProfileChange,
    Skill,
    SkillChange,
    SkillsQuery,
)
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, Thing
from shared.domain.versions import Versions
from shared.errors import ForbiddenError, NotFoundError, PreconditionFailedError
from shared.use_cases.authorise import Authorise
from shared.use_cases.candidates.change_profile import ChangeProfile
from shared.use_cases.candidates.verbs import CandidateVerbs
from shared.use_cases.own_rows.list_own import ListOwn
from shared.use_cases.own_rows.verbs import OwnVerbs
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.candidates import FakeCandidates
from tests.fakes.memberships import FakeMemberships
from tests.fakes.own_rows import FakeOwnRows
from tests.fakes.ownership import FakeOwnership

KIM = Person(uuid4(), "kim@example.org")
VIEWER = Person(uuid4(), "viewer@example.org")
COMPANY = uuid4()
NO_SKILL = {"skill_type": None, "source": "manual", "proficiency_level": None}


class Office:
    def __init__(self) -> None:
        self.candidates = FakeCandidates()
        self.memberships = FakeMemberships()
        self.memberships.rows[VIEWER.user_id].append(Membership(COMPANY, AppRole.ORG_VIEWER))
        self.ownership = FakeOwnership(self.memberships)
        self.ownership.put(Kind.CANDIDATE, KIM.user_id, Thing(KIM.user_id, COMPANY))
        authorise = Authorise(self.ownership, RecordAudit(FakeAuditTrail()))
        skills = FakeOwnRows(Skill, NO_SKILL, unique="skill_name")
        self.skills = OwnVerbs.over(skills, authorise, Kind.SKILL, Permission.PROFILE_WRITE)
        self.verbs = CandidateVerbs.over(
            self.candidates,
            ListOwn(skills),
            ListOwn(FakeOwnRows(Education, {})),
            ListOwn(FakeOwnRows(Employment, {})),
            authorise,
        )

    async def change(self, versions: Versions = None, **sent: object) -> None:
        await self.verbs.change_profile(KIM, ProfileChange.model_validate(sent), versions)


@pytest.fixture
def office() -> Office:
    return Office()


async def test_switches_are_merged_one_by_one(office: Office) -> None:
    await office.change(visibility_settings={"name": False})
    await office.change(visibility_settings={"phone": True}, first_name="Kim")

    chosen = (await office.verbs.read_profile(KIM)).visibility_settings
    assert (chosen.name, chosen.phone, chosen.email, chosen.skills) == (False, True, False, True)


async def test_a_change_meant_for_another_version_is_not_made(office: Office) -> None:
    stale = ((await office.verbs.read_profile(KIM)).updated_at,)
    await office.change(stale, first_name="Kim")

    for change in ({"first_name": "Other"}, {"visibility_settings": {"phone": True}}):
        with pytest.raises(PreconditionFailedError):
            await office.change(stale, **change)
    assert (await office.verbs.read_profile(KIM)).first_name == "Kim"


async def test_switches_set_on_two_devices_at_once_are_both_kept(office: Office) -> None:
    class Overtaken(FakeCandidates):
        """Another device is faster, once."""

        beaten = False

        async def change_profile(
            self, caller: Person, changes: Mapping[str, object], versions: Versions
        ) -> Profile:
            if not self.beaten:
                self.beaten = True
                current = self.profiles[caller.user_id].visibility_settings.model_dump()
                await super().change_profile(caller, {"visibility_settings": current | {"name": False}}, None)
            return await super().change_profile(caller, changes, versions)

    change = ProfileChange.model_validate({"visibility_settings": {"phone": True}})

    profile = await ChangeProfile(Overtaken())(KIM, change, None)

    assert (profile.visibility_settings.name, profile.visibility_settings.phone) == (False, True)


async def test_confirming_twice_is_confirming(office: Office) -> None:
    first = await office.verbs.confirm_profile(KIM)

    assert first.profile_review_status == "confirmed"
    assert await office.verbs.confirm_profile(KIM) == first


async def test_an_organisation_sees_who_applied_there_as_far_as_they_show_themselves(
    office: Office,
) -> None:
    await office.change(first_name="Kim", phone="0400", visibility_settings={"name": False, "phone": True})

    seen = await office.verbs.view(VIEWER, KIM.user_id)

    assert (seen.first_name, seen.phone, seen.email) == (None, "0400", None)


@pytest.mark.parametrize("visibility", ["hidden", "paused"])
async def test_who_hides_is_refused_in_the_same_words_as_who_never_applied(
    office: Office, visibility: str
) -> None:
    await office.change(profile_visibility=visibility)
    stranger = uuid4()
    office.ownership.put(Kind.CANDIDATE, stranger, Thing(stranger, None))

    for candidate_id in (KIM.user_id, stranger):
        with pytest.raises(ForbiddenError):
            await office.verbs.view(VIEWER, candidate_id)
    with pytest.raises(NotFoundError):
        await office.verbs.view(VIEWER, uuid4())


async def test_people_see_themselves_as_others_would(office: Office) -> None:
    await office.change(first_name="Kim", profile_visibility="hidden", visibility_settings={"skills": False})
    await office.skills.add(KIM, NewSkill(skill_name="Python"))

    seen = await office.verbs.view(KIM, KIM.user_id)

    assert (seen.first_name, seen.skills, seen.email) == ("Kim", [], None)


async def test_diversity_answers_are_there_once_given_and_gone_once_withdrawn(office: Office) -> None:
    with pytest.raises(NotFoundError):
        await office.verbs.read_diversity(KIM)

    await office.verbs.answer_diversity(KIM, DiversityAnswers(gender="woman"))
    assert (await office.verbs.read_diversity(KIM)).gender == "woman"

    await office.verbs.withdraw_diversity(KIM)
    with pytest.raises(NotFoundError):
        await office.verbs.read_diversity(KIM)


async def test_there_is_no_feedback_before_there_is_any(office: Office) -> None:
    assert (await office.verbs.list_feedback(KIM, FeedbackQuery())).rows == ()


async def test_what_is_ones_own_is_listed_changed_and_removed(office: Office) -> None:
    skill = await office.skills.add(KIM, NewSkill(skill_name="Python", skill_type="hard"))
    office.ownership.put(Kind.SKILL, skill.id, Thing(KIM.user_id))

    changed = await office.skills.change(KIM, skill.id, SkillChange(skill_name="Go"), (skill.updated_at,))
    read = await office.skills.read(KIM, skill.id)
    listed = await office.skills.list(KIM, SkillsQuery().cut)
    await office.skills.remove(KIM, skill.id, (changed.updated_at,))

    assert (read, listed.rows) == (changed, (changed,))
    assert (await office.skills.list(KIM, SkillsQuery().cut)).rows == ()


async def test_what_is_anothers_is_forbidden_and_what_nobody_knows_unknown(office: Office) -> None:
    skill = await office.skills.add(KIM, NewSkill(skill_name="Python"))
    office.ownership.put(Kind.SKILL, skill.id, Thing(KIM.user_id))

    for step in (office.skills.read(VIEWER, skill.id), office.skills.remove(VIEWER, skill.id, None)):
        with pytest.raises(ForbiddenError):
            await step
    with pytest.raises(NotFoundError):
        await office.skills.remove(KIM, uuid4(), None)
