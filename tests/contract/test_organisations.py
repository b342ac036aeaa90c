"""The Organisations port, held against the fake and against the database."""

import pytest

from shared.contracts.organisations import NewOrganisation
from shared.domain.identity import AppRole
from shared.domain.job_role import JobRoleStatus
from shared.domain.organisation import VALUES_FRAMEWORK
from shared.errors import NotFoundError, PreconditionFailedError
from tests.contract.tenants import Town


async def test_who_makes_one_is_its_admin_and_finds_what_was_said(town: Town) -> None:
    ada = town.a_person()
    made = await town.organisations.create(
        ada, NewOrganisation(name="Red Gum", industry="Software", website="https://redgum.example")
    )

    assert await town.organisations.read(ada, made.id) == made
    assert (made.name, made.industry, made.website) == ("Red Gum", "Software", "https://redgum.example")
    assert made.values_framework == VALUES_FRAMEWORK
    assert (made.time_zone, made.languages, made.recording_retention_days) == (
        "Australia/Sydney",
        ["en-AU"],
        None,
    )


async def test_nobody_else_finds_it(town: Town) -> None:
    made = await town.an_organisation(town.a_person())
    eve = town.a_person()

    with pytest.raises(NotFoundError):
        await town.organisations.read(eve, made.id)
    with pytest.raises(NotFoundError):
        await town.organisations.card(eve, made.id)


async def test_who_applied_finds_a_card(town: Town) -> None:
    ada, candidate = town.a_person(), town.a_person()
    made = await town.an_organisation(ada)
    role = await town.a_role(ada, made.id)
    await town.job_roles.change(ada, role, {}, JobRoleStatus.ACTIVE, None)
    town.apply(role, candidate)

    card = await town.organisations.card(candidate, made.id)

    assert (card.id, card.name) == (made.id, made.name)
    with pytest.raises(NotFoundError):
        await town.organisations.read(candidate, made.id)


async def test_a_change_merges_and_makes_a_new_version(town: Town) -> None:
    ada = town.a_person()
    made = await town.an_organisation(ada)

    changes = {"industry": "Mining", "recording_retention_days": 30, "languages": ["en-AU", "de"]}
    changed = await town.organisations.change(ada, made.id, changes, (made.updated_at,))

    assert changed == made.model_copy(update=changes | {"updated_at": changed.updated_at})
    assert changed.updated_at > made.updated_at
    with pytest.raises(PreconditionFailedError):
        await town.organisations.change(ada, made.id, {"name": "Late"}, (made.updated_at,))


async def test_who_is_not_an_admin_changes_nothing(town: Town) -> None:
    ada = town.a_person()
    made = await town.an_organisation(ada)
    recruiter = await town.joined(ada, made.id, AppRole.ORG_RECRUITER)

    with pytest.raises(NotFoundError):
        await town.organisations.change(recruiter, made.id, {"name": "Mine"}, None)


async def test_the_figures_count_what_is_there(town: Town) -> None:
    ada, candidate = town.a_person(), town.a_person()
    made = await town.an_organisation(ada)
    for title in ("one", "two"):
        role = await town.a_role(ada, made.id, title)
        await town.job_roles.change(ada, role, {}, JobRoleStatus.ACTIVE, None)
        town.apply(role, candidate)
    await town.a_role(ada, made.id, "draft")

    stats = await town.organisations.stats(ada, made.id)

    assert (stats.active_roles, stats.total_candidates, stats.completed_interviews) == (2, 1, 0)
    assert (stats.average_match_score, stats.average_overall_score) == (None, None)
