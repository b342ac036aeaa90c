"""What people change in their organisation leaves a trace, once, whichever way they take."""

from typing import Any
from uuid import UUID

import pytest

from tests.integration.database.database import Connection, Database, Refusal, become, call, refused
from tests.integration.database.story import Story, invited
from tests.integration.database.world import key

pytestmark = pytest.mark.database

RED = key("red", "organisations")
RUBRIC = {"skill": {"weight": 1, "label": "Skill", "criteria": ["Explains causes"]}}


class Office:
    """The red organisation, with somebody at work in it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known = len(self._rows())

    def work_as(self, person: str) -> None:
        become(self._connection, "authenticated", key("red", person))

    def run(self, statement: str, *values: object) -> None:
        self._connection.execute(statement.encode(), values)

    def traces(self) -> list[tuple[str, Any]]:
        """What was written to the log since the last look."""
        self._connection.execute("reset role")
        rows = self._rows()
        fresh, self._known = rows[self._known :], len(rows)
        events = self._connection.execute(
            "select event_type from public.domain_events order by position desc limit %s", [len(fresh)]
        ).fetchall()
        assert [event for (event,) in reversed(events)] == [action for action, _ in fresh]
        return fresh

    def _rows(self) -> list[tuple[str, Any]]:
        return self._connection.execute(
            "select action, new_values from public.audit_log where organisation_id = %s order by sequence",
            [RED],
        ).fetchall()


def a_role(world: Connection, fields: dict[str, Any], caller: str = "recruiter") -> UUID:
    become(world, "service_role")
    made = call(world, "create_job_role", organisation_id=RED, caller_id=key("red", caller), fields=fields)
    return UUID(made["id"])


def change_role(world: Connection, role: UUID, changes: dict[str, Any], to_status: str | None = None) -> None:
    become(world, "service_role")
    call(
        world,
        "change_job_role",
        job_role_id=role,
        caller_id=key("red", "recruiter"),
        changes=changes,
        to_status=to_status,
    )


@pytest.fixture
def office(world: Connection) -> Office:
    world.execute("set local session_replication_role = replica")
    world.execute("delete from public.audit_log where organisation_id = %s", [RED])
    world.execute("set local session_replication_role = origin")
    return Office(world)


def test_fields_are_named_and_retention_stands_alone(office: Office) -> None:
    office.work_as("admin")
    office.run(
        "update public.organisations set name = 'New', website = 'https://x.example', "
        "recording_retention_days = 30 where id = %s",
        RED,
    )

    assert office.traces() == [
        ("organisation.retention_changed", {"from": None, "to": 30}),
        ("organisation.updated", {"fields": ["name", "website"]}),
    ]


def test_a_change_that_changes_nothing_leaves_no_trace(office: Office) -> None:
    office.work_as("admin")
    office.run("update public.organisations set name = name where id = %s", RED)

    assert office.traces() == []


def test_members_come_change_and_go(office: Office) -> None:
    newcomer = key("blue", "viewer")
    office.work_as("admin")
    office.run(
        "insert into public.org_users (organisation_id, user_id, role) values (%s, %s, 'org_viewer')",
        RED,
        newcomer,
    )
    office.run(
        "update public.org_users set role = 'org_recruiter' where organisation_id = %s and user_id = %s",
        RED,
        newcomer,
    )
    office.run("delete from public.org_users where organisation_id = %s and user_id = %s", RED, newcomer)

    assert office.traces() == [
        ("member.added", {"role": "org_viewer"}),
        ("member.role_changed", {"from": "org_viewer", "to": "org_recruiter"}),
        ("member.removed", {"role": "org_recruiter"}),
    ]


def test_a_role_is_made_changed_and_removed(office: Office, world: Connection) -> None:
    made = a_role(world, {"title": "Engineer"})
    change_role(world, made, {"title": "Designer"})
    change_role(world, made, {"scoring_rubric": RUBRIC})
    written = office.traces()
    world.execute("set local session_replication_role = replica")
    world.execute("update public.job_roles set status = 'closed' where title = 'Designer'")
    world.execute("set local session_replication_role = origin")
    office.work_as("admin")
    office.run("delete from public.job_roles where title = 'Designer'")

    assert written == [
        ("job_role.created", {"status": "draft"}),
        ("job_role.updated", {"fields": ["title"]}),
        ("job_role.rubric_updated", {"from": 1, "to": 2}),
    ]
    assert office.traces() == [("job_role.deleted", None)]


def test_who_does_not_recruit_makes_no_role_and_nobody_an_unknown_field(world: Connection) -> None:
    for caller in ("viewer", "candidate"):
        with refused(world) as refusals:
            a_role(world, {"title": "X"}, caller)
        assert [each.code for each in refusals] == ["forbidden"]
    with refused(world) as refusals:
        a_role(world, {"title": "X", "status": "active"})
    assert [each.code for each in refusals] == ["validation_error"]


def test_what_the_service_does_is_told_by_its_functions_alone(office: Office, world: Connection) -> None:
    become(world, "service_role")
    world.execute("update public.organisations set name = 'Other' where id = %s", [RED])

    assert office.traces() == []


def test_one_change_of_a_role_leaves_one_trace_of_each_kind(office: Office, world: Connection) -> None:
    made = a_role(world, {"title": "Tester"})
    office.traces()

    change_role(world, made, {"department": "Quality", "scoring_rubric": RUBRIC}, to_status="active")

    assert office.traces() == [
        ("job_role.rubric_updated", {"from": 1, "to": 2}),
        ("job_role.updated", {"fields": ["department"]}),
        ("job_role.status_changed", {"from": "draft", "to": "active"}),
    ]


@pytest.mark.parametrize(
    "changes", [{"status": "active"}, {"rubric_version": 9}, {"id": str(RED)}, {"pot": 1}]
)
def test_a_function_changes_only_what_is_open_to_change(
    world: Connection, changes: dict[str, object]
) -> None:
    become(world, "service_role")

    with refused(world) as refusals:
        call(
            world,
            "change_job_role",
            job_role_id=key("red", "job_roles"),
            caller_id=key("red", "recruiter"),
            changes=changes,
        )

    assert refusals == [Refusal("PT422", "validation_error", "body")]


@pytest.mark.parametrize(("zone", "known"), [("Europe/Berlin", True), ("UTC", True), ("Mars/Base", False)])
def test_a_time_zone_is_one_that_the_database_knows(
    office: Office, world: Connection, zone: str, known: bool
) -> None:
    office.work_as("admin")
    statement = "update public.organisations set time_zone = %s where id = %s"
    if known:
        office.run(statement, zone, RED)
        return
    with refused(world) as refusals:
        office.run(statement, zone, RED)

    assert refusals == [Refusal("PT422", "validation_error", "time_zone")]


# -- versions of a rubric ----------------------------------------------------------------------


def rubric_of(story: Story) -> tuple[int, Any]:
    found = story.database.call("rubric_of_interview", interview_id=story.interview)
    return found["version"], found["rubric"]


def edit(story: Story, label: str) -> None:
    rubric = {"skill": {"weight": 1, "label": label}}
    story.database.call(
        "change_job_role",
        job_role_id=story.job_role,
        caller_id=story.recruiter,
        changes={"scoring_rubric": rubric},
    )


def test_an_interview_keeps_the_rubric_it_began_with(database: Database) -> None:
    story = invited(database)
    edit(story, "before")
    story.start()
    edit(story, "after")

    version, rubric = rubric_of(story)

    assert (version, rubric["skill"]["label"]) == (2, "before")
    kept = story.database.rows(
        "select version, rubric -> 'skill' ->> 'label', created_by from public.job_role_rubrics "
        "where job_role_id = %s order by version",
        [story.job_role],
    )
    assert [(number, label) for number, label, _ in kept][1:] == [(2, "before"), (3, "after")]
    assert {person for *_, person in kept[1:]} == {story.recruiter}


def test_an_interview_that_has_not_begun_follows_the_role(database: Database) -> None:
    story = invited(database)
    edit(story, "first")
    edit(story, "second")

    assert rubric_of(story)[1]["skill"]["label"] == "second"


def test_a_version_cannot_be_changed_or_taken_away(database: Database) -> None:
    story = invited(database)
    with database.connect() as connection, refused(connection) as refusals:
        connection.execute("update public.job_role_rubrics set rubric = '{}'")
    assert [each.code for each in refusals] == ["conflict"]
    with database.connect() as connection:
        become(connection, "service_role")
        with refused(connection) as refusals:
            connection.execute("delete from public.job_role_rubrics where job_role_id = %s", [story.job_role])
    assert [each.state for each in refusals] == ["42501"]


def test_the_versions_go_with_a_role_that_nobody_used(database: Database) -> None:
    story = invited(database)
    made: UUID = database.value(
        "insert into public.job_roles (organisation_id, title) values (%s, 'Unused') returning id",
        [story.organisation],
    )
    for status in ("active", "closed"):
        database.call("change_job_role", job_role_id=made, caller_id=story.admin, to_status=status)
    database.run("delete from public.job_roles where id = %s", [made])

    assert database.rows("select 1 from public.job_role_rubrics where job_role_id = %s", [made]) == []
