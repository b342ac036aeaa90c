"""The AuditLog port, held against the fake and against the database."""

from datetime import timedelta

from shared.domain.identity import AppRole
from shared.domain.paging import Cut
from shared.ports.audit_log import EntryFilter
from tests.contract.tenants import Town


async def test_an_admin_reads_what_was_done_and_nobody_else_does(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    recruiter = await town.joined(ada, place, AppRole.ORG_RECRUITER)
    wanted = EntryFilter(place)

    (*_, made) = (await town.log.page(ada, Cut(), wanted)).rows

    assert (made.action, made.entity_type, made.user_id) == (
        "organisation.created",
        "organisation",
        ada.user_id,
    )
    for person in (recruiter, town.a_person()):
        assert (await town.log.page(person, Cut(), wanted)).rows == ()


async def test_entries_are_found_by_what_they_tell(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    (*_, made) = (await town.log.page(ada, Cut(), EntryFilter(place))).rows
    moment = timedelta(microseconds=1)
    hits = [
        EntryFilter(place, action="organisation.created"),
        EntryFilter(place, entity_type="organisation"),
        EntryFilter(place, entity_id=made.entity_id),
        EntryFilter(place, user_id=ada.user_id),
        EntryFilter(place, since=made.created_at, until=made.created_at),
    ]
    misses = [
        EntryFilter(place, action="organisation.updated"),
        EntryFilter(place, entity_type="pot"),
        EntryFilter(place, entity_id=ada.user_id),
        EntryFilter(place, user_id=place),
        EntryFilter(place, until=made.created_at - moment),
    ]

    assert [made in (await town.log.page(ada, Cut(), each)).rows for each in hits] == [True] * len(hits)
    assert [made in (await town.log.page(ada, Cut(), each)).rows for each in misses] == [False] * len(misses)
