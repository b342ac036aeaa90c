"""The edge: every trigger of the app, one file a family."""

from blueprints import documentation, health, identity, workflows

ALL = (health.api.blueprint, identity.api.blueprint, documentation.api.blueprint, workflows.blueprint)
