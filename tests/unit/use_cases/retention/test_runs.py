"""Admins ask for a run of their own organisation, and read what runs did."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.privacy import NewRetentionRun, RetentionRun, RetentionRunsQuery
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.paging import Cut, Page
from shared.domain.permissions import Thing
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.use_cases.authorise import Authorise
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.identify import Identify
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.retention.list_runs import ListRuns
from shared.use_cases.retention.request_run import RequestRun
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.clock import FakeClock
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.retention import FakeRetention

WISH = NewRetentionRun(action="cleanup_recordings")


class Office:
    def __init__(self) -> None:
        self.retention = FakeRetention(FakeClock())
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        authorise = Authorise(self.ownership, RecordAudit(FakeAuditTrail()))
        choose = ChooseOrganisation(authorise, Identify(self.memberships))
        self.request = RequestRun(self.retention, choose)
        self.list = ListRuns(self.retention, choose)

    def an_organisation(self) -> UUID:
        organisation_id = uuid4()
        self.ownership.put(Kind.ORGANISATION, organisation_id, Thing(organisation_id=organisation_id))
        return organisation_id

    def somebody(self, role: AppRole, *organisations: UUID) -> Person:
        person = Person(uuid4(), f"{uuid4()}@example.org")
        self.memberships.rows[person.user_id] += [Membership(each, role) for each in organisations]
        return person


@pytest.fixture
def office() -> Office:
    return Office()


async def test_asking_twice_is_asking_once_until_it_is_over(office: Office) -> None:
    organisation_id = office.an_organisation()
    admin = office.somebody(AppRole.ORG_ADMIN, organisation_id)

    first, again = await office.request(admin, WISH), await office.request(admin, WISH)
    assert first == again
    assert (first.organisation_id, first.status) == (organisation_id, "requested")
    await office.retention.begin(is_daily=False)
    assert (await office.request(admin, WISH)).id == first.id
    await office.retention.finish()

    assert (await office.request(admin, WISH)).id != first.id


async def test_one_that_ends_in_between_is_followed_by_another(office: Office) -> None:
    organisation_id = office.an_organisation()
    admin = office.somebody(AppRole.ORG_ADMIN, organisation_id)
    office.retention = ends = Ends(FakeClock())
    request = RequestRun(ends, office.request._choose)
    first = await request(admin, WISH)

    assert (await request(admin, WISH)).id != first.id


@pytest.mark.parametrize("role", [AppRole.ORG_VIEWER, AppRole.ORG_RECRUITER])
async def test_only_admins_ask_and_read(office: Office, role: AppRole) -> None:
    organisation_id = office.an_organisation()
    person = office.somebody(role, organisation_id)

    for organisation in (None, organisation_id):
        with pytest.raises(ForbiddenError):
            await office.request(person, WISH.model_copy(update={"organisation_id": organisation}))
        with pytest.raises(ForbiddenError):
            await office.list(person, RetentionRunsQuery(organisation_id=organisation))
    assert not office.retention.runs


async def test_another_organisation_is_not_theirs(office: Office) -> None:
    admin = office.somebody(AppRole.ORG_ADMIN, office.an_organisation())

    with pytest.raises(ForbiddenError):
        await office.request(admin, WISH.model_copy(update={"organisation_id": office.an_organisation()}))
    with pytest.raises(NotFoundError):
        await office.request(admin, WISH.model_copy(update={"organisation_id": uuid4()}))


async def test_who_administers_several_names_one(office: Office) -> None:
    mine, other = office.an_organisation(), office.an_organisation()
    admin = office.somebody(AppRole.ORG_ADMIN, mine, other)

    with pytest.raises(InvalidInputError):
        await office.request(admin, WISH)
    await office.request(admin, WISH.model_copy(update={"organisation_id": mine}))
    await office.request(admin, WISH.model_copy(update={"organisation_id": other}))

    page = await office.list(admin, RetentionRunsQuery(organisation_id=other, status="requested"))
    assert [each.organisation_id for each in page.rows] == [other]


class Ends(FakeRetention):
    """The open run ends between two looks at it."""

    async def page(self, caller: Person, cut: Cut, wanted: object) -> Page[RetentionRun]:
        await self.begin(is_daily=False)
        await self.finish()
        return Page(())
