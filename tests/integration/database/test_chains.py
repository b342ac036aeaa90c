"""What was said and what was done cannot be changed unnoticed, and cannot be changed at all by mistake."""

from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.integration.database.database import Connection, Database, refused
from tests.integration.database.story import Story, invited
from tests.integration.database.world import key

pytestmark = pytest.mark.database

APPEND_ONLY = [
    "audit_log",
    "behaviour_scorecards",
    "consents",
    "decision_audit_trail",
    "decision_dimension_evaluations",
    "decision_outcomes",
    "decision_policy_versions",
    "decision_risk_flags",
    "decision_signal_evidence",
    "human_review_actions",
    "interview_scores",
    "interview_signals",
    "parsed_profile_snapshots",
    "score_dimensions",
    "score_passes",
    "score_reviews",
    "score_texts",
    "skills_assessment_summaries",
    "skills_scorecards",
    "transcript_segments",
]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "update public.{} set created_at = now() - interval '1 day' where id = %s",
        "delete from public.{} where id = %s",
    ],
)
def test_rows_stay_as_written_even_for_the_owner(world: Connection, table: str, statement: str) -> None:
    with refused(world) as found:
        world.execute(sql.SQL(statement).format(sql.Identifier(table)), [key("red", table)])
    assert (found[0].state, found[0].code) == ("PT409", "conflict")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_tables_are_not_emptied(world: Connection, table: str) -> None:
    with refused(world) as found:
        world.execute(sql.SQL("truncate public.{} cascade").format(sql.Identifier(table)))
    assert found[0].code == "conflict"


def test_the_setting_alone_erases_nothing(world: Connection) -> None:
    """Whoever holds the service key may set it, and is still not the owner of the table."""
    world.execute("grant delete on public.interview_signals to service_role")
    world.execute("set local role service_role")
    world.execute("set local talenti.erasure = 'on'")
    with refused(world) as found:
        world.execute("delete from public.interview_signals where id = %s", [key("red", "interview_signals")])
    assert found[0].code == "conflict"


def test_a_consent_may_be_withdrawn_once_and_nothing_else(world: Connection) -> None:
    consent = key("red", "consents")
    world.execute("update public.consents set withdrawn_at = now() where id = %s", [consent])
    for change in ("withdrawn_at = now() + interval '1 s'", "withdrawn_at = null", "granted = false"):
        with refused(world):
            statement = f"update public.consents set {change} where id = %s"
            world.execute(statement.encode(), [consent])


# ---- chains ----


@pytest.fixture
def talk(database: Database) -> Story:
    story = invited(database)
    story.start()
    for number in range(3):
        story.begin(f"turn-{number}", f"Answer {number}")
        story.commit(f"turn-{number}", text=f"Question {number}")
    return story


def tamper(database: Database, statement: str, values: list[object]) -> None:
    """Do what only someone with the database's own keys can do."""
    with database.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(statement.encode(), values)


def proof(talk: Story) -> tuple[bool, int | None, str | None]:
    found = talk.database.call("verify_transcript", interview_id=talk.interview)
    return found["valid"], found["first_broken"], found["fault"]


def test_a_chain_as_written_verifies(talk: Story) -> None:
    assert proof(talk) == (True, None, None)
    hashes = talk.database.rows(
        "select previous_hash, row_hash from public.transcript_segments "
        "where interview_id = %s order by sequence",
        [talk.interview],
    )
    assert hashes[0][0] == "0" * 64
    assert [each[0] for each in hashes[1:]] == [each[1] for each in hashes[:-1]]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("content = 'Other words'", "content"),
        ("speaker = 'interviewer'", "row_hash"),
        ("start_time_ms = 5", "row_hash"),
        ("content_hash = repeat('1', 64)", "content"),
        ("previous_hash = repeat('1', 64)", "previous_hash"),
        ("masked_at = now(), content_hash = repeat('1', 64)", "row_hash"),
    ],
)
def test_a_changed_row_is_found(talk: Story, change: str, fault: str) -> None:
    tamper(
        talk.database,
        f"update public.transcript_segments set {change} where interview_id = %s and sequence = 4",
        [talk.interview],
    )
    assert proof(talk) == (False, 4, fault)


def test_a_removed_row_is_found(talk: Story) -> None:
    remove = "delete from public.transcript_segments where interview_id = %s and sequence = %s"
    tamper(talk.database, remove, [talk.interview, 7])
    assert proof(talk) == (False, 7, "end")
    tamper(talk.database, remove, [talk.interview, 3])
    assert proof(talk) == (False, 3, "sequence")


def audit_proof(database: Database, organisation: UUID | None) -> tuple[bool, int | None, str | None]:
    found = database.call("verify_audit_log", organisation_id=organisation)
    return found["valid"], found["first_broken"], found["fault"]


def test_the_audit_log_of_an_organisation_is_a_chain_of_its_own(talk: Story) -> None:
    assert audit_proof(talk.database, talk.organisation) == (True, None, None)
    sequences = talk.database.value(
        "select array_agg(sequence order by sequence) from public.audit_log where organisation_id = %s",
        [talk.organisation],
    )
    assert sequences == list(range(1, len(sequences) + 1))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("new_values = '{}'", "content"),
        ("user_id = null", "content"),
        ("action = 'interview.expired'", "row_hash"),
        ("created_at = created_at - interval '1 hour'", "row_hash"),
    ],
)
def test_a_changed_audit_row_is_found(talk: Story, change: str, fault: str) -> None:
    tamper(
        talk.database,
        f"update public.audit_log set {change} where organisation_id = %s and action = 'interview.started'",
        [talk.organisation],
    )
    valid, _, found = audit_proof(talk.database, talk.organisation)
    assert (valid, found) == (False, fault)


def test_racing_writers_keep_one_chain(database: Database) -> None:
    entry = {"action": "auth.access_denied", "entity_type": "auth", "organisation_id": None}
    results = database.race("write_audit", [entry] * 16)
    assert len(set(results)) == 16
    assert audit_proof(database, None)[0]


def test_nobody_writes_hashes_of_their_own(talk: Story) -> None:
    talk.database.run(
        "insert into public.transcript_segments "
        "(interview_id, speaker, content, origin, sequence, previous_hash, row_hash, content_hash) "
        "values (%s, 'candidate', 'Mine', 'typed', 50, 'a', 'b', 'c')",
        [talk.interview],
    )
    assert proof(talk) == (True, None, None)


def test_a_row_of_another_time_zone_verifies_too(talk: Story) -> None:
    with talk.database.connect() as connection:
        connection.execute("set local timezone = 'Australia/Sydney'")
        row = connection.execute("select public.verify_audit_log(%s)", [talk.organisation]).fetchone()
    assert row is not None
    assert row[0]["valid"]


def test_text_without_end_is_refused(world: Connection) -> None:
    for table, column in (("organisations", "name"), ("candidate_profiles", "first_name")):
        statement = sql.SQL("update public.{} set {} = repeat('x', 10001)")
        with pytest.raises(psycopg.errors.CheckViolation), world.transaction():
            world.execute(statement.format(sql.Identifier(table), sql.Identifier(column)))
