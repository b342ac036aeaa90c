"""The moves of an invitation, and its token."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.invitation import MOVES, RESENDABLE, InvitationStatus, hash_of, new_token, path

STATES = st.sampled_from(InvitationStatus)
S = InvitationStatus


@given(STATES, STATES)
def test_every_step_of_a_way_is_a_listed_move(was: InvitationStatus, becomes: InvitationStatus) -> None:
    way = path(was, becomes)

    if way is None:
        assert was is not becomes
        return
    for here, following in zip((was, *way), way, strict=False):
        assert following in MOVES[here]
    assert (way[-1] if way else was) is becomes


@pytest.mark.parametrize(
    ("was", "becomes", "way"),
    [
        (S.PENDING, S.SENT, (S.SENT,)),
        (S.SENT, S.OPENED, (S.DELIVERED, S.OPENED)),
        (S.PENDING, S.CLAIMED, (S.SENT, S.DELIVERED, S.OPENED, S.CLAIMED)),
        (S.BOUNCED, S.DELIVERED, (S.SENT, S.DELIVERED)),
        (S.OPENED, S.OPENED, ()),
        (S.OPENED, S.DELIVERED, None),
        (S.CLAIMED, S.SENT, None),
        (S.EXPIRED, S.OPENED, None),
    ],
)
def test_the_shortest_way(
    was: InvitationStatus, becomes: InvitationStatus, way: tuple[InvitationStatus, ...] | None
) -> None:
    assert path(was, becomes) == way


def test_what_is_over_stays_over() -> None:
    for status in InvitationStatus:
        assert (status in MOVES) is status.is_live
        assert status.is_live or status not in RESENDABLE


def test_a_token_has_256_bits_is_safe_in_an_address_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    for token in tokens:
        assert len(base64.urlsafe_b64decode(token + "=")) == 32
        assert token.replace("-", "").replace("_", "").isalnum()


def test_only_the_hash_of_a_token_is_kept() -> None:
    assert hash_of("a-token") == hashlib.sha256(b"a-token").hexdigest()
