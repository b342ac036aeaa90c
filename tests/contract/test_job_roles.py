"""The JobRoles port, held against the fake and against the database."""

import pytest

from shared.contracts.rubric import default_rubric
from shared.domain.identity import AppRole
from shared.domain.job_role import JobRoleStatus
from shared.domain.paging import Cut, Order, Sorted
from shared.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionFailedError
from shared.ports.job_roles import InterviewFilter, RoleFilter
from tests.contract.tenants import Town

DRAFT, ACTIVE, PAUSED, CLOSED = JobRoleStatus
OTHER_RUBRIC = {"skill": next(iter(default_rubric().values())) | {"weight": 1}}


async def test_a_new_role_is_a_draft_of_whoever_made_it(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id

    role = await town.job_roles.read(ada, await town.a_role(ada, place))

    assert (role.status, role.created_by, role.rubric_version) == (DRAFT, ada.user_id, 1)
    assert {name: each.model_dump(mode="json") for name, each in role.scoring_rubric.items()} == (
        default_rubric()
    )


async def test_a_viewer_makes_and_changes_nothing(town: Town) -> None:
    ada = town.a_person()
    place = (await town.an_organisation(ada)).id
    viewer = await town.joined(ada, place, AppRole.ORG_VIEWER)
    role = await town.a_role(ada, place)

    with pytest.raises(ForbiddenError):
        await town.a_role(viewer, place)
    with pytest.raises(ForbiddenError):
        await town.job_roles.change(viewer, role, {"title": "Mine"}, None, None)
    with pytest.raises(NotFoundError):
        await town.job_roles.remove(viewer, role, None)
    assert (await town.job_roles.read(viewer, role)).title == "Engineer"


async def test_fields_rubric_and_status_change_in_one_step(town: Town) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)
    seen = await town.job_roles.read(ada, role)

    changes = {"title": "Designer", "department": "Design", "scoring_rubric": OTHER_RUBRIC}
    changed = await town.job_roles.change(ada, role, changes, ACTIVE, (seen.updated_at,))

    assert changed == await town.job_roles.read(ada, role)
    assert (changed.title, changed.status, changed.rubric_version) == ("Designer", ACTIVE, 2)
    assert list(changed.scoring_rubric) == ["skill"]


async def test_what_is_refused_in_part_changes_nothing(town: Town) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)

    with pytest.raises(ConflictError) as refused:
        await town.job_roles.change(ada, role, {"title": "Designer"}, CLOSED, None)

    assert refused.value.code == "invalid_transition"
    kept = await town.job_roles.read(ada, role)
    assert (kept.title, kept.status) == ("Engineer", DRAFT)


async def test_of_two_who_start_from_the_same_version_one_wins(town: Town) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)
    seen = (await town.job_roles.read(ada, role)).updated_at
    await town.job_roles.change(ada, role, {"title": "First"}, None, (seen,))

    with pytest.raises(PreconditionFailedError):
        await town.job_roles.change(ada, role, {"title": "Second"}, None, (seen,))
    with pytest.raises(PreconditionFailedError):
        await town.job_roles.remove(ada, role, (seen,))


async def test_the_same_rubric_again_is_the_same_version(town: Town) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)

    changed = await town.job_roles.change(ada, role, {"scoring_rubric": default_rubric()}, None, None)

    assert changed.rubric_version == 1


@pytest.mark.parametrize("was", JobRoleStatus)
@pytest.mark.parametrize("becomes", JobRoleStatus)
async def test_only_the_moves_of_the_product_are_made(
    town: Town, was: JobRoleStatus, becomes: JobRoleStatus
) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)
    ways = {DRAFT: [], ACTIVE: [ACTIVE], PAUSED: [ACTIVE, PAUSED], CLOSED: [ACTIVE, CLOSED]}
    for each in ways[was]:
        await town.job_roles.change(ada, role, {}, each, None)
    allowed = {DRAFT: {ACTIVE}, ACTIVE: {PAUSED, CLOSED}, PAUSED: {ACTIVE, CLOSED}, CLOSED: set()}[was]

    if becomes is was or becomes in allowed:
        assert (await town.job_roles.change(ada, role, {}, becomes, None)).status is becomes
        return
    with pytest.raises(ConflictError):
        await town.job_roles.change(ada, role, {}, becomes, None)


async def test_others_find_a_card_while_a_role_is_active_or_because_they_applied(town: Town) -> None:
    ada, candidate, other = town.a_person(), town.a_person(), town.a_person()
    place = await town.an_organisation(ada)
    role = await town.a_role(ada, place.id)
    with pytest.raises(NotFoundError):
        await town.job_roles.card(candidate, role)
    await town.job_roles.change(ada, role, {}, ACTIVE, None)

    card = await town.job_roles.card(candidate, role)
    town.apply(role, candidate)
    await town.job_roles.change(ada, role, {}, CLOSED, None)

    assert (card.title, card.organisation_name) == ("Engineer", place.name)
    assert (await town.job_roles.card(candidate, role)).status is CLOSED
    with pytest.raises(NotFoundError):
        await town.job_roles.card(other, role)


async def test_lists_show_the_own_in_full_and_the_active_of_others_as_cards(town: Town) -> None:
    ada, candidate = town.a_person(), town.a_person()
    place = (await town.an_organisation(ada)).id
    last = [await town.a_role(ada, place, title) for title in ("c", "a", "b")][-1]
    await town.job_roles.change(ada, last, {}, ACTIVE, None)
    wanted = RoleFilter(place)
    by_title = Cut(2, Order("title", Sorted.TEXT, descending=False))

    first = await town.job_roles.page(ada, by_title, wanted)
    rest = await town.job_roles.page(ada, Cut(2, by_title.order, first.last), wanted)
    drafts = await town.job_roles.page(ada, Cut(with_total=True), RoleFilter(place, DRAFT))

    assert [each.title for each in (*first.rows, *rest.rows)] == ["a", "b", "c"]
    assert ([each.title for each in drafts.rows], drafts.total) == (["a", "c"], 2)
    assert (await town.job_roles.page(candidate, Cut(), wanted)).rows == ()
    assert [each.title for each in (await town.job_roles.card_page(candidate, Cut(), wanted)).rows] == ["b"]


async def test_only_a_closed_role_without_applications_can_be_removed(town: Town) -> None:
    ada, candidate = town.a_person(), town.a_person()
    place = (await town.an_organisation(ada)).id
    used, unused = await town.a_role(ada, place), await town.a_role(ada, place)
    for role in (used, unused):
        await town.job_roles.change(ada, role, {}, ACTIVE, None)
        with pytest.raises(ConflictError):
            await town.job_roles.remove(ada, role, None)
    town.apply(used, candidate)
    for role in (used, unused):
        await town.job_roles.change(ada, role, {}, CLOSED, None)

    await town.job_roles.remove(ada, unused, None)

    with pytest.raises(NotFoundError):
        await town.job_roles.read(ada, unused)
    with pytest.raises(ConflictError):
        await town.job_roles.remove(ada, used, None)


async def test_a_role_without_interviews_lists_and_counts_none(town: Town) -> None:
    ada = town.a_person()
    role = await town.a_role(ada, (await town.an_organisation(ada)).id)

    assert (await town.job_roles.interviews(ada, Cut(), InterviewFilter(role))).rows == ()
    assert await town.job_roles.count_interviews(ada, role) == {}
