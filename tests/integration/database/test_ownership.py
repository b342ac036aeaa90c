"""Whose things are: the facts that the application decides 404 and 403 by."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.domain.ownership import Kind
from tests.integration.database.database import Connection, Refusal, call, refused
from tests.integration.database.world import key

pytestmark = pytest.mark.database

OWNED = ("owner",)
OF_TENANT = ("tenant",)
OF_BOTH = ("owner", "tenant")

# the table with the row of each kind, and which of the two relations it has
KINDS: dict[Kind, tuple[str, tuple[str, ...], str | None]] = {
    Kind.ORGANISATION: ("organisations", OF_TENANT, None),
    Kind.CANDIDATE: ("candidate", OF_BOTH, None),
    Kind.JOB_ROLE: ("job_roles", OF_TENANT, "closed"),
    Kind.APPLICATION: ("applications", OF_BOTH, "hired"),
    Kind.INVITATION: ("invitations", OF_BOTH, "completed"),
    Kind.INTERVIEW: ("interviews", OF_BOTH, "completed"),
    Kind.CALL: ("calls", OF_BOTH, "connecting"),
    Kind.RECORDING: ("recordings", OF_BOTH, "completed"),
    Kind.PRACTICE_INTERVIEW: ("practice_interviews", OWNED, "pending"),
    Kind.SKILL: ("candidate_skills", OWNED, None),
    Kind.EDUCATION: ("education", OWNED, None),
    Kind.EMPLOYMENT: ("employment_history", OWNED, None),
    Kind.FILE: ("files", OWNED, None),
    Kind.RESUME_BATCH: ("resume_ingestion_batches", OF_TENANT, "draft"),
    Kind.RESUME_ITEM: ("resume_ingestion_items", OF_TENANT, "pending"),
    Kind.DELETION_REQUEST: ("data_deletion_requests", OWNED, "completed"),
    Kind.EXPORT: ("data_exports", OWNED, "completed"),
    Kind.RETENTION_RUN: ("retention_runs", OF_TENANT, None),
}


def located(world: Connection, kind: str, thing_id: UUID, caller: UUID) -> Any:
    return call(world, "locate", kind=kind, thing_id=thing_id, caller_id=caller)


def test_every_kind_is_tried() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_found_with_its_owner_tenant_and_state(world: Connection, kind: Kind) -> None:
    row, relations, state = KINDS[kind]

    thing = located(world, kind, key("red", row), key("red", "admin"))["thing"]

    assert thing.pop("is_applicant", False) is False
    assert thing == {
        "owner_id": str(key("red", "candidate")) if "owner" in relations else None,
        "organisation_id": str(key("red", "organisations")) if "tenant" in relations else None,
        "state": state,
    }


@pytest.mark.parametrize("kind", Kind)
def test_an_unknown_id_is_null_whoever_asks(world: Connection, kind: Kind) -> None:
    assert located(world, kind, uuid4(), key("red", "admin"))["thing"] is None


def test_the_memberships_are_those_of_who_asks(world: Connection) -> None:
    asked = [
        located(world, "job_role", key("red", "job_roles"), key(tenant, "admin"))["memberships"]
        for tenant in ("red", "blue")
    ]

    assert asked == [
        [{"organisation_id": str(key(tenant, "organisations")), "role": "org_admin"}]
        for tenant in ("red", "blue")
    ]


def test_a_person_is_nobodys_who_never_applied_to_an_organisation_of_the_caller(world: Connection) -> None:
    thing = located(world, "candidate", key("red", "candidate"), key("blue", "admin"))["thing"]

    assert thing["organisation_id"] is None


def test_what_is_no_kind_is_refused(world: Connection) -> None:
    with refused(world) as refusals:
        located(world, "pot", uuid4(), key("red", "admin"))

    assert refusals == [Refusal("PT422", "validation_error", "kind")]


@pytest.mark.parametrize(("kind", "row"), [("organisation", "organisations"), ("job_role", "job_roles")])
def test_who_applied_there_is_known_as_such(world: Connection, kind: str, row: str) -> None:
    seen = [
        located(world, kind, key("red", row), key(tenant, "candidate"))["thing"]["is_applicant"]
        for tenant in ("red", "blue")
    ]

    assert seen == [True, False]
