"""Registers the orchestrators of shared/workflows, and binds each activity to one use case."""

from blueprints.workflows import (
    lifecycle,
    operations,
    privacy,
    questions,
    recording_files,
    recordings,
    resumes,
    scoring,
    self_check,
)

ALL = (
    self_check.blueprint,
    questions.blueprint,
    resumes.blueprint,
    recordings.blueprint,
    recording_files.blueprint,
    scoring.blueprint,
    operations.blueprint,
    lifecycle.blueprint,
    privacy.blueprint,
)
