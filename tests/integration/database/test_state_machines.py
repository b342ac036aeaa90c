"""Only the listed moves exist: the database's table equals the product's, and refuses every other pair."""

import re
from itertools import product as pairs

import psycopg
import pytest
from psycopg import sql

from tests.integration.database.database import Connection, Refusal, refused
from tests.integration.database.product_rules import MACHINES, NEW, OPEN_APPLICATION, PLACES, event_types
from tests.integration.database.world import insert, key, rows

pytestmark = pytest.mark.database

MOVERS = {
    "system": None,
    "candidate": key("red", "candidate"),
    "recruiter": key("red", "recruiter"),
    "viewer": key("red", "viewer"),
    "foreign recruiter": key("blue", "recruiter"),
}


def states(machine: str) -> list[str]:
    moves = MACHINES[machine]
    return sorted({*moves, *(state for targets in moves.values() for state in targets)} - {NEW})


def put(connection: Connection, table: str, column: str, state: str | None) -> None:
    """Set the state past the guards; other columns are made free of what they demand of a state."""
    connection.execute("set local session_replication_role = replica")
    for name, constraint in checks(connection, table):
        if "rejected_by" in name or constraint.count("status") > constraint.count("transcript_status"):
            connection.execute(
                sql.SQL("alter table public.{} drop constraint {}").format(
                    sql.Identifier(table), sql.Identifier(name)
                )
            )
    for index in indexes(connection, table):
        connection.execute(sql.SQL("drop index public.{}").format(sql.Identifier(index)))
    statement = sql.SQL("update public.{} set {} = %s where id = %s")
    connection.execute(
        statement.format(sql.Identifier(table), sql.Identifier(column)), [state, key("red", table)]
    )
    connection.execute("set local session_replication_role = origin")


def checks(connection: Connection, table: str) -> list[tuple[str, str]]:
    found = connection.execute(
        """
        select conname, pg_get_constraintdef(oid) from pg_constraint
        where conrelid = %s::regclass and contype = 'c' and cardinality(conkey) > 1
        """,
        [f"public.{table}"],
    )
    return [(name, text) for name, text in found]


def indexes(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        "select indexrelid::regclass::text from pg_index "
        "where indrelid = %s::regclass and indpred is not null",
        [f"public.{table}"],
    )
    return [name for (name,) in found]


def test_the_table_of_moves_is_the_products(world: Connection) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for machine, was, becomes in world.execute(
        "select machine, from_state, to_state from private.state_transitions"
    ):
        found.setdefault(machine, {}).setdefault(was, set()).add(becomes)
    assert found == {
        machine: {was: set(targets) for was, targets in moves.items()} for machine, moves in MACHINES.items()
    }


@pytest.mark.parametrize(
    ("machine", "table", "column"),
    [(machine, *place) for machine, places in PLACES.items() for place in places],
)
def test_a_column_knows_the_states_of_its_machine(
    world: Connection, machine: str, table: str, column: str
) -> None:
    found = world.execute(
        """
        select pg_get_constraintdef(c.oid) from pg_constraint as c
        join pg_attribute as a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
        where c.conrelid = %s::regclass and c.contype = 'c' and a.attname = %s
        """,
        [f"public.{table}", column],
    ).fetchone()
    assert found is not None
    assert set(re.findall(r"'(\w+)'", found[0])) == set(states(machine))


@pytest.mark.parametrize(
    ("machine", "table", "column"),
    [(machine, *place) for machine, places in PLACES.items() for place in places if machine != "application"],
)
def test_every_pair_of_states(world: Connection, machine: str, table: str, column: str) -> None:
    if table == "interview_scores":
        world.execute("alter table public.interview_scores disable trigger guard_append_only")
    move = sql.SQL("update public.{} set {} = %s where id = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    for was, becomes in pairs(states(machine), states(machine)):
        put(world, table, column, was)
        if was == becomes or becomes in MACHINES[machine].get(was, ()):
            world.execute(move, [becomes, key("red", table)])
        else:
            with refused(world) as found:
                world.execute(move, [becomes, key("red", table)])
            expected = ("PT400", "invalid_interview_state")
            if machine != "interview":
                expected = ("PT409", "invalid_transition")
            assert found == [Refusal(*expected, f"{machine}: {was} -> {becomes}")]


@pytest.mark.parametrize("mover", MOVERS)
def test_every_move_of_an_application_by_everyone(world: Connection, mover: str) -> None:
    """The property behind it: no way leads to `rejected` without a named recruiter and a reason."""
    rules = {
        (was, becomes): (movers, needs)
        for was, becomes, movers, needs in world.execute(
            "select from_state, to_state, movers, reason_required from private.state_transitions "
            "where machine = 'application'"
        )
    }
    move = """
    update public.applications set status = %s, status_changed_by = %s, status_reason = %s where id = %s
    """
    world.execute("set local session_replication_role = replica")
    world.execute("update public.applications set status_changed_by = %s", [MOVERS["recruiter"]])
    for was, becomes, reason in pairs(
        states("application"), states("application"), (None, "Because of this")
    ):
        if was == becomes:
            continue
        put(world, "applications", "status", was)
        movers, needs_reason = rules.get((was, becomes), ([], False))
        values = [becomes, MOVERS[mover], reason, key("red", "applications")]
        may = mover in (movers or []) and (bool(reason) or not needs_reason or mover != "recruiter")
        if may:
            world.execute(move, values)
        else:
            with refused(world) as found:
                world.execute(move, values)
            expected = "PT409" if (was, becomes) not in rules else "PT403" if mover not in movers else "PT422"
            assert found[0].state == expected, (was, becomes)
        assert not (may and becomes == "rejected") or (mover == "recruiter" and reason)


def test_a_rejection_names_a_person_and_a_reason_even_past_the_guards(world: Connection) -> None:
    world.execute("set local session_replication_role = replica")
    for person, reason in (
        (None, "A reason"),
        (key("red", "recruiter"), None),
        (key("red", "recruiter"), " "),
    ):
        with pytest.raises(psycopg.errors.CheckViolation), world.transaction():
            world.execute(
                "update public.applications "
                "set status = 'rejected', status_changed_by = %s, status_reason = %s",
                [person, reason],
            )


@pytest.mark.parametrize(
    ("machine", "table", "column"),
    [(machine, *place) for machine, places in PLACES.items() for place in places],
)
def test_a_row_begins_at_the_beginning(world: Connection, machine: str, table: str, column: str) -> None:
    for index in indexes(world, table):
        world.execute(sql.SQL("drop index public.{}").format(sql.Identifier(index)))
    values = {name: value for name, value in rows("red")[table].items() if name != column}
    for state in states(machine):
        if state not in MACHINES[machine][NEW]:
            with refused(world) as found:
                insert(world, table, values | {column: state})
            assert found[0].code in {"invalid_transition", "invalid_interview_state"}, found


def test_open_applications_are_one_per_person_and_role(world: Connection) -> None:
    definition = world.execute(
        "select pg_get_indexdef('public.applications_one_open_idx'::regclass)"
    ).fetchone()
    assert definition is not None
    closed = set(states("application")) - set(OPEN_APPLICATION)
    assert set(re.findall(r"'(\w+)'", definition[0])) == closed


def test_the_vocabulary_is_the_products(world: Connection) -> None:
    assert {name for (name,) in world.execute("select name from private.event_types")} == event_types()


@pytest.mark.parametrize(
    ("machine", "was", "becomes", "path"),
    [
        ("invitation", "pending", "opened", ["sent", "delivered", "opened"]),
        ("invitation", "opened", "delivered", None),
        ("invitation", "claimed", "sent", None),
        ("call", "connecting", "disconnected", ["disconnected"]),
        ("call", "connected", "disconnected", ["disconnecting", "disconnected"]),
        ("call", "disconnected", "connected", None),
        ("recording", "active", "active", []),
    ],
)
def test_the_way_to_a_state(
    world: Connection, machine: str, was: str, becomes: str, path: list[str] | None
) -> None:
    row = world.execute("select private.path_between(%s, %s, %s)", [machine, was, becomes]).fetchone()
    assert row == (path,)
