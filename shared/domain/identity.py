"""Who is calling, and in which role."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.domain.secret import Secret

NO_TOKEN = Secret("")


class AppRole(StrEnum):
    """The role that a person acts in. It comes from our tables, never from the token."""

    CANDIDATE = "candidate"
    ORG_VIEWER = "org_viewer"
    ORG_RECRUITER = "org_recruiter"
    ORG_ADMIN = "org_admin"

    @property
    def rank(self) -> int:
        return list(AppRole).index(self)


class PlatformRole(StrEnum):
    """A right over the platform, and over no organisation. It is given in the database, by hand."""

    OPERATOR = "platform_operator"


SPOKEN_ROLES = {
    "admin": AppRole.ORG_ADMIN,
    "owner": AppRole.ORG_ADMIN,
    "recruiter": AppRole.ORG_RECRUITER,
    "hiring_manager": AppRole.ORG_RECRUITER,
    "viewer": AppRole.ORG_VIEWER,
    "member": AppRole.ORG_VIEWER,
}


def membership_role(word: str) -> AppRole | None:
    """The role behind a membership word; None for a word that names none."""
    plain = word.strip().lower()
    if plain in SPOKEN_ROLES:
        return SPOKEN_ROLES[plain]
    organisational = {role.value: role for role in AppRole if role is not AppRole.CANDIDATE}
    return organisational.get(plain)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a verified token names, and the token to act as them. It says nothing of rights."""

    user_id: UUID
    email: str
    token: Secret = field(default=NO_TOKEN, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Membership:
    organisation_id: UUID
    role: AppRole


@dataclass(frozen=True, slots=True)
class Principal:
    """A person with the rights that our tables give them."""

    person: Person
    memberships: tuple[Membership, ...] = ()
    platform_roles: frozenset[PlatformRole] = frozenset()

    @property
    def user_id(self) -> UUID:
        return self.person.user_id

    @property
    def main_membership(self) -> Membership | None:
        """The one that a single answer names: the highest role, then the smallest id."""
        return min(self.memberships, key=lambda each: (-each.role.rank, each.organisation_id), default=None)

    @property
    def role(self) -> AppRole:
        return self.main_membership.role if self.main_membership else AppRole.CANDIDATE

    def role_in(self, organisation_id: UUID | None) -> AppRole | None:
        return next((each.role for each in self.memberships if each.organisation_id == organisation_id), None)
