"""Unknown comes before forbidden; who is refused leaves a trace."""

from uuid import uuid4

import pytest

from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, Thing
from shared.errors import ForbiddenError, NotFoundError
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership

ADA = Person(uuid4(), "ada@example.com")
ACME, ROLE = uuid4(), uuid4()


class Gate:
    def __init__(self) -> None:
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        self.trail = FakeAuditTrail()
        self.authorise = Authorise(self.ownership, RecordAudit(self.trail))

    def join(self, role: AppRole) -> None:
        self.memberships.rows[ADA.user_id] = [Membership(ACME, role)]


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_what_is_unknown_is_not_found(gate: Gate) -> None:
    with pytest.raises(NotFoundError, match=r"Job role not found\."):
        await gate.authorise(ADA, Permission.JOB_ROLE_READ, Kind.JOB_ROLE, ROLE)


async def test_who_may_gets_the_thing_and_their_own_rights(gate: Gate) -> None:
    gate.join(AppRole.ORG_RECRUITER)
    gate.ownership.put(Kind.JOB_ROLE, ROLE, Thing(organisation_id=ACME), "draft")

    found = await gate.authorise(ADA, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, ROLE)

    assert (found.thing.organisation_id, found.state) == (ACME, "draft")
    assert found.principal.role_in(ACME) is AppRole.ORG_RECRUITER
    assert gate.trail.events == []


async def test_a_member_who_may_not_is_forbidden_and_named_in_the_log_of_the_organisation(gate: Gate) -> None:
    gate.join(AppRole.ORG_VIEWER)
    gate.ownership.put(Kind.JOB_ROLE, ROLE, Thing(organisation_id=ACME), "active")

    with pytest.raises(ForbiddenError, match=r"This job role is not yours\."):
        await gate.authorise(ADA, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, ROLE)

    (event,) = gate.trail.events
    assert (event.action, event.entity_type, event.entity_id) == ("auth.access_denied", "job_role", ROLE)
    assert (event.user_id, event.organisation_id) == (ADA.user_id, ACME)
    assert event.new_values == {"permission": "job_role.write"}


async def test_a_stranger_cannot_write_into_the_log_of_an_organisation(gate: Gate) -> None:
    gate.ownership.put(Kind.JOB_ROLE, ROLE, Thing(organisation_id=ACME), "active")

    with pytest.raises(ForbiddenError):
        await gate.authorise(ADA, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, ROLE)

    assert gate.trail.events[0].organisation_id is None


async def test_a_draft_is_unknown_outside_and_known_inside(gate: Gate) -> None:
    gate.ownership.put(Kind.JOB_ROLE, ROLE, Thing(organisation_id=ACME), "draft")

    with pytest.raises(NotFoundError):
        await gate.authorise(ADA, Permission.JOB_ROLE_READ, Kind.JOB_ROLE, ROLE)
    gate.join(AppRole.ORG_VIEWER)
    await gate.authorise(ADA, Permission.JOB_ROLE_READ, Kind.JOB_ROLE, ROLE)


async def test_the_practice_of_somebody_else_is_unknown_to_everybody(gate: Gate) -> None:
    gate.join(AppRole.ORG_ADMIN)
    gate.ownership.put(Kind.PRACTICE_INTERVIEW, ROLE, Thing(owner_id=uuid4()))

    with pytest.raises(NotFoundError, match=r"Practice interview not found\."):
        await gate.authorise(ADA, Permission.PRACTICE, Kind.PRACTICE_INTERVIEW, ROLE)


async def test_a_lost_trace_does_not_change_the_answer(gate: Gate) -> None:
    gate.trail.reachable = False
    gate.ownership.put(Kind.JOB_ROLE, ROLE, Thing(organisation_id=ACME), "active")

    with pytest.raises(ForbiddenError):
        await gate.authorise(ADA, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, ROLE)
