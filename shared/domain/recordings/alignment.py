"""Where in the sound each segment of the live transcript is.

The live transcript is what was said as it was understood at that moment, and it is sealed. What is
heard in the recording has times. Both are sequences of words, so they are matched word by word and in
order: a segment has the time of its first and its last word that was heard. What cannot be found is
left without a time rather than given a wrong one.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from uuid import UUID

from shared.domain.speech import TranscribedPhrase

# scripts without blanks go by the letter
TOKEN: Final = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:['\u2019][^\W_]+)*"
)
SMALL: Final = 40_000  # what is compared word by word, exactly
ANCHORS: Final = (4, 3, 2, 1)  # words in a row that stand once on either side
LEAST_HEARD: Final = 0.3  # of a segment: fewer words are found somewhere by accident


@dataclass(frozen=True, slots=True)
class LiveSegment:
    segment_id: UUID
    sequence: int
    speaker: str
    content: str
    origin: str = "speech"


@dataclass(frozen=True, slots=True)
class PlacedSegment:
    """When a segment was said, and how many of its words were heard; no times if it was not."""

    segment_id: UUID
    sequence: int
    begins_ms: int | None
    ends_ms: int | None
    words: int
    matched: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """`discrepancy` is the share of words that only one side has, where both speak; 0 is word for word."""

    segments: tuple[PlacedSegment, ...]
    discrepancy: float | None


@dataclass(frozen=True, slots=True)
class _Heard:
    word: str
    begins_ms: int
    ends_ms: int


def align(segments: Sequence[LiveSegment], phrases: Sequence[TranscribedPhrase]) -> Alignment:
    live = [(word, number) for number, each in enumerate(segments) for word in words_of(each.content)]
    heard = sorted(_heard(phrases), key=lambda each: (each.begins_ms, each.ends_ms))
    pairs = match([word for word, _ in live], [each.word for each in heard])
    found: dict[int, list[int]] = {}
    for here, there in pairs:
        found.setdefault(live[here][1], []).append(there)
    totals = Counter(number for _, number in live)
    placed = tuple(
        _placed(each, totals[number], [heard[there] for there in found.get(number, ())])
        for number, each in enumerate(segments)
    )
    return Alignment(placed, _discrepancy(live, heard, pairs))


def words_of(text: str) -> list[str]:
    """As they are compared: case, width and kinds of apostrophes make no difference."""
    return [
        each.replace("\u2019", "'").casefold() for each in TOKEN.findall(unicodedata.normalize("NFKC", text))
    ]


def _heard(phrases: Sequence[TranscribedPhrase]) -> Iterator[_Heard]:
    for phrase in phrases:
        if phrase.words:
            for word in phrase.words:
                ends = word.begins_ms + word.lasts_ms
                yield from (_Heard(token, word.begins_ms, ends) for token in words_of(word.text))
            continue
        tokens = words_of(phrase.text)  # no times of words: spread over the phrase
        for number, token in enumerate(tokens):
            begins, ends = (
                phrase.begins_ms + phrase.lasts_ms * part // len(tokens) for part in (number, number + 1)
            )
            yield _Heard(token, begins, ends)


def _placed(segment: LiveSegment, words: int, found: Sequence[_Heard]) -> PlacedSegment:
    if not found or len(found) < ceil(words * LEAST_HEARD):
        return PlacedSegment(segment.segment_id, segment.sequence, None, None, words, len(found))
    ends = max(each.ends_ms for each in found)
    return PlacedSegment(segment.segment_id, segment.sequence, found[0].begins_ms, ends, words, len(found))


def _discrepancy(
    live: Sequence[tuple[str, int]], heard: Sequence[_Heard], pairs: Sequence[tuple[int, int]]
) -> float | None:
    """Between the first and the last word in common: a recording may begin late or end early."""
    if not live or not heard:
        return None
    if not pairs:
        return 1.0
    first, last = live[pairs[0][0]][1], live[pairs[-1][0]][1]
    spoken = sum(first <= number <= last for _, number in live)
    listened = pairs[-1][1] - pairs[0][1] + 1
    return round(1 - 2 * len(pairs) / (spoken + listened), 4)


def match(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of the same word, rising on both sides; close to as many as there can be.

    Short stretches are compared exactly. Long ones are parted first, at words that stand together once
    on either side, so that an hour of talk takes no longer than its parts.
    """
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(left), 0, len(right))]
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        while a < a_end and b < b_end and left[a] == right[b]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and left[a_end - 1] == right[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            pairs.append((a_end, b_end))
        if a == a_end or b == b_end:
            continue
        if (a_end - a) * (b_end - b) <= SMALL:
            pairs += ((a + x, b + y) for x, y in _exactly(left[a:a_end], right[b:b_end]))
            continue
        cuts = _anchors(left, right, (a, a_end, b, b_end)) or [((a + a_end) // 2, (b + b_end) // 2)]
        for x, y in [*cuts, (a_end, b_end)]:
            waiting.append((a, x, b, y))
            a, b = x, y
    return sorted(pairs)


def _anchors(
    left: Sequence[str], right: Sequence[str], within: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    a, a_end, b, b_end = within
    for length in ANCHORS:
        here, there = _once(left, a, a_end, length), _once(right, b, b_end, length)
        both = sorted((here[words], there[words]) for words in here.keys() & there.keys())
        if rising := _rising(both):
            return rising
    return []


def _once(words: Sequence[str], start: int, end: int, length: int) -> dict[tuple[str, ...], int]:
    places: dict[tuple[str, ...], int] = {}
    for at in range(start, end - length + 1):
        run = tuple(words[at : at + length])
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest of them that rise on both sides; they come sorted by the first."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        at = bisect_left(ends, there)
        before.append(tops[at - 1] if at else -1)
        if at == len(ends):
            ends.append(there)
            tops.append(number)
        else:
            ends[at], tops[at] = there, number
    chain: list[tuple[int, int]] = []
    number = tops[-1] if tops else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _exactly(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence."""
    rows = [[0] * (len(right) + 1)]
    for word in reversed(left):
        above, row = rows[-1], [0] * (len(right) + 1)
        for y in range(len(right) - 1, -1, -1):
            row[y] = above[y + 1] + 1 if word == right[y] else max(above[y], row[y + 1])
        rows.append(row)
    rows.reverse()
    pairs, x, y = [], 0, 0
    while x < len(left) and y < len(right):
        if left[x] == right[y]:
            pairs.append((x, y))
            x, y = x + 1, y + 1
        elif rows[x + 1][y] >= rows[x][y + 1]:
            x += 1
        else:
            y += 1
    return pairs
