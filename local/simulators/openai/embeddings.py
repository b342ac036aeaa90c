"""Embeddings in which texts with the same words are near: a bag of words, hashed."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import sys
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from local.simulators.openai.asked import invalid, tokens_of, unknown_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIMENSIONS: Final = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072}
ARGUMENTS: Final = frozenset({"model", "input", "dimensions", "encoding_format", "user"})
MOST_TEXTS: Final = 2048
LONGEST_TEXT: Final = 8191
WORD: Final = re.compile(r"\w+")
WIDE: Final = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")  # scripts without blanks between words
WEAK_WORDS: Final = (
    "a an and are as at be but by do for from had has have how i in is it its me my of on or our so that the "
    "their them then there they this to was we were what when which who will with you your"
)
# words that say little about what a text is about
WEAK: Final = frozenset(WEAK_WORDS.split())


def answer(body: Mapping[str, Any], deployment: str | None) -> dict[str, Any]:
    model = str(deployment or body.get("model", ""))
    if model not in DIMENSIONS:
        unknown_model()
    for name in sorted(body.keys() - ARGUMENTS):
        invalid(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    texts = _texts(body.get("input"))
    dimensions = _dimensions(body.get("dimensions"), DIMENSIONS[model])
    form = body.get("encoding_format", "float")
    if form not in {"float", "base64"}:
        invalid("Invalid value for 'encoding_format': it must be 'float' or 'base64'.", "encoding_format")
    tokens = sum(map(tokens_of, texts))
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": number, "embedding": _as(form, embed(text, dimensions))}
            for number, text in enumerate(texts)
        ],
        "model": model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def embed(text: str, dimensions: int) -> list[float]:
    """Unit length; the cosine of two texts grows with the words, and beginnings of words, they share."""
    vector = [0.0] * dimensions
    for feature, weight in _features(text.lower()):
        place, sign = _place(feature)
        vector[place % dimensions] += sign * weight
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Words, and their stems, so that `tested` and `testing` meet; signs where there are no words."""
    for word in WORD.findall(text):
        if WIDE.search(word):
            yield from ((sign, 1.0) for sign in word)
            yield from ((word[at : at + 2], 1.0) for at in range(len(word) - 1))
        elif word in WEAK:
            yield word, 0.1
        else:
            yield word, 1.0
            yield f"{word[:5]}-", 0.7
    yield "", 0.01  # a text without any word has a direction too


@lru_cache(maxsize=50_000)
def _place(feature: str) -> tuple[int, int]:
    number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest())
    return number >> 1, 1 if number & 1 else -1


def _texts(given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        invalid("Invalid 'input': the simulator reads a text, or a list of texts.", "input")
    if len(texts) > MOST_TEXTS:
        invalid(f"Invalid 'input': at most {MOST_TEXTS} texts.", "input")
    if not all(texts):
        invalid("Invalid 'input': input cannot be an empty string.", "input")
    if (longest := max(map(tokens_of, texts))) > LONGEST_TEXT:
        invalid(f"Invalid 'input': maximum input length is {LONGEST_TEXT} tokens, not {longest}.", "input")
    return texts


def _dimensions(asked: object, most: int) -> int:
    if asked is None:
        return most
    if not isinstance(asked, int) or not 1 <= asked <= most:
        invalid(f"Invalid value for 'dimensions': it must be between 1 and {most}.", "dimensions")
    return asked


def _as(form: str, vector: list[float]) -> list[float] | str:
    if form == "float":
        return vector
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode()
