"""The edge: every trigger of the app, one file a family."""

from blueprints import documentation, health, workflows

ALL = (health.api.blueprint, documentation.api.blueprint, workflows.blueprint)
