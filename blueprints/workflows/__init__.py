"""Registers the orchestrators of shared/workflows, and binds each activity to one use case."""

from blueprints.workflows import operations, questions, recordings, resumes, self_check

ALL = (
    self_check.blueprint,
    questions.blueprint,
    resumes.blueprint,
    recordings.blueprint,
    operations.blueprint,
)
