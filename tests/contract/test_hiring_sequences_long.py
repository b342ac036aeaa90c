"""The same wishes in any order, on the fakes and on the database: the same is granted, the same holds."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.hiring import People, database_desk
from tests.fakes.desk import FakeDesk
from tests.hiring_desk import Desk, Wish
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database

# what tends to follow each other, so that few examples go far
CHAINS = st.sampled_from(
    [
        [Wish.INVITE, Wish.OPEN, Wish.CLAIM, Wish.BEGIN, Wish.END, Wish.SCORE],
        [Wish.INVITE, Wish.BOUNCE, Wish.RESEND, Wish.DELIVER],
        [Wish.SCREEN, Wish.INVITE, Wish.REVOKE],
        [Wish.INVITE, Wish.PASS_TIME, Wish.INVITE],
        [Wish.SHORTLIST, Wish.OFFER, Wish.HIRE],
        [Wish.SECOND, Wish.INVITE],
        [Wish.REJECT, Wish.APPLY],
    ]
)
WISHES = st.lists(
    st.one_of(CHAINS, st.sampled_from(Wish).map(lambda wish: [wish])), min_size=2, max_size=5
).map(lambda chains: [wish for chain in chains for wish in chain])


@pytest.fixture(scope="module")
def people(supabase: SupabaseStack) -> People:
    return People.of(supabase)


async def outcome(desk: Desk, wishes: Sequence[Wish]) -> list[object]:
    """What was granted, what was refused with which code, and the states that came of it."""
    seen: list[object] = []
    before = await desk.state()
    for wish in [Wish.APPLY, *wishes]:
        granted = await desk.grant(wish)
        after = await desk.state()
        await desk.check(before, after)
        await desk.grant(wish)
        assert await desk.state() == after, f"{wish.value} twice has two effects"
        statuses = sorted(status.value for _, status in after.applications)
        invited = sorted(status.value for _, status in after.invitations)
        before = after
        seen.append((wish.value, granted, statuses, sorted(after.interviews), invited))
    return [*seen, desk.refused]


@settings(max_examples=150, deadline=None)
@given(WISHES)
def test_the_database_grants_what_the_fakes_grant_and_ends_where_they_end(
    supabase: SupabaseStack, people: People, wishes: list[Wish]
) -> None:
    async def on_the_database() -> list[object]:
        async with database_desk(supabase, people) as desk:
            return await outcome(desk, wishes)

    assert asyncio.run(on_the_database()) == asyncio.run(outcome(FakeDesk(), wishes))
