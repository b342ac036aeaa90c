"""The edge: every trigger of the app, one file a family."""

from blueprints import (
    applications,
    audit,
    candidates,
    documentation,
    health,
    identity,
    interview,
    invitations,
    job_roles,
    organisations,
    practice,
    questions,
    realtime,
    workflows,
)

ALL = (
    health.api.blueprint,
    identity.api.blueprint,
    organisations.api.blueprint,
    job_roles.api.blueprint,
    candidates.api.blueprint,
    applications.api.blueprint,
    invitations.api.blueprint,
    interview.api.blueprint,
    realtime.api.blueprint,
    practice.api.blueprint,
    questions.api.blueprint,
    audit.api.blueprint,
    documentation.api.blueprint,
    *workflows.ALL,
)
