"""Inline constraints accept what .NET parses, and nothing makes them fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.route_constraints import UnknownConstraintError, constraint


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        (
            "int",
            ["0", "-5", "+7", "2147483647", "-2147483648"],
            ["2147483648", "1.5", "x", "", "٣", "9" * 5000],
        ),
        ("long", ["9223372036854775807"], ["9223372036854775808", "1e3"]),
        (
            "guid",
            [
                "12345678-90ab-cdef-1234-567890abcdef",
                "1234567890abcdef1234567890ABCDEF",
                "{12345678-90ab-cdef-1234-567890abcdef}",
            ],
            ["12345678", "{1234567890abcdef1234567890abcdef}", "g2345678-90ab-cdef-1234-567890abcdef"],
        ),
        ("bool", ["true", "False"], ["1", "yes", ""]),
        ("alpha", ["abc", "Z"], ["a1", "ä", "a b"]),
        ("float", ["1", "1.5", "-.5", "1e10"], ["x", "1.5.2", ""]),
        ("double", ["1,000.5"], ["one"]),
        ("decimal", ["0.1"], ["0x1"]),
        ("datetime", ["2026-01-31", "2026-01-31T10:00:00"], ["2026-02-31", "soon"]),
        ("min(3)", ["3", "10"], ["2", "x"]),
        ("max(3)", ["3", "-1"], ["4"]),
        ("range(1,3)", ["1", "3"], ["0", "4"]),
        ("length(3)", ["abc"], ["ab", "abcd"]),
        ("length(2,3)", ["ab", "abc"], ["a", "abcd"]),
        ("minlength(2)", ["ab"], ["a"]),
        ("maxlength(2)", ["ab", ""], ["abc"]),
        ("regex(^a+$)", ["aa", "AA"], ["ab"]),
        ("required", ["x"], [""]),
        ("INT", ["1"], ["x"]),
    ],
)
def test_a_constraint_decides(text: str, accepted: list[str], refused: list[str]) -> None:
    allows = constraint(text)
    assert [value for value in accepted if not allows(value)] == []
    assert [value for value in refused if allows(value)] == []


@pytest.mark.parametrize("text", ["integer", "int(5)", "range", "", "min()", "length(a,b)"])
def test_an_unknown_constraint_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match=r"constraint|invalid literal") as failure:
        constraint(text)
    assert isinstance(failure.value, UnknownConstraintError) or "(" in text


@given(
    st.sampled_from(["int", "long", "guid", "bool", "alpha", "double", "datetime", "range(1,9)", "required"]),
    st.text(),
)
def test_no_value_makes_a_constraint_raise(name: str, value: str) -> None:
    assert constraint(name)(value) in {True, False}
