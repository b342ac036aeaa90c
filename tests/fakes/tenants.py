"""Organisations with their members, roles and audit log in memory, for whoever may see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from shared.contracts.audit import AuditEntry
from shared.contracts.job_roles import JobRole, JobRoleCard, RoleInterview
from shared.contracts.members import Member
from shared.contracts.organisations import NewOrganisation, Organisation, OrganisationCard, OrganisationStats
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.organisation import VALUES_FRAMEWORK
from shared.domain.ownership import Kind
from shared.domain.paging import Cut, Page
from shared.domain.permissions import Thing
from shared.domain.versions import Versions
from shared.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionFailedError
from shared.ports.audit_log import EntryFilter
from shared.ports.job_roles import InterviewFilter, RoleFilter
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.pages import cut_out

MOVES: Final = {
    ("draft", "active"),
    ("active", "paused"),
    ("paused", "active"),
    ("active", "closed"),
    ("paused", "closed"),
}
RECRUITERS: Final = {AppRole.ORG_RECRUITER, AppRole.ORG_ADMIN}
START: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)


@dataclass
class Tenants:
    """What the stores share. Time goes on with every write."""

    memberships: FakeMemberships = field(default_factory=FakeMemberships)
    organisations: dict[UUID, Organisation] = field(default_factory=dict)
    members: dict[tuple[UUID, UUID], Member] = field(default_factory=dict)
    job_roles: dict[UUID, JobRole] = field(default_factory=dict)
    applied: set[tuple[UUID, UUID]] = field(default_factory=set)
    interviews: list[tuple[UUID, RoleInterview]] = field(default_factory=list)
    entries: list[tuple[UUID, AuditEntry]] = field(default_factory=list)
    people: dict[str, UUID] = field(default_factory=dict)
    ticks: int = 0

    def __post_init__(self) -> None:
        self.ownership = FakeOwnership(self.memberships)

    def now(self) -> datetime:
        self.ticks += 1
        return START + timedelta(seconds=self.ticks)

    def a_person(self, name: str = "ada") -> Person:
        person = Person(uuid4(), f"{name}-{uuid4()}@example.com")
        self.people[person.email] = person.user_id
        return person

    def role(self, person: Person, organisation_id: UUID) -> AppRole | None:
        member = self.members.get((organisation_id, person.user_id))
        return member.role if member else None

    def join(self, organisation_id: UUID, user_id: UUID, email: str, role: AppRole) -> Member:
        now = self.now()
        member = Member(
            organisation_id=organisation_id,
            user_id=user_id,
            email=email,
            role=role,
            created_at=now,
            updated_at=now,
        )
        self.members[organisation_id, user_id] = member
        self._tell_memberships(user_id)
        return member

    def leave(self, organisation_id: UUID, user_id: UUID) -> None:
        del self.members[organisation_id, user_id]
        self._tell_memberships(user_id)

    def note(self, organisation_id: UUID, action: str, entity_type: str, person: Person) -> None:
        mine = [each for of, each in self.entries if of == organisation_id]
        entry = AuditEntry(
            id=uuid4(),
            sequence=len(mine) + 1,
            action=action,
            entity_type=entity_type,
            entity_id=uuid4(),
            user_id=person.user_id,
            old_values=None,
            new_values={},
            ip_address=None,
            request_id=None,
            masked_at=None,
            previous_hash="0" * 64,
            row_hash="0" * 64,
            created_at=self.now(),
        )
        self.entries.append((organisation_id, entry))

    def _tell_memberships(self, user_id: UUID) -> None:
        self.memberships.rows[user_id] = [
            Membership(of, member.role) for (of, whose), member in self.members.items() if whose == user_id
        ]


def _match(versions: Versions, updated_at: datetime) -> None:
    if versions and updated_at not in versions:
        raise PreconditionFailedError("It has changed since you read it. Read it again.")


class FakeOrganisations:
    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants

    async def create(self, caller: Person, wanted: NewOrganisation) -> Organisation:
        now = self._tenants.now()
        made = Organisation(
            **wanted.model_dump(),
            id=uuid4(),
            logo_url=None,
            billing_address=None,
            values_framework=dict(VALUES_FRAMEWORK),
            recording_retention_days=None,
            time_zone="Australia/Sydney",
            languages=["en-AU"],
            consent_text_version=None,
            created_at=now,
            updated_at=now,
        )
        self._tenants.organisations[made.id] = made
        self._tenants.ownership.put(Kind.ORGANISATION, made.id, Thing(organisation_id=made.id))
        self._tenants.join(made.id, caller.user_id, caller.email, AppRole.ORG_ADMIN)
        self._tenants.note(made.id, "organisation.created", "organisation", caller)
        return made

    async def read(self, caller: Person, organisation_id: UUID) -> Organisation:
        if self._tenants.role(caller, organisation_id) is None:
            raise NotFoundError("Resource not found.")
        return self._tenants.organisations[organisation_id]

    async def card(self, caller: Person, organisation_id: UUID) -> OrganisationCard:
        applied = {
            self._tenants.job_roles[role].organisation_id
            for role, whose in self._tenants.applied
            if whose == caller.user_id
        }
        if organisation_id not in applied:
            raise NotFoundError("Resource not found.")
        kept = self._tenants.organisations[organisation_id]
        return OrganisationCard(**{name: getattr(kept, name) for name in OrganisationCard.model_fields})

    async def change(
        self, caller: Person, organisation_id: UUID, changes: Mapping[str, Any], versions: Versions
    ) -> Organisation:
        kept = self._tenants.organisations[organisation_id]
        if self._tenants.role(caller, organisation_id) is not AppRole.ORG_ADMIN:
            raise NotFoundError("Resource not found.")
        _match(versions, kept.updated_at)
        changed = kept.model_copy(update={**changes, "updated_at": self._tenants.now()})
        self._tenants.organisations[organisation_id] = changed
        return changed

    async def stats(self, caller: Person, organisation_id: UUID) -> OrganisationStats:
        roles = [each for each in self._tenants.job_roles.values() if each.organisation_id == organisation_id]
        ids = {each.id for each in roles}
        return OrganisationStats(
            active_roles=sum(each.status is JobRoleStatus.ACTIVE for each in roles),
            total_candidates=len({whose for role, whose in self._tenants.applied if role in ids}),
            completed_interviews=sum(
                role in ids and each.status == "completed" for role, each in self._tenants.interviews
            ),
            average_match_score=None,
            average_overall_score=None,
        )


class FakeMembers:
    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants

    async def page(
        self, caller: Person, organisation_id: UUID, cut: Cut, role: AppRole | None
    ) -> Page[Member]:
        @dataclass
        class Row:
            id: UUID
            created_at: datetime
            member: Member

        rows = [
            Row(each.user_id, each.created_at, each)
            for (of, _), each in self._tenants.members.items()
            if of == organisation_id
            and role in (None, each.role)
            and self._tenants.role(caller, organisation_id)
        ]
        page = cut_out(rows, cut)
        return Page(tuple(each.member for each in page.rows), page.last, page.total)

    async def add(self, caller: Person, organisation_id: UUID, email: str, role: AppRole) -> Member:
        user_id = self._tenants.people.get(email)
        if user_id is None:
            raise NotFoundError("Person not found.")
        if self._tenants.role(caller, organisation_id) is not AppRole.ORG_ADMIN:
            raise ForbiddenError("This is not yours.")
        if (organisation_id, user_id) in self._tenants.members:
            raise ConflictError("This person is a member already.")
        return self._tenants.join(organisation_id, user_id, email, role)

    async def change(
        self, caller: Person, organisation_id: UUID, user_id: UUID, role: AppRole, versions: Versions
    ) -> Member:
        kept = self._kept(caller, organisation_id, user_id)
        _match(versions, kept.updated_at)
        if role is not AppRole.ORG_ADMIN:
            self._keep_an_admin(organisation_id, user_id)
        changed = kept.model_copy(update={"role": role, "updated_at": self._tenants.now()})
        self._tenants.members[organisation_id, user_id] = changed
        self._tenants._tell_memberships(user_id)
        return changed

    async def remove(self, caller: Person, organisation_id: UUID, user_id: UUID, versions: Versions) -> None:
        kept = self._kept(caller, organisation_id, user_id)
        _match(versions, kept.updated_at)
        self._keep_an_admin(organisation_id, user_id)
        self._tenants.leave(organisation_id, user_id)

    def _kept(self, caller: Person, organisation_id: UUID, user_id: UUID) -> Member:
        kept = self._tenants.members.get((organisation_id, user_id))
        if kept is None or self._tenants.role(caller, organisation_id) is not AppRole.ORG_ADMIN:
            raise NotFoundError("Resource not found.")
        return kept

    def _keep_an_admin(self, organisation_id: UUID, user_id: UUID) -> None:
        admins = {
            whose
            for (of, whose), each in self._tenants.members.items()
            if of == organisation_id and each.role is AppRole.ORG_ADMIN
        }
        if admins == {user_id}:
            raise ConflictError("The last admin stays.")


class FakeJobRoles:
    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants

    async def create(self, caller: Person, values: Mapping[str, Any]) -> JobRole:
        organisation_id = UUID(values["organisation_id"])
        if self._tenants.role(caller, organisation_id) not in RECRUITERS:
            raise ForbiddenError("This is not yours.")
        now = self._tenants.now()
        unset = dict.fromkeys(JobRole.model_fields)
        made = JobRole.model_validate(
            {
                **unset,
                **values,
                "id": uuid4(),
                "status": "draft",
                "rubric_version": 1,
                "created_by": caller.user_id,
                "created_at": now,
                "updated_at": now,
            }
        )
        self._put(made)
        return made

    async def read(self, caller: Person, job_role_id: UUID) -> JobRole:
        kept = self._tenants.job_roles.get(job_role_id)
        if kept is None or self._tenants.role(caller, kept.organisation_id) is None:
            raise NotFoundError("Resource not found.")
        return kept

    async def card(self, caller: Person, job_role_id: UUID) -> JobRoleCard:
        kept = self._tenants.job_roles.get(job_role_id)
        if kept is None or not self._is_shown(caller, kept):
            raise NotFoundError("Resource not found.")
        return self._card(kept)

    async def page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRole]:
        return cut_out(
            [each for each in self._wanted(wanted) if self._tenants.role(caller, each.organisation_id)], cut
        )

    async def card_page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRoleCard]:
        return cut_out(
            [self._card(each) for each in self._wanted(wanted) if self._is_shown(caller, each)], cut
        )

    async def change(
        self,
        caller: Person,
        job_role_id: UUID,
        changes: Mapping[str, Any],
        status: JobRoleStatus | None,
        versions: Versions,
    ) -> JobRole:
        kept = await self.read(caller, job_role_id)
        if self._tenants.role(caller, kept.organisation_id) not in RECRUITERS:
            raise ForbiddenError("This job role is not yours.")
        _match(versions, kept.updated_at)
        becomes = status or kept.status
        if becomes is not kept.status and (kept.status.value, becomes.value) not in MOVES:
            raise ConflictError("Not from here.", code="invalid_transition")
        changed = JobRole.model_validate(kept.model_dump() | dict(changes) | {"status": becomes})
        version = kept.rubric_version + (changed.scoring_rubric != kept.scoring_rubric)
        changed = changed.model_copy(update={"rubric_version": version, "updated_at": self._tenants.now()})
        self._put(changed)
        return changed

    async def remove(self, caller: Person, job_role_id: UUID, versions: Versions) -> None:
        kept = await self.read(caller, job_role_id)
        if self._tenants.role(caller, kept.organisation_id) is not AppRole.ORG_ADMIN:
            raise NotFoundError("Resource not found.")
        _match(versions, kept.updated_at)
        if kept.status is not JobRoleStatus.CLOSED or any(
            role == job_role_id for role, _ in self._tenants.applied
        ):
            raise ConflictError("This clashes with something that is there already.")
        del self._tenants.job_roles[job_role_id]
        del self._tenants.ownership.things[Kind.JOB_ROLE, job_role_id]

    async def interviews(self, caller: Person, cut: Cut, wanted: InterviewFilter) -> Page[RoleInterview]:
        return cut_out(
            [
                each
                for role, each in self._tenants.interviews
                if role == wanted.job_role_id
                and wanted.status in (None, each.status)
                and wanted.application_status in (None, each.application_status)
                and wanted.needs_human_review in (None, each.needs_human_review)
            ],
            cut,
        )

    async def count_interviews(self, caller: Person, job_role_id: UUID) -> dict[str, int]:
        states = [each.status for role, each in self._tenants.interviews if role == job_role_id]
        return {state: states.count(state) for state in dict.fromkeys(states)}

    def _wanted(self, wanted: RoleFilter) -> list[JobRole]:
        return [
            each
            for each in self._tenants.job_roles.values()
            if wanted.organisation_id in (None, each.organisation_id) and wanted.status in (None, each.status)
        ]

    def _is_shown(self, caller: Person, role: JobRole) -> bool:
        applied = (role.id, caller.user_id) in self._tenants.applied
        return role.status is JobRoleStatus.ACTIVE or (applied and role.status is not JobRoleStatus.DRAFT)

    def _card(self, role: JobRole) -> JobRoleCard:
        shown = {name: getattr(role, name) for name in JobRoleCard.model_fields if hasattr(role, name)}
        name = self._tenants.organisations[role.organisation_id].name
        return JobRoleCard(**shown, organisation_name=name)

    def _put(self, role: JobRole) -> None:
        self._tenants.job_roles[role.id] = role
        whose = Thing(organisation_id=role.organisation_id)
        self._tenants.ownership.put(Kind.JOB_ROLE, role.id, whose, role.status.value)


class FakeAuditLog:
    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants

    async def page(self, caller: Person, cut: Cut, wanted: EntryFilter) -> Page[AuditEntry]:
        if self._tenants.role(caller, wanted.organisation_id) is not AppRole.ORG_ADMIN:
            return Page(())
        tests: list[Callable[[AuditEntry], bool]] = [
            lambda each: wanted.action in (None, each.action),
            lambda each: wanted.entity_type in (None, each.entity_type),
            lambda each: wanted.entity_id in (None, each.entity_id),
            lambda each: wanted.user_id in (None, each.user_id),
            lambda each: wanted.since is None or each.created_at >= wanted.since,
            lambda each: wanted.until is None or each.created_at <= wanted.until,
        ]
        mine = [each for of, each in self._tenants.entries if of == wanted.organisation_id]
        return cut_out([each for each in mine if all(test(each) for test in tests)], cut)
