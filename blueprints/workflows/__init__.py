"""Registers the orchestrators of shared/workflows, and binds each activity to one use case."""

from blueprints.workflows import lifecycle, operations, questions, recordings, resumes, scoring, self_check

ALL = (
    self_check.blueprint,
    questions.blueprint,
    resumes.blueprint,
    recordings.blueprint,
    scoring.blueprint,
    operations.blueprint,
    lifecycle.blueprint,
)
