"""What the database refuses, in our words."""

import pytest

from shared import errors
from shared.adapters.supabase.refusals import OURS, refusal


@pytest.mark.parametrize("code", OURS)
@pytest.mark.parametrize("hint", ["", "12"])
def test_each_of_our_codes_comes_back_as_its_own_error(code: str, hint: str) -> None:
    found = refusal("PT400", code, hint)

    assert type(found) is OURS[code]
    assert found.code == code
    assert found.message.endswith(".")
    assert found.message[0] == found.message[0].upper()


@pytest.mark.parametrize(
    ("code", "hint", "message"),
    [
        ("not_found", "interview", "Interview not found."),
        ("forbidden", "interview", "This interview is not yours."),
        ("interview_not_in_progress", "interview: completed", "The interview is not in progress."),
        ("turn_in_progress", "free in 12 s", "Another turn of this interview is open."),
        ("conflict", "the last admin stays", "The last admin stays."),
        ("interview_locked", "the profile is not confirmed", "The profile is not confirmed."),
        ("invalid_transition", "job_role: closed -> active", "Job role: closed -> active."),
    ],
)
def test_the_hint_becomes_a_sentence(code: str, hint: str, message: str) -> None:
    assert refusal("PT409", code, hint).message == message


def test_a_limit_says_how_long_to_wait() -> None:
    found = refusal("PT429", "rate_limited", "17")

    assert isinstance(found, errors.RateLimitedError)
    assert found.retry_after == 17


def test_a_refused_value_names_its_fields() -> None:
    found = refusal("PT422", "validation_error", "turn_id, message")

    assert isinstance(found, errors.InvalidInputError)
    assert [each.field for each in found.errors] == ["turn_id", "message"]


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("08006", errors.UnavailableError),
        ("57P01", errors.UnavailableError),
        ("57014", errors.UnavailableError),
        ("53300", errors.UnavailableError),
        ("40001", errors.UnavailableError),
        ("40P01", errors.UnavailableError),
        ("23505", errors.ConflictError),
        ("23503", errors.ConflictError),
        ("42501", errors.ForbiddenError),
        ("PGRST301", errors.ForbiddenError),
        ("PGRST303", errors.NotSignedInError),
        ("23514", errors.InvalidInputError),
        ("22021", errors.InvalidInputError),
        ("22P05", errors.InvalidInputError),
        ("XX000", errors.UpstreamError),
        ("", errors.UpstreamError),
    ],
)
def test_every_other_refusal_is_sorted_by_its_sqlstate(
    sqlstate: str, kind: type[errors.TalentiError]
) -> None:
    found = refusal(sqlstate, "Key (email)=(ada@example.com) already exists.", "Ask Ada.")

    assert type(found) is kind
    assert "ada@example.com" not in found.message
    assert "Ask Ada" not in found.message


@pytest.mark.parametrize("sqlstate", ["23514", "22021"])
def test_a_value_that_does_not_fit_has_a_place_too(sqlstate: str) -> None:
    found = refusal(sqlstate, "new row violates check constraint", "")

    assert isinstance(found, errors.InvalidInputError)
    assert [each.field for each in found.errors] == ["body"]


def test_a_code_that_is_not_ours_is_not_passed_on() -> None:
    found = refusal("PT418", "teapot", "short and stout")

    assert type(found) is errors.UpstreamError
    assert "teapot" not in found.message
