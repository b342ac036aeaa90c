"""The Memberships port, held against the fake."""

from uuid import uuid4

from shared.domain.identity import AppRole, Membership
from tests.fakes.memberships import FakeMemberships


async def test_a_person_without_a_row_belongs_nowhere() -> None:
    assert await FakeMemberships().of(uuid4()) == ()


async def test_every_membership_of_a_person_is_found_and_nobody_elses() -> None:
    memberships = FakeMemberships()
    ada, grace = uuid4(), uuid4()
    first, second = Membership(uuid4(), AppRole.ORG_ADMIN), Membership(uuid4(), AppRole.ORG_VIEWER)
    memberships.rows[ada] += [first, second]
    memberships.rows[grace] += [Membership(uuid4(), AppRole.ORG_ADMIN)]

    assert set(await memberships.of(ada)) == {first, second}
