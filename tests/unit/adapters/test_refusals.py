"""What the database refuses, in our words."""

import pytest

from shared import errors
from shared.adapters.supabase.refusals import OURS, refusal


@pytest.mark.parametrize("code", OURS)
def test_each_of_our_codes_comes_back_as_its_own_error(code: str) -> None:
    found = refusal("PT400", code, "One safe sentence.")

    assert type(found) is OURS[code]
    assert (found.code, found.message) == (code, "One safe sentence.")


@pytest.mark.parametrize("code", OURS)
def test_a_code_without_a_sentence_gets_one(code: str) -> None:
    found = refusal("PT400", code, "")

    assert found.message.endswith(".")
    assert found.message[0].isupper()


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
        ("23514", errors.UpstreamError),
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


def test_a_code_that_is_not_ours_is_not_passed_on() -> None:
    found = refusal("PT418", "teapot", "short and stout")

    assert type(found) is errors.UpstreamError
    assert "teapot" not in found.message
