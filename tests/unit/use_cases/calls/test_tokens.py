"""One identity a person, and tokens for own interviews that are not over."""

import asyncio
from uuid import uuid4

import pytest

from shared.contracts.calls import CallTokenWish
from shared.domain.calls import CallScope
from shared.errors import ForbiddenError, NotFoundError, NotSignedInError, UpstreamError, WrongStateError
from tests.unit.use_cases.calls.switchboard import Switchboard


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def wish(board: Switchboard, *scopes: str, interview_id: str | None = None) -> CallTokenWish:
    asked = {"interview_id": interview_id or str(board.interview_id)}
    return CallTokenWish.model_validate(asked | ({"scopes": list(scopes)} if scopes else {}))


async def test_the_identity_is_made_once_and_reused(board: Switchboard) -> None:
    first = await board.verbs.token(board.candidate, wish(board))
    again = await board.verbs.token(board.candidate, wish(board, "voip", "chat"))

    assert first.user_id == again.user_id
    assert first.token != again.token
    assert board.tokens.identities == {
        first.user_id: [frozenset({CallScope.VOIP}), frozenset({CallScope.VOIP, CallScope.CHAT})]
    }


async def test_who_asks_ten_times_at_once_has_one_identity(board: Switchboard) -> None:
    tokens = await asyncio.gather(*(board.verbs.token(board.candidate, wish(board)) for _ in range(10)))

    assert {each.user_id for each in tokens} == set(board.tokens.identities)
    assert len(board.tokens.identities) == 1


async def test_an_identity_that_the_provider_has_lost_is_replaced(board: Switchboard) -> None:
    lost = (await board.verbs.token(board.candidate, wish(board))).user_id
    board.tokens.identities.clear()

    found = await board.verbs.token(board.candidate, wish(board))

    assert found.user_id != lost
    assert board.identities.kept[board.candidate.user_id] == found.user_id


@pytest.mark.parametrize("state", ["completed", "cancelled", "expired"])
async def test_an_interview_that_is_over_gets_none(board: Switchboard, state: str) -> None:
    board.be(state)

    with pytest.raises(WrongStateError):
        await board.verbs.token(board.candidate, wish(board))
    assert not board.tokens.identities


async def test_nobody_gets_one_for_anothers_interview(board: Switchboard) -> None:
    for somebody in (board.stranger, board.recruiter):
        with pytest.raises(ForbiddenError):
            await board.verbs.token(somebody, wish(board))
    for unknown in (str(uuid4()), "' or 1=1 --"):
        with pytest.raises(NotFoundError):
            await board.verbs.token(board.candidate, wish(board, interview_id=unknown))


async def test_a_provider_that_fails_is_told_and_leaves_nothing(board: Switchboard) -> None:
    board.tokens.fault = UpstreamError("It answered badly.")

    with pytest.raises(UpstreamError):
        await board.verbs.token(board.candidate, wish(board))
    assert not board.identities.kept


async def test_who_is_being_deleted_leaves_no_identity_at_the_provider(board: Switchboard) -> None:
    board.identities.fault = NotSignedInError("This account is being deleted.")

    with pytest.raises(NotSignedInError):
        await board.verbs.token(board.candidate, wish(board))
    assert not board.tokens.identities
