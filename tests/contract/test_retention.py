"""The Retention port, held against the fake and against the database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.retention import SupabaseRetention
from shared.adapters.supabase.rows import Rows
from shared.domain.identity import Person
from shared.domain.paging import Cut
from shared.domain.retention import EndedRun
from shared.errors import ConflictError
from shared.ports.retention import Retention
from tests.contract import database, tenants
from tests.fakes.clock import FakeClock
from tests.fakes.retention import FakeRetention
from tests.supabase_stack import SupabaseStack


@dataclass
class Office:
    retention: Retention
    admin: Person
    organisation_id: UUID


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        yield await opened(tenants.in_memory(), FakeRetention(FakeClock()))
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    try:
        async with tenants.in_database(stack) as town:
            yield await opened(town, SupabaseRetention(Rows(rest), RestFunctions(rest)))
    finally:
        await rest.close()


async def opened(town: tenants.Town, retention: Retention) -> Office:
    admin = town.a_person()
    return Office(retention, admin, (await town.an_organisation(admin)).id)


async def test_a_run_is_asked_for_begun_and_ended(office: Office) -> None:
    asked = await office.retention.add(office.admin, office.organisation_id)
    assert (asked.status, asked.requested_by, asked.started_at) == ("requested", office.admin.user_id, None)

    await office.retention.begin(is_daily=False)
    ended = await office.retention.finish()

    assert EndedRun(asked.id, office.organisation_id, 0, 0, 0) in ended
    wanted = {"organisation_id": office.organisation_id}
    (run,) = (await office.retention.page(office.admin, Cut(), wanted)).rows
    assert (run.id, run.status) == (asked.id, "completed")
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.counts.model_dump() == {"requested": 0, "deleted": 0, "failed": 0}
    assert asked.id not in {each.run_id for each in await office.retention.finish()}


async def test_an_organisation_has_one_open_run(office: Office) -> None:
    first = await office.retention.add(office.admin, office.organisation_id)

    with pytest.raises(ConflictError):
        await office.retention.add(office.admin, office.organisation_id)
    await office.retention.begin(is_daily=False)
    await office.retention.finish()

    assert (await office.retention.add(office.admin, office.organisation_id)).id != first.id


async def test_runs_are_found_by_how_they_stand(office: Office) -> None:
    asked = await office.retention.add(office.admin, office.organisation_id)
    mine: dict[str, object] = {"organisation_id": office.organisation_id}

    for wanted, found in (
        ({"status": "requested"}, [asked]),
        ({"status.in": "(requested,running)"}, [asked]),
        ({"status": "completed"}, []),
        ({"status.in": "(running,failed)"}, []),
    ):
        assert list((await office.retention.page(office.admin, Cut(), mine | wanted)).rows) == found


async def test_rows_that_have_served_are_counted(office: Office) -> None:
    gone = await office.retention.purge_expired(10)

    assert all(0 <= rows <= 10 for rows in gone.values())
