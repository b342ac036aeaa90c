"""Every table, every operation, every role, own and other organisation: nothing more, nothing less."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from tests.integration.database import access
from tests.integration.database.database import Connection, become
from tests.integration.database.world import TENANTS, insert, key, personas, rows

pytestmark = pytest.mark.database

PERSONAS = {name: (role, person) for name, role, person in personas()}
DENIED = "42501"
OPERATIONS = {"s": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE"}
# A copy with a new id would be the same row again where the key is the person: these differ.
FRESH: dict[str, dict[str, Any]] = {
    "org_users": {"user_id": key("none", "stranger")},
    "candidate_skills": {"skill_name": "SQL"},
}


def allowed(connection: Connection, letter: str, table: str, tenant: str, role: str) -> bool:
    """Try it, and take it back. Only a missing right counts as a denial, never a check or a key."""
    try:
        with connection.transaction(force_rollback=True):
            return _attempt(connection, letter, table, tenant, role)
    except psycopg.Error as error:
        return error.sqlstate != DENIED


def _attempt(connection: Connection, letter: str, table: str, tenant: str, role: str) -> bool:
    name, row_id = sql.Identifier(table), key(tenant, table)
    if letter == "i":
        values = {"id": uuid4()} | rows(tenant)[table] | FRESH.get(table, {})
        columns = [each for each in _columns(connection, table, "INSERT", role) if each in values]
        _insert(connection, table, columns or ["id"], values)
        return True
    if letter == "u":
        column = sql.Identifier(next(iter(_columns(connection, table, "UPDATE", role)), "id"))
        statement = sql.SQL("update public.{0} set {1} = {1} where id = %s").format(name, column)
    elif letter == "d":
        statement = sql.SQL("delete from public.{} where id = %s").format(name)
    else:
        statement = sql.SQL("select id from public.{} where id = %s").format(name)
    return connection.execute(statement, [row_id]).rowcount == 1


def _insert(connection: Connection, table: str, columns: Sequence[str], values: dict[str, Any]) -> None:
    insert(connection, table, {column: values[column] for column in columns})


def _columns(connection: Connection, table: str, operation: str, role: str) -> list[str]:
    found = connection.execute(
        """
        select attname from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped
          and has_column_privilege(%s, attrelid, attnum, %s)
        order by attnum desc
        """,
        [f"public.{table}", role, operation],
    )
    return [name for (name,) in found]


def tables(connection: Connection) -> set[str]:
    return {
        name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")
    }


def test_every_table_has_a_rule_and_a_row(world: Connection) -> None:
    assert tables(world) == set(access.ACCESS) == set(access.SERVICE) == set(rows("red"))


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("table", access.ACCESS)
def test_own_rows(world: Connection, table: str, persona: str) -> None:
    role, person = PERSONAS[persona]
    become(world, role, person)
    expected = set(access.ACCESS[table].get(persona, ""))
    if table in access.OWN_REQUESTS and persona != "anon":
        expected |= {"i"}
    assert {letter for letter in OPERATIONS if allowed(world, letter, table, "red", role)} == expected


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("table", access.ACCESS)
def test_rows_of_the_other_organisation(world: Connection, table: str, persona: str) -> None:
    role, person = PERSONAS[persona]
    become(world, role, person)
    expected = {"i"} if table in access.OWN_REQUESTS and persona != "anon" else set()
    assert {letter for letter in OPERATIONS if allowed(world, letter, table, "blue", role)} == expected


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("table", access.ACCESS)
def test_an_unfiltered_select_gives_only_own_rows(world: Connection, table: str, persona: str) -> None:
    role, person = PERSONAS[persona]
    become(world, role, person)
    statement = sql.SQL("select id from public.{}").format(sql.Identifier(table))
    try:
        with world.transaction():
            found = {row_id for (row_id,) in world.execute(statement)}
    except psycopg.errors.InsufficientPrivilege:
        found = set()
    assert key("blue", table) not in found


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("view", access.VIEWS)
def test_views(world: Connection, view: str, persona: str) -> None:
    role, person = PERSONAS[persona]
    become(world, role, person)
    column = {
        "applicant_profiles": ("user_id", "candidate"),
        "my_feedback": ("interview_id", "interviews"),
        "job_role_cards": ("id", "job_roles"),
        "organisation_cards": ("id", "organisations"),
        "organisation_members": ("organisation_id", "organisations"),
        "my_applications": ("id", "applications"),
        "application_overviews": ("id", "applications"),
        "my_interviews": ("id", "interviews"),
        "interview_overviews": ("id", "interviews"),
    }[view]
    statement = sql.SQL("select {} from public.{}").format(sql.Identifier(column[0]), sql.Identifier(view))
    try:
        with world.transaction():
            found = {row_id for (row_id,) in world.execute(statement)}
    except psycopg.errors.InsufficientPrivilege:
        found = set()
    letters = {
        letter for letter, tenant in zip("ox", TENANTS, strict=True) if key(tenant, column[1]) in found
    }
    assert letters == set(access.VIEWS[view].get(persona, ""))


def test_every_view_has_a_rule(world: Connection) -> None:
    found = world.execute("select viewname from pg_views where schemaname = 'public'")
    assert {name for (name,) in found} == set(access.VIEWS)


@pytest.mark.parametrize("table", access.SERVICE)
def test_grants_of_the_service(world: Connection, table: str) -> None:
    given = {letter for letter in "siu" if _columns(world, table, OPERATIONS[letter], "service_role")}
    if _has_table_right(world, table, "service_role", "DELETE"):
        given.add("d")
    assert given == set(access.SERVICE[table])


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "talenti_turns", "public"])
def test_nobody_may_truncate_refer_or_make_triggers(world: Connection, role: str) -> None:
    found = world.execute(
        """
        select c.relname, a.privilege_type
        from pg_class as c
        cross join lateral aclexplode(c.relacl) as a
        left join pg_roles as r on r.oid = a.grantee
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
          and coalesce(r.rolname, 'public') = %s
          and a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        """,
        [role],
    )
    assert found.fetchall() == []


@pytest.mark.parametrize("role", ["anon", "talenti_turns"])
def test_no_table_is_granted_to(world: Connection, role: str) -> None:
    found = world.execute(
        """
        select relname from pg_class
        where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'v', 'S')
          and (
            has_table_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE, DELETE')
            or (relkind <> 'S' and has_any_column_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE'))
          )
        """,
        {"role": role},
    )
    assert found.fetchall() == []


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("anon", set()),
        ("authenticated", access.EVERYONES_FUNCTIONS),
        ("talenti_turns", access.TURN_FUNCTIONS),
    ],
)
def test_functions_that_may_be_called(world: Connection, role: str, expected: set[str]) -> None:
    found = world.execute(
        """
        select proname from pg_proc
        where pronamespace = 'public'::regnamespace and has_function_privilege(%s, oid, 'EXECUTE')
        """,
        [role],
    )
    assert {name for (name,) in found} == expected


def _has_table_right(connection: Connection, table: str, role: str, right: str) -> bool:
    row = connection.execute(
        "select has_table_privilege(%s, %s::regclass, %s)", [role, f"public.{table}", right]
    ).fetchone()
    return bool(row and row[0])


# ---- columns ----


def columns_seen(connection: Connection, table: str, person: UUID) -> set[str]:
    become(connection, "authenticated", person)
    return set(_columns(connection, table, "SELECT", "authenticated"))


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ("files", {"blob_path", "metadata"}),
        ("recordings", {"blob_path", "chunks", "provider_recording_id", "sha256", "error"}),
        ("invitations", {"token_hash", "mail_operation_id"}),
        ("candidate_profiles", {"cv_file_path"}),
        ("consents", {"ip_address"}),
        ("transcript_segments", {"content_salt"}),
        ("audit_log", {"personal_salt"}),
        ("practice_interviews", {"plan", "summary", "metadata", "instance_id"}),
    ],
)
def test_no_client_reads(world: Connection, table: str, hidden: set[str]) -> None:
    every = set(_columns(world, table, "SELECT", "postgres"))
    assert hidden <= every
    assert columns_seen(world, table, key("red", "admin")) & hidden == set()


@pytest.mark.parametrize(
    ("view", "forbidden"),
    [
        ("my_applications", {"match_score", "status_reason", "status_changed_by"}),
        ("my_interviews", {"summary", "metadata", "instance_id"}),
        ("my_feedback", {"overall_score", "score", "narrative_summary"}),
        ("job_role_cards", {"scoring_rubric", "interview_structure", "job_profile", "dimension_tiers"}),
        ("organisation_cards", {"billing_email", "values_framework", "recording_retention_days"}),
    ],
)
def test_candidates_views_hold_nothing_of_the_organisation(
    world: Connection, view: str, forbidden: set[str]
) -> None:
    found = world.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0", [f"public.{view}"]
    )
    assert {name for (name,) in found} & forbidden == set()


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("job_roles", {"status", "rubric_version", "created_by", "scoring_rubric", "interview_structure"}),
        ("candidate_profiles", {"profile_review_status", "cv_file_id", "password_setup_required", "user_id"}),
        ("organisations", {"id", "created_at"}),
        ("resume_ingestion_items", {"parse_status", "application_id", "invitation_id"}),
    ],
)
def test_no_client_writes(world: Connection, table: str, columns: set[str]) -> None:
    assert set(_columns(world, table, "UPDATE", "authenticated")) & columns == set()


def test_not_even_the_service_writes_the_status_of_an_application(world: Connection) -> None:
    writable = set(_columns(world, "applications", "UPDATE", "service_role"))
    assert writable == {"match_score", "profile_review_status", "profile_confirmed_at"}


def test_the_service_reads_no_answers_about_diversity(world: Connection) -> None:
    assert set(_columns(world, "candidate_dei", "SELECT", "service_role")) == {"id", "user_id", "created_at"}


def test_members_who_apply_to_their_own_organisation_have_no_rights_on_that(world: Connection) -> None:
    world.execute(
        "insert into public.org_users (organisation_id, user_id, role) values (%s, %s, 'org_admin')",
        [key("red", "organisations"), key("red", "candidate")],
    )
    become(world, "authenticated", key("red", "candidate"))
    for table in ("applications", "interviews", "interview_plans", "interview_scores", "score_dimensions"):
        assert not allowed(world, "s", table, "red", "authenticated"), table
    assert allowed(world, "s", "job_roles", "red", "authenticated")


@pytest.mark.parametrize(("person", "may"), [("recruiter", False), ("admin", True)])
def test_only_admins_override(world: Connection, person: str, *, may: bool) -> None:
    become(world, "authenticated", key("red", person))
    override = """
    insert into public.score_reviews (score_id, interview_id, kind, decision, reason)
    values (%s, %s, 'override', 'caution', 'A long enough reason')
    """
    values = [key("red", "interview_scores"), key("red", "interviews")]
    if may:
        world.execute(override, values)
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.execute(override, values)


@pytest.mark.parametrize("visibility", ["hidden", "paused"])
def test_people_who_hide_are_not_found(world: Connection, visibility: str) -> None:
    world.execute(
        "update public.candidate_profiles set profile_visibility = %s where user_id = %s",
        [visibility, key("red", "candidate")],
    )
    become(world, "authenticated", key("red", "recruiter"))
    for table in ("applicant_profiles", "candidate_skills", "education", "employment_history"):
        assert world.execute(f"select from public.{table}".encode()).fetchall() == [], table


@pytest.mark.parametrize(
    ("switch", "columns"),
    [
        ("name", ["first_name", "last_name"]),
        ("email", ["email"]),
        ("phone", ["phone"]),
        ("location", ["country"]),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
def test_switches_change_what_an_organisation_reads(
    world: Connection, switch: str, columns: list[str], *, shown: bool
) -> None:
    world.execute(
        "update public.candidate_profiles "
        "set visibility_settings = jsonb_build_object(%s::text, %s::boolean)",
        [switch, shown],
    )
    become(world, "authenticated", key("red", "recruiter"))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    row = world.execute(sql.SQL("select {} from public.applicant_profiles").format(names)).fetchone()
    assert row is not None
    assert all((value is not None) == shown for value in row)


def test_address_and_phone_are_off_until_switched_on(world: Connection) -> None:
    become(world, "authenticated", key("red", "recruiter"))
    row = world.execute("select first_name, email, phone from public.applicant_profiles").fetchone()
    assert row == ("Kim", None, None)


@pytest.mark.parametrize("part", ["skills", "education", "employment"])
def test_parts_that_are_switched_off_are_not_found(world: Connection, part: str) -> None:
    world.execute(
        "update public.candidate_profiles set visibility_settings = jsonb_build_object(%s::text, false)",
        [part],
    )
    become(world, "authenticated", key("red", "recruiter"))
    table = {"skills": "candidate_skills", "employment": "employment_history"}.get(part, part)
    assert world.execute(f"select from public.{table}".encode()).fetchall() == []


@pytest.mark.parametrize("status", ["interviewed", "scoring"])
def test_feedback_waits_for_the_review(world: Connection, status: str) -> None:
    world.execute("set local session_replication_role = replica")
    world.execute("update public.applications set status = %s", [status])
    become(world, "authenticated", key("red", "candidate"))
    assert world.execute("select from public.my_feedback").fetchall() == []


def test_helpers_tell_nothing_about_other_organisations(world: Connection) -> None:
    become(world, "authenticated", key("blue", "recruiter"))
    row = world.execute(
        """
        select public.user_belongs_to_org(%(red)s, %(company)s), public.user_org_role(%(red)s, %(company)s),
          public.get_user_org_id(%(red)s), public.has_role(%(red)s, 'org_recruiter'),
          public.has_role(%(blue)s, 'org_recruiter')
        """,
        {
            "red": key("red", "recruiter"),
            "company": key("red", "organisations"),
            "blue": key("blue", "recruiter"),
        },
    ).fetchone()
    assert row == (False, None, None, False, True)
