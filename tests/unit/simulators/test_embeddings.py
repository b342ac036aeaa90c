"""Embeddings: the same for the same text, near for near ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.openai.embeddings import embed


def cosine(one: str, other: str, dimensions: int = 1536) -> float:
    pairs = zip(embed(one, dimensions), embed(other, dimensions), strict=True)
    return sum(a * b for a, b in pairs)


def test_similar_texts_are_nearer_than_others() -> None:
    asked = "How do you test software before a release?"

    same = cosine(asked, "What tests of the software do you run before you release it?")
    other = cosine(asked, "Which wine goes with grilled fish?")

    assert same > 0.5
    assert same > other + 0.4


@pytest.mark.parametrize(
    ("near", "far"),
    [("测试软件发布之前很重要", "今天天气很好我们去海边"), ("Ich teste Software", "Das Wetter ist schön")],
)
def test_other_languages_have_near_and_far_too(near: str, far: str) -> None:
    asked = "软件发布之前的测试" if near[0] == "测" else "Software, die ich teste"

    assert cosine(asked, near) > cosine(asked, far) + 0.2


@given(st.text(min_size=1, max_size=200), st.integers(1, 3072))
def test_every_text_has_a_direction_of_unit_length(text: str, dimensions: int) -> None:
    vector = embed(text, dimensions)

    assert len(vector) == dimensions
    assert math.isclose(sum(value * value for value in vector), 1.0, abs_tol=1e-6)
    assert vector == embed(text, dimensions)
