"""Counts tokens as the models do, exactly and without a network.

The vocabulary is shipped beside this module and loaded by the first text that is counted.
"""

from __future__ import annotations

import gzip
from binascii import a2b_base64
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tiktoken import Encoding

VOCABULARY: Final = Path(__file__).with_name("vocabulary") / "o200k_base.tiktoken.gz"
SHA256: Final = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
# how a text is cut into words before its tokens are found; a test compares it with tiktoken's own
WORDS: Final = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
)
# a million blanks exhaust tiktoken's stack, and its panic is no Exception; where two slices meet, the
# count may be one too high
LONGEST_SLICE: Final = 100_000


class Tokens:
    def __init__(self, vocabulary: Path = VOCABULARY) -> None:
        self._vocabulary = vocabulary
        self._loading = Lock()

    def load(self) -> None:
        """A third of a second of work, once; safe to call from any thread."""
        with self._loading:
            _ = self._encoding

    def count(self, text: str) -> int:
        return len(self._ids(text))

    def cut(self, text: str, most: int) -> str:
        """As much of the beginning as has that many tokens."""
        ids = self._ids(text)
        if len(ids) <= most:
            return text
        kept = max(0, most)
        while kept:
            beginning = self._encoding.decode(ids[:kept], errors="ignore")
            if self.count(beginning) <= most:
                return beginning
            kept -= 1
        return ""

    def _ids(self, text: str) -> list[int]:
        if "_encoding" not in self.__dict__:
            self.load()
        # what looks like a special token in a text is text
        if len(text) <= LONGEST_SLICE:
            return self._encoding.encode_ordinary(text)
        slices = (text[at : at + LONGEST_SLICE] for at in range(0, len(text), LONGEST_SLICE))
        return [number for each in slices for number in self._encoding.encode_ordinary(each)]

    @cached_property
    def _encoding(self) -> Encoding:
        from tiktoken import Encoding  # noqa: PLC0415 - 40 ms that a cold start need not pay

        with gzip.open(self._vocabulary) as file:
            words = file.read().split()
        # each line is a token and its rank; the ranks are 0, 1, 2...
        ranks = dict(zip(map(a2b_base64, words[::2]), range(len(words) // 2), strict=True))
        return Encoding("o200k_base", pat_str="|".join(WORDS), mergeable_ranks=ranks, special_tokens={})
