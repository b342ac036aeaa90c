"""Whose something is, and what is not even known to exist from outside."""

from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.identity import Principal
from shared.domain.permissions import Thing


class Kind(StrEnum):
    """What an id can name in a path or a body."""

    ORGANISATION = "organisation"
    CANDIDATE = "candidate"
    JOB_ROLE = "job_role"
    APPLICATION = "application"
    INVITATION = "invitation"
    INTERVIEW = "interview"
    CALL = "call"
    RECORDING = "recording"
    PRACTICE_INTERVIEW = "practice_interview"
    SKILL = "skill"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    FILE = "file"
    RESUME_BATCH = "resume_batch"
    RESUME_ITEM = "resume_item"
    DELETION_REQUEST = "deletion_request"
    EXPORT = "export"
    RETENTION_RUN = "retention_run"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that exists, whose it is, and who asks for it."""

    kind: Kind
    principal: Principal
    thing: Thing
    state: str | None = None
    is_applicant: bool = False
    """Whether the caller has applied to this role, or to a role of this organisation."""

    @property
    def is_of_own_organisation(self) -> bool:
        return self.principal.role_in(self.thing.organisation_id) is not None

    @property
    def as_applied_to(self) -> Thing:
        """What it is to somebody who applied there: their own concern."""
        return replace(self.thing, owner_id=self.principal.user_id) if self.is_applicant else self.thing

    @property
    def is_own(self) -> bool:
        return self.thing.owner_id == self.principal.user_id

    @property
    def is_hidden(self) -> bool:
        """What answers like an unknown id: a draft from outside, another person's practice."""
        match self.kind:
            case Kind.JOB_ROLE:
                return self.state == "draft" and not self.is_of_own_organisation
            case Kind.PRACTICE_INTERVIEW:
                return not self.is_own
            case _:
                return False
