"""CVs and files: one's own, and those of who applied."""

from uuid import UUID, uuid4

from shared.domain.permissions import Permission
from tests.security.matrix.rules import Ask, Rule, Rules, at
from tests.security.matrix.world import CANDIDATE, OF_CANDIDATE, PERSONAS, World

ME = "/api/v1/candidates/me"
CV = {"file": ("cv.txt", b"Kim Lee, kim@example.org, an engineer")}
WANTED = {"file_name": "cv.pdf", "content_type": "application/pdf", "purpose": "candidate_cv"}


def a_file(world: World, person_id: UUID = CANDIDATE) -> UUID:
    """A CV of this person that has arrived."""
    path = f"resumes/{person_id}/{uuid4()}.pdf"
    return world.fresh("files", user_id=person_id, blob_path=path, uploaded_at="2026-01-05T09:00:00Z")


def everybodys(world: World) -> Ask:
    """Everybody has a CV."""
    for principal in PERSONAS.values():
        world.connection.execute(
            "insert into public.candidate_profiles (user_id, cv_file_id) values (%(person)s, %(file)s) "
            "on conflict (user_id) do update set cv_file_id = excluded.cv_file_id",
            {"person": principal.user_id, "file": a_file(world, principal.user_id)},
        )
    return Ask(f"{ME}/cv")


def of_who_applied(world: World) -> Ask:
    everybodys(world)
    return Ask(f"/api/v1/applications/{world.fresh_application()}/cv")


RULES: Rules = {
    "create_upload_link": Rule(None, at("/api/v1/files/upload-url", json=WANTED)),
    "read_file": Rule(
        Permission.FILE_READ, lambda world: Ask(f"/api/v1/files/{a_file(world)}"), thing=OF_CANDIDATE
    ),
    "parse_resume": Rule(None, at("/api/v1/resume/parse", files=CV)),
    "upload_cv": Rule(None, at("/api/v1/resume/upload", files=CV)),
    "choose_cv": Rule(
        Permission.PROFILE_WRITE,
        lambda world: Ask(f"{ME}/cv", json={"file_id": str(a_file(world))}),
        thing=OF_CANDIDATE,
    ),
    "read_cv": Rule(None, everybodys),
    "remove_cv": Rule(None, at(f"{ME}/cv")),
    "view_cv": Rule(Permission.CV_READ, of_who_applied, calls=3),  # the look is logged
}
