"""Who may do what: one table, used by every use case, repeated by the database in its own words.

A right on a thing comes from one of two relations to it: the thing is the person's own (`OWN`),
or it belongs to an organisation in which the person has a role. The candidate of an application
has no right of the organisation on it.

What keeps the platform running belongs to nobody: its rights come from a role over the platform,
which gives no right on anything else.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.domain.identity import AppRole, PlatformRole, Principal


class Permission(StrEnum):
    ORGANISATION_CREATE = "organisation.create"
    ORGANISATION_READ = "organisation.read"
    ORGANISATION_CARD_READ = "organisation_card.read"
    ORGANISATION_UPDATE = "organisation.update"
    MEMBERS_READ = "members.read"
    MEMBERS_MANAGE = "members.manage"
    JOB_ROLE_READ = "job_role.read"
    JOB_ROLE_CARD_READ = "job_role_card.read"
    JOB_ROLE_WRITE = "job_role.write"
    JOB_ROLE_DELETE = "job_role.delete"
    APPLICATION_CREATE = "application.create"
    APPLICATION_READ = "application.read"
    APPLICATION_WITHDRAW = "application.withdraw"
    APPLICATION_MOVE = "application.move"
    APPLICATION_REJECT = "application.reject"
    PROFILE_READ = "profile.read"
    PROFILE_WRITE = "profile.write"
    CV_READ = "cv.read"
    FILE_READ = "file.read"
    DEI_READ = "dei.read"
    DEI_WRITE = "dei.write"
    DEI_AGGREGATES = "dei.aggregates"
    INVITATION_READ = "invitation.read"
    INVITATION_MANAGE = "invitation.manage"
    INTERVIEW_TAKE = "interview.take"
    INTERVIEW_READ = "interview.read"
    INTERVIEW_CANCEL = "interview.cancel"
    INTERVIEW_END = "interview.end"
    PLAN_READ = "plan.read"
    TRANSCRIPT_READ = "transcript.read"
    SCORE_READ = "score.read"
    SCORE_RUN = "score.run"
    SCORE_NOTE = "score.note"
    SCORE_OVERRIDE = "score.override"
    FEEDBACK_READ = "feedback.read"
    SIGNALS_SEND = "signals.send"
    SIGNALS_READ = "signals.read"
    CALL_PLACE = "call.place"
    CALL_READ = "call.read"
    CALL_CONTROL = "call.control"
    RECORDING_CONTROL = "recording.control"
    RECORDING_READ = "recording.read"
    RECORDING_DELETE = "recording.delete"
    BATCH_READ = "batch.read"
    BATCH_MANAGE = "batch.manage"
    SHORTLIST_READ = "shortlist.read"
    SHORTLIST_GENERATE = "shortlist.generate"
    SCORECARD_READ = "scorecard.read"
    ENVIRONMENT_MANAGE = "environment.manage"
    HUMAN_REVIEW = "human_review"
    AUDIT_READ = "audit.read"
    RETENTION_CHANGE = "retention.change"
    PRIVACY_REQUEST = "privacy.request"
    PRACTICE = "practice"
    OPERATIONS_READ = "operations.read"
    OPERATIONS_RETRY = "operations.retry"


OWN = AppRole.CANDIDATE
VIEWER, RECRUITER, ADMIN = AppRole.ORG_VIEWER, AppRole.ORG_RECRUITER, AppRole.ORG_ADMIN

_MEMBERS = frozenset({VIEWER, RECRUITER, ADMIN})
_RECRUITERS = frozenset({RECRUITER, ADMIN})
_ADMINS = frozenset({ADMIN})
_OWNER = frozenset({OWN})
_OPERATORS = frozenset({PlatformRole.OPERATOR})

TABLE: dict[Permission, frozenset[AppRole] | frozenset[PlatformRole]] = {
    Permission.ORGANISATION_CREATE: _OWNER,
    Permission.ORGANISATION_READ: _MEMBERS,
    Permission.ORGANISATION_CARD_READ: _OWNER | _MEMBERS,
    Permission.ORGANISATION_UPDATE: _ADMINS,
    Permission.MEMBERS_READ: _MEMBERS,
    Permission.MEMBERS_MANAGE: _ADMINS,
    Permission.JOB_ROLE_READ: _MEMBERS,
    Permission.JOB_ROLE_CARD_READ: _OWNER | _MEMBERS,
    Permission.JOB_ROLE_WRITE: _RECRUITERS,
    Permission.JOB_ROLE_DELETE: _ADMINS,
    Permission.APPLICATION_CREATE: _OWNER,
    Permission.APPLICATION_READ: _OWNER | _MEMBERS,
    Permission.APPLICATION_WITHDRAW: _OWNER,
    Permission.APPLICATION_MOVE: _RECRUITERS,
    Permission.APPLICATION_REJECT: _RECRUITERS,
    Permission.PROFILE_READ: _OWNER | _MEMBERS,
    Permission.PROFILE_WRITE: _OWNER,
    Permission.CV_READ: _MEMBERS,
    Permission.FILE_READ: _OWNER,
    Permission.DEI_READ: _OWNER,
    Permission.DEI_WRITE: _OWNER,
    Permission.DEI_AGGREGATES: _ADMINS,
    Permission.INVITATION_READ: _OWNER | _MEMBERS,
    Permission.INVITATION_MANAGE: _RECRUITERS,
    Permission.INTERVIEW_TAKE: _OWNER,
    Permission.INTERVIEW_READ: _OWNER | _MEMBERS,
    Permission.INTERVIEW_CANCEL: _RECRUITERS,
    Permission.INTERVIEW_END: _OWNER | _RECRUITERS,
    Permission.PLAN_READ: _MEMBERS,
    Permission.TRANSCRIPT_READ: _OWNER | _MEMBERS,
    Permission.SCORE_READ: _MEMBERS,
    Permission.SCORE_RUN: _RECRUITERS,
    Permission.SCORE_NOTE: _RECRUITERS,
    Permission.SCORE_OVERRIDE: _ADMINS,
    Permission.FEEDBACK_READ: _OWNER,
    Permission.SIGNALS_SEND: _OWNER,
    Permission.SIGNALS_READ: _RECRUITERS,
    Permission.CALL_PLACE: _OWNER | _RECRUITERS,
    Permission.CALL_READ: _OWNER | _MEMBERS,
    Permission.CALL_CONTROL: _RECRUITERS,
    Permission.RECORDING_CONTROL: _OWNER | _RECRUITERS,
    Permission.RECORDING_READ: _RECRUITERS,
    Permission.RECORDING_DELETE: _ADMINS,
    Permission.BATCH_READ: _MEMBERS,
    Permission.BATCH_MANAGE: _RECRUITERS,
    Permission.SHORTLIST_READ: _MEMBERS,
    Permission.SHORTLIST_GENERATE: _RECRUITERS,
    Permission.SCORECARD_READ: _MEMBERS,
    Permission.ENVIRONMENT_MANAGE: _ADMINS,
    Permission.HUMAN_REVIEW: _ADMINS,
    Permission.AUDIT_READ: _ADMINS,
    Permission.RETENTION_CHANGE: _ADMINS,
    Permission.PRIVACY_REQUEST: _OWNER,
    Permission.PRACTICE: _OWNER,
    Permission.OPERATIONS_READ: _OPERATORS,
    Permission.OPERATIONS_RETRY: _OPERATORS,
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What a right is asked for, by the two relations that can give it."""

    owner_id: UUID | None = None
    organisation_id: UUID | None = None


def allows(principal: Principal, permission: Permission, thing: Thing) -> bool:
    holders = TABLE[permission]
    owns = thing.owner_id is not None and thing.owner_id == principal.user_id
    if owns and OWN in holders:
        return True
    role = principal.role_in(thing.organisation_id) if thing.organisation_id else None
    # one's own application is never judged by oneself, whatever one's role in the organisation
    return role is not None and role in holders and not owns


def allows_anywhere(principal: Principal, permission: Permission) -> bool:
    """For what belongs to no organisation and is meant for those who may do this in any of theirs."""
    things = (Thing(organisation_id=each.organisation_id) for each in principal.memberships)
    return any(allows(principal, permission, each) for each in things)


def allows_on_platform(principal: Principal, permission: Permission) -> bool:
    """For what belongs to nobody: only a role over the platform gives it."""
    return not principal.platform_roles.isdisjoint(TABLE[permission])
