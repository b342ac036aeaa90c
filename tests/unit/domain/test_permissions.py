"""The permission table and the two relations that give a right."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identity import AppRole, Membership, Person, PlatformRole, Principal, membership_role
from shared.domain.permissions import OWN, TABLE, Permission, Thing, allows, allows_on_platform

HOME, ELSEWHERE = UUID(int=1), UUID(int=2)
MEMBER_ROLES = [role for role in AppRole if role is not AppRole.CANDIDATE]


def a_person(*memberships: tuple[UUID, AppRole]) -> Principal:
    return Principal(Person(uuid4(), "a@example.com"), tuple(Membership(*each) for each in memberships))


def test_every_permission_has_a_row() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_a_member_has_what_the_table_gives_in_the_own_organisation_only(
    permission: Permission, role: AppRole
) -> None:
    member = a_person((HOME, role))

    assert allows(member, permission, Thing(uuid4(), HOME)) is (role in TABLE[permission])
    assert not allows(member, permission, Thing(uuid4(), ELSEWHERE))


@pytest.mark.parametrize("permission", Permission)
def test_a_candidate_has_what_the_table_gives_on_the_own_only(permission: Permission) -> None:
    candidate = a_person()

    assert allows(candidate, permission, Thing(candidate.user_id, HOME)) is (OWN in TABLE[permission])
    assert not allows(candidate, permission, Thing(uuid4(), HOME))


@pytest.mark.parametrize("permission", Permission)
def test_who_applies_to_the_own_organisation_judges_nothing_of_it(permission: Permission) -> None:
    admin = a_person((HOME, AppRole.ORG_ADMIN))

    assert allows(admin, permission, Thing(admin.user_id, HOME)) is (OWN in TABLE[permission])


@given(st.sampled_from(Permission))
def test_a_higher_role_never_has_less(permission: Permission) -> None:
    holders = [role in TABLE[permission] for role in sorted(MEMBER_ROLES, key=lambda role: role.rank)]

    assert holders == sorted(holders)


@pytest.mark.parametrize(
    "permission",
    [Permission.SCORE_READ, Permission.PLAN_READ, Permission.SIGNALS_READ, Permission.RECORDING_READ],
)
def test_a_candidate_never_sees_what_judges_them(permission: Permission) -> None:
    candidate = a_person()

    assert not allows(candidate, permission, Thing(candidate.user_id, HOME))


def test_dei_data_and_practice_are_nobody_elses() -> None:
    for role in MEMBER_ROLES:
        for permission in (Permission.DEI_READ, Permission.DEI_WRITE, Permission.PRACTICE):
            assert not allows(a_person((HOME, role)), permission, Thing(uuid4(), HOME))


def test_nobody_without_a_relation_has_any_right() -> None:
    for permission in Permission:
        assert not allows(a_person((HOME, AppRole.ORG_ADMIN)), permission, Thing())


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("admin", AppRole.ORG_ADMIN),
        (" Owner ", AppRole.ORG_ADMIN),
        ("hiring_manager", AppRole.ORG_RECRUITER),
        ("recruiter", AppRole.ORG_RECRUITER),
        ("viewer", AppRole.ORG_VIEWER),
        ("member", AppRole.ORG_VIEWER),
        ("org_viewer", AppRole.ORG_VIEWER),
        ("candidate", None),
        ("root", None),
        ("", None),
    ],
)
def test_membership_words_are_normalised(word: str, role: AppRole | None) -> None:
    assert membership_role(word) is role


def test_a_person_without_a_row_is_a_candidate() -> None:
    assert a_person().role is AppRole.CANDIDATE
    assert a_person().main_membership is None


def test_the_highest_membership_speaks_for_a_person_of_two_organisations() -> None:
    person = a_person((HOME, AppRole.ORG_VIEWER), (ELSEWHERE, AppRole.ORG_ADMIN))

    assert person.main_membership == Membership(ELSEWHERE, AppRole.ORG_ADMIN)
    assert person.role_in(HOME) is AppRole.ORG_VIEWER
    assert person.role_in(uuid4()) is None


@pytest.mark.parametrize("permission", Permission)
def test_an_operator_has_the_operations_and_nothing_of_anybody(permission: Permission) -> None:
    operator = Principal(Person(uuid4(), "a@example.com"), (), frozenset(PlatformRole))

    assert allows_on_platform(operator, permission) is permission.startswith("operations.")
    assert not allows(operator, permission, Thing(uuid4(), HOME))


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", AppRole)
def test_no_role_in_an_organisation_is_one_over_the_platform(permission: Permission, role: AppRole) -> None:
    member = a_person((HOME, role))

    assert not allows_on_platform(member, permission)
    if permission.startswith("operations."):
        assert not allows(member, permission, Thing(member.user_id, HOME))


def test_nobody_is_made_an_operator_by_the_word_for_it() -> None:
    assert membership_role("platform_operator") is None
