"""The moves of an application, and who may make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.application import BY_CONSEQUENCE, MOVES, ApplicationStatus, Mover, Refusal, refusal

STATES = st.sampled_from(ApplicationStatus)
MOVERS = st.sampled_from(Mover)
REASONS = st.sampled_from([None, "", "  ", "Others fit this role better"])


@given(st.lists(st.tuples(STATES, MOVERS, REASONS), max_size=30))
def test_no_sequence_of_moves_leaves_the_table_or_rejects_without_a_person_and_a_reason(
    wishes: list[tuple[ApplicationStatus, Mover, str | None]],
) -> None:
    status = ApplicationStatus.APPLIED
    for wanted, mover, reason in wishes:
        if refusal(status, wanted, mover, reason) is not None:
            continue
        assert (status, wanted) in MOVES
        assert status.is_open
        if wanted is ApplicationStatus.REJECTED:
            assert mover is Mover.RECRUITER
            assert (reason or "").strip()
        status = wanted


@given(STATES, STATES, MOVERS, REASONS)
def test_a_move_is_made_once(
    was: ApplicationStatus, becomes: ApplicationStatus, mover: Mover, reason: str | None
) -> None:
    if refusal(was, becomes, mover, reason) is None:
        assert refusal(becomes, becomes, mover, reason) is Refusal.NO_SUCH_MOVE


@pytest.mark.parametrize("mover", [Mover.SYSTEM, Mover.CANDIDATE])
@pytest.mark.parametrize("was", [each for each in ApplicationStatus if each.is_open])
def test_only_people_of_the_organisation_reject(was: ApplicationStatus, mover: Mover) -> None:
    assert refusal(was, ApplicationStatus.REJECTED, mover, "A reason") is Refusal.NOT_THEIRS


@pytest.mark.parametrize(("was", "becomes"), sorted(BY_CONSEQUENCE))
def test_what_follows_from_something_else_is_not_made_by_hand(
    was: ApplicationStatus, becomes: ApplicationStatus
) -> None:
    assert refusal(was, becomes, Mover.RECRUITER, "A reason") is Refusal.BY_CONSEQUENCE
    assert refusal(was, becomes, Mover.SYSTEM, None) is None


@pytest.mark.parametrize("was", [ApplicationStatus.INTERVIEWED, ApplicationStatus.REVIEWED])
def test_a_second_interview_wants_a_reason(was: ApplicationStatus) -> None:
    assert refusal(was, ApplicationStatus.INVITED, Mover.RECRUITER, " ") is Refusal.NEEDS_REASON
    assert refusal(was, ApplicationStatus.INVITED, Mover.RECRUITER, "Panel was split") is None


def test_a_candidate_may_always_withdraw_what_is_open() -> None:
    for was in ApplicationStatus:
        expected = None if was.is_open else Refusal.NO_SUCH_MOVE
        assert refusal(was, ApplicationStatus.ARCHIVED, Mover.CANDIDATE, None) is expected
