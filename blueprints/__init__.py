"""The edge: every trigger of the app, one file a family."""

from blueprints import (
    applications,
    candidates,
    documentation,
    health,
    identity,
    interview,
    invitations,
    practice,
    questions,
    workflows,
)

ALL = (
    health.api.blueprint,
    identity.api.blueprint,
    candidates.api.blueprint,
    applications.api.blueprint,
    invitations.api.blueprint,
    interview.api.blueprint,
    practice.api.blueprint,
    questions.api.blueprint,
    documentation.api.blueprint,
    workflows.blueprint,
)
