"""The moves that the code knows are those that the database allows, by the same movers."""

from typing import Any

import pytest

from shared.domain import application, invitation, visibility
from tests.integration.database.database import Connection

pytestmark = pytest.mark.database

NEW = "(new)"


def moves(world: Connection, machine: str) -> list[tuple[Any, ...]]:
    return world.execute(
        "select from_state, to_state, movers, reason_required from private.state_transitions "
        "where machine = %s and from_state <> %s",
        [machine, NEW],
    ).fetchall()


def test_applications(world: Connection) -> None:
    assert {
        (was.value, becomes.value): ({each.value for each in move.movers}, move.needs_reason)
        for (was, becomes), move in application.MOVES.items()
    } == {
        (was, becomes): (set(movers), reason) for was, becomes, movers, reason in moves(world, "application")
    }


def test_invitations(world: Connection) -> None:
    assert {
        (was.value, becomes.value) for was, targets in invitation.MOVES.items() for becomes in targets
    } == {(was, becomes) for was, becomes, _, _ in moves(world, "invitation")}


def test_ways_of_an_invitation(world: Connection) -> None:
    for was in invitation.InvitationStatus:
        for becomes in invitation.InvitationStatus:
            row = world.execute(
                "select private.path_between('invitation', %s, %s)", [was.value, becomes.value]
            ).fetchone()
            assert row
            ours = invitation.path(was, becomes)
            assert row[0] == (None if ours is None else [each.value for each in ours])


@pytest.mark.parametrize("part", visibility.Part)
def test_what_a_profile_shows(world: Connection, part: visibility.Part) -> None:
    for chosen in ({}, {part.value: True}, {part.value: False}):
        row = world.execute(
            "select private.shows(%s::jsonb, %s)", [str(chosen).replace("'", '"').lower(), part.value]
        ).fetchone()
        assert row
        assert row[0] is visibility.switches(chosen)[part]
