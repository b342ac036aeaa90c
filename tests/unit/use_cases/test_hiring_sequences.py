"""Whatever is wished for, and in whatever order: no illegal state, and a wish repeated has one effect."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.desk import FakeDesk
from tests.hiring_desk import Wish

ALL_THE_WAY = [
    Wish.APPLY,
    Wish.INVITE,
    Wish.DELIVER,
    Wish.OPEN,
    Wish.CLAIM,
    Wish.BEGIN,
    Wish.END,
    Wish.SCORE,
    Wish.SHORTLIST,
    Wish.OFFER,
    Wish.HIRE,
]


@pytest.mark.no_cover  # others run its lines
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(Wish), max_size=25))
def test_no_sequence_of_wishes_reaches_an_illegal_state(wishes: list[Wish]) -> None:
    async def try_all() -> None:
        desk = FakeDesk()
        for wish in [Wish.APPLY, *wishes]:
            before = await desk.state()
            await desk.grant(wish)
            await desk.check(before, await desk.state())

    asyncio.run(try_all())


@pytest.mark.no_cover  # others run its lines
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(Wish), max_size=15), st.sampled_from(Wish))
def test_the_same_wish_twice_has_one_effect(wishes: list[Wish], repeated: Wish) -> None:
    async def try_all() -> None:
        desk = FakeDesk()
        for wish in [Wish.APPLY, *wishes, repeated]:
            await desk.grant(wish)
        once = await desk.state()
        await desk.grant(repeated)
        assert await desk.state() == once

    asyncio.run(try_all())


async def test_the_straight_way_leads_from_the_application_to_the_job() -> None:
    desk = FakeDesk()

    granted = [await desk.grant(wish) for wish in ALL_THE_WAY]

    assert granted == [True] * len(ALL_THE_WAY)
    assert [status.value for _, status in (await desk.state()).applications] == ["hired"]


@pytest.mark.parametrize("wish", [Wish.BEGIN, Wish.SCREEN])
async def test_an_interview_that_runs_is_not_undone_by_hand(wish: Wish) -> None:
    desk = FakeDesk()
    for each in [Wish.APPLY, Wish.INVITE, Wish.BEGIN]:
        await desk.grant(each)
    before = await desk.state()

    await desk.grant(wish)

    assert await desk.state() == before
