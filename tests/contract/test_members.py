"""The Members port, held against the fake and against the database."""

import asyncio

import pytest

from shared.domain.identity import AppRole
from shared.domain.paging import Cut, Order
from shared.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionFailedError
from tests.contract.tenants import Town

IN_ORDER = Order(descending=False)


async def test_members_are_listed_as_they_joined_with_addresses_and_roles(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    grace = await town.joined(ada, place, AppRole.ORG_RECRUITER)
    mary = await town.joined(ada, place, AppRole.ORG_VIEWER)

    first = await town.members.page(mary, place, Cut(2, IN_ORDER), None)
    rest = await town.members.page(mary, place, Cut(2, IN_ORDER, first.last), None)
    recruiters = await town.members.page(mary, place, Cut(order=IN_ORDER), AppRole.ORG_RECRUITER)

    assert [(each.email, each.role) for each in (*first.rows, *rest.rows)] == [
        (ada.email, AppRole.ORG_ADMIN),
        (grace.email, AppRole.ORG_RECRUITER),
        (mary.email, AppRole.ORG_VIEWER),
    ]
    assert [each.user_id for each in recruiters.rows] == [grace.user_id]


async def test_nobody_else_finds_a_member(town: Town) -> None:
    place = (await town.an_organisation(town.a_person())).id

    assert (await town.members.page(town.a_person(), place, Cut(), None)).rows == ()


async def test_an_address_nobody_has_is_not_found_and_who_is_in_is_a_conflict(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    grace = await town.joined(ada, place, AppRole.ORG_VIEWER)

    with pytest.raises(NotFoundError, match=r"Person not found\."):
        await town.members.add(ada, place, "nobody@example.com", AppRole.ORG_VIEWER)
    with pytest.raises(ConflictError, match="member already"):
        await town.members.add(ada, place, grace.email, AppRole.ORG_ADMIN)


async def test_who_is_no_admin_adds_changes_and_removes_nobody(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    grace = await town.joined(ada, place, AppRole.ORG_RECRUITER)

    with pytest.raises(ForbiddenError):
        await town.members.add(grace, place, town.a_person().email, AppRole.ORG_VIEWER)
    with pytest.raises(NotFoundError):
        await town.members.change(grace, place, grace.user_id, AppRole.ORG_ADMIN, None)
    with pytest.raises(NotFoundError):
        await town.members.remove(grace, place, ada.user_id, None)


async def test_a_role_changes_for_the_version_that_was_seen(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    added = await town.members.add(ada, place, town.a_person().email, AppRole.ORG_VIEWER)

    changed = await town.members.change(ada, place, added.user_id, AppRole.ORG_RECRUITER, (added.updated_at,))

    assert (changed.user_id, changed.email, changed.role) == (
        added.user_id,
        added.email,
        AppRole.ORG_RECRUITER,
    )
    with pytest.raises(PreconditionFailedError):
        await town.members.remove(ada, place, added.user_id, (added.updated_at,))


async def test_the_last_admin_stays_one(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id

    with pytest.raises(ConflictError, match="last admin"):
        await town.members.remove(ada, place, ada.user_id, None)
    with pytest.raises(ConflictError, match="last admin"):
        await town.members.change(ada, place, ada.user_id, AppRole.ORG_VIEWER, None)


async def test_two_admins_who_remove_each_other_at_once_do_not_both_succeed(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    grace = await town.joined(ada, place, AppRole.ORG_ADMIN)

    outcomes = await asyncio.gather(
        town.members.remove(ada, place, grace.user_id, None),
        town.members.remove(grace, place, ada.user_id, None),
        return_exceptions=True,
    )

    assert sorted((each is None) for each in outcomes) == [False, True]
    left = [
        each.user_id
        for person in (ada, grace)
        for each in (await town.members.page(person, place, Cut(), None)).rows
    ]
    assert len(left) == 1


async def test_who_was_removed_has_no_rights_from_that_moment(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    grace = await town.joined(ada, place, AppRole.ORG_ADMIN)
    await town.members.remove(ada, place, grace.user_id, None)

    with pytest.raises(NotFoundError):
        await town.organisations.read(grace, place)
