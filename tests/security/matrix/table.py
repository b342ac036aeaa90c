"""Every operation of the app with its rule. A new family of operations adds its module here."""

from tests.security.matrix import (
    applications,
    candidates,
    interviews,
    invitations,
    job_roles,
    operations,
    organisations,
    platform,
    practice,
    privacy,
    questions,
    realtime,
    recording_files,
    requirements,
    resumes,
    scores,
    voice,
)
from tests.security.matrix.rules import Rules

MODULES = (
    platform,
    organisations,
    job_roles,
    candidates,
    applications,
    invitations,
    interviews,
    practice,
    privacy,
    questions,
    realtime,
    recording_files,
    requirements,
    resumes,
    operations,
    scores,
    voice,
)

RULES: Rules = {name: rule for module in MODULES for name, rule in module.RULES.items()}
