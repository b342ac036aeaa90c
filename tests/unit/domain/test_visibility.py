"""What organisations see of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.visibility import PART_OF, Part, as_seen, switches

FULL = {name: ["row"] if name in {"skills", "education", "employment"} else "value" for name in PART_OF}


def test_address_and_phone_are_off_and_all_else_on_until_somebody_says_otherwise() -> None:
    assert {part for part, shown in switches({}).items() if not shown} == {Part.EMAIL, Part.PHONE}


@given(st.dictionaries(st.sampled_from([each.value for each in Part]), st.booleans()))
def test_a_field_is_seen_if_and_only_if_its_part_is_on(chosen: dict[str, bool]) -> None:
    seen = as_seen(FULL | {"availability": "immediate"}, chosen)

    shown = switches(chosen)
    assert seen.pop("availability") == "immediate"
    assert all(bool(value) is shown[PART_OF[name]] for name, value in seen.items())


@pytest.mark.parametrize("name", ["skills", "education", "employment"])
def test_a_hidden_list_is_empty_and_not_missing(name: str) -> None:
    assert as_seen({name: ["row"]}, {PART_OF[name]: False}) == {name: []}
