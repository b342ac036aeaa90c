"""What roles ask for, and how applications meet it."""

from uuid import UUID

from psycopg.types.json import Jsonb

from shared.domain.permissions import Permission
from shared.domain.resume.fields import PARSER_VERSION, ReadBy, StructuredResume
from shared.domain.resume.stored import as_data
from shared.domain.resume.visible import VisibleText
from tests.security.matrix.resumes import a_file
from tests.security.matrix.rules import Ask, Rule, Rules, at
from tests.security.matrix.world import CANDIDATE, World

TEXT = "Kim Lee\nPython"


def with_a_cv_that_was_read(world: World) -> Ask:
    file_id: UUID = a_file(world)
    world.connection.execute(
        "update public.candidate_profiles set cv_file_id = %s, profile_visibility = 'visible' "
        "where user_id = %s",
        [file_id, CANDIDATE],
    )
    world.fresh(
        "parsed_profile_snapshots",
        file_id=file_id,
        parser_version=PARSER_VERSION,
        data=Jsonb(as_data(StructuredResume(VisibleText(TEXT), ReadBy.RULES))),
        raw_text=TEXT,
    )
    return Ask(f"/api/v1/applications/{world.fresh_application()}/match")


RULES: Rules = {
    "extract_requirements": Rule(
        None, at("/api/v1/resume/extract-requirements", json={"job_description": "You know Python."})
    ),
    "match_application": Rule(Permission.SHORTLIST_READ, with_a_cv_that_was_read, calls=6),
}
