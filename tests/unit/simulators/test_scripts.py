"""Scripts: given where they fit, in order, as often as said."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.simulators.scripts import Scripts


def only_text(answer: Mapping[str, Any]) -> None:
    if answer.keys() != {"text"}:
        raise ValueError("only text")


@pytest.fixture
def scripts() -> Scripts:
    scripts = Scripts()
    scripts.accept("openai", only_text)
    return scripts


def test_answers_are_given_in_order_and_then_no_more(scripts: Scripts) -> None:
    scripts.add("openai", {"text": "one"})
    scripts.add("openai", {"text": "two", "times": 2})

    given = [scripts.take("openai") for _ in range(4)]

    assert given == [{"text": "one"}, {"text": "two"}, {"text": "two"}, None]


def test_an_answer_for_always_is_given_always(scripts: Scripts) -> None:
    scripts.add("openai", {"text": "one", "times": None})

    assert [scripts.take("openai") for _ in range(3)] == [{"text": "one"}] * 3
    scripts.forget("openai")
    assert scripts.take("openai") is None


def test_an_answer_waits_for_the_request_it_fits(scripts: Scripts) -> None:
    scripts.add("openai", {"text": "for a rating", "match": {"task": "^rating$", "model": "mini"}})

    assert scripts.take("openai", {"task": "rating"}) is None
    assert scripts.take("openai", {"task": "rating", "model": "gpt-4o-mini"}) == {"text": "for a rating"}


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        ("pigeons", {"text": "coo"}),
        ("openai", {"words": "x"}),
        ("openai", {"text": "x", "times": 0}),
        ("openai", {"text": "x", "times": "often"}),
        ("openai", {"text": "x", "match": "all"}),
        ("openai", {"text": "x", "match": {"task": "("}}),
    ],
)
def test_what_cannot_be_played_is_refused(scripts: Scripts, service: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        scripts.add(service, asked)

    assert scripts.waiting("openai") == []
