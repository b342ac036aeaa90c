"""Registers the orchestrators of shared/workflows, and binds each activity to one use case."""

from blueprints.workflows import operations, questions, recordings, self_check

ALL = (
    self_check.blueprint,
    questions.blueprint,
    recordings.blueprint,
    operations.blueprint,
)
