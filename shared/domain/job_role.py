"""A role that an organisation hires for, and the states it goes through."""

from enum import StrEnum


class JobRoleStatus(StrEnum):
    """Only an active one takes applications and new invitations; only a closed one can be deleted."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
