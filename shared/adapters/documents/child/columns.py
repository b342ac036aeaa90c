"""Reading order: whether a page has two columns, and its lines in the order a person reads them.

A gutter is a vertical strip that hardly any word crosses, with words on both sides of it over some
height. A row that runs through the strip without a gap belongs to neither column: it stands above
what follows it, and below what came before it.
"""

from bisect import bisect_left, bisect_right

STEP = 2.0
SEARCHED = (0.2, 0.8)  # of the page's width
MAX_CROSSING = 0.02  # of all words
EXTREMES = 0.01  # of the words of a side: they do not make its edge
MIN_WORDS = 8
MIN_GUTTER = 8.0
MIN_SHARED_HEIGHT = 80.0
ALL_BUT_A_FEW = 0.9
# blanks between words of large type are wide too: this much of the height of its letters is a gap
GAP_BY_HEIGHT = 0.6

# Hebrew and Arabic, and the forms that their letters have in old fonts
RIGHT_TO_LEFT = (("\u0590", "\u08ff"), ("\ufb1d", "\ufdff"), ("\ufe70", "\ufefc"))


class Word:
    """A word and its place, measured from the upper left corner."""

    __slots__ = ("bottom", "joined", "left", "look", "right", "text", "top")

    def __init__(
        self,
        text: str,
        left: float,
        top: float,
        right: float,
        bottom: float,
        look: object = None,
        *,
        joined: bool = False,
    ) -> None:
        self.text = text
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
        self.look = look
        self.joined = joined  # no blank between the word before and this one

    def widen(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take this box in. Written out: it is done for every letter."""
        if left < self.left:  # noqa: PLR1730
            self.left = left
        if top < self.top:  # noqa: PLR1730
            self.top = top
        if right > self.right:  # noqa: PLR1730
            self.right = right
        if bottom > self.bottom:  # noqa: PLR1730
            self.bottom = bottom

    @property
    def centre(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def find_gutter(words: list[Word], width: float) -> tuple[float, float] | None:
    """The left and right edge of the widest strip between two columns, if there is one."""
    if len(words) < 2 * MIN_WORDS:
        return None
    sides = _Sides(words)
    widest = None
    x = SEARCHED[0] * width
    while x <= SEARCHED[1] * width:
        strip = sides.strip_at(x)
        if strip and (widest is None or strip[1] - strip[0] > widest[1] - widest[0]):
            widest = strip
        x += STEP
    return None if widest and _only_ends_rows(words, widest) else widest


def from_right_to_left(words: list[Word]) -> list[list[Word]]:
    """The lines of a page in Arabic or Hebrew; its columns begin at the right too."""
    width = max((word.right for word in words), default=0.0)
    gutter = find_gutter(words, width)
    lines = rows(words)
    if gutter:
        for word in words:
            word.left, word.right = width - word.right, width - word.left
        mirrored = (width - gutter[1], width - gutter[0])
        lines = in_reading_order(words, mirrored)
        for word in words:
            word.left, word.right = width - word.right, width - word.left
    return [_turned(sorted(line, key=lambda word: word.left)) for line in lines]


def is_right_to_left(text: str) -> bool:
    if text.isascii():
        return False
    return any(start <= letter <= end for letter in text for start, end in RIGHT_TO_LEFT)


def in_reading_order(words: list[Word], gutter: tuple[float, float]) -> list[list[Word]]:
    """The lines of a page with this gutter."""
    middle = sum(gutter) / 2
    lines: list[list[Word]] = []
    left: list[Word] = []
    right: list[Word] = []
    for row in rows(words):
        if _runs_through(row, gutter):
            lines += [*rows(left), *rows(right), row]
            left, right = [], []
        else:
            left += [word for word in row if word.left + word.right < 2 * middle]
            right += [word for word in row if word.left + word.right >= 2 * middle]
    return [*lines, *rows(left), *rows(right)]


def rows(words: list[Word]) -> list[list[Word]]:
    """Words that stand beside each other, from top to bottom, each row from left to right."""
    found: list[list[Word]] = []
    centre = height = 0.0
    for word in sorted(words, key=lambda each: each.centre):
        if found and word.centre - centre <= max(height, word.height) / 2:
            found[-1].append(word)
            height = max(height, word.height)
        else:
            found.append([word])
            centre, height = word.centre, word.height
    return [sorted(row, key=lambda each: each.left) for row in found]


def _only_ends_rows(words: list[Word], gutter: tuple[float, float]) -> bool:
    """Periods at the right edge belong to the rows that they end: between them there are rows without.

    A column of its own goes on from line to line, or has lines at heights of its own.
    """
    middle = sum(gutter) / 2
    sides = [
        (any(word.right <= middle for word in row), any(word.left >= middle for word in row))
        for row in rows(words)
    ]
    ended = [at for at, (_, right) in enumerate(sides) if right]
    between = sides[ended[0] : ended[-1] + 1]
    paired = sum(left for left, right in between if right)
    unpaired = sum(left for left, right in between if not right)
    return paired >= ALL_BUT_A_FEW * len(ended) and unpaired >= len(ended) / 2


def _turned(line: list[Word]) -> list[Word]:
    """Words of Latin letters that stand together keep their own direction among the others."""
    if line[0].text.startswith("+") and not any(map(is_right_to_left, (word.text for word in line))):
        return line  # a number of a telephone, which begins at the left everywhere
    found: list[Word] = []
    at = len(line)
    while at:
        start = at
        while start and _is_latin(line[start - 1].text):
            start -= 1
        found += line[start:at] or [line[at - 1]]
        at = min(start, at - 1)
    return found


def _is_latin(text: str) -> bool:
    return any(letter.isalpha() for letter in text) and not is_right_to_left(text)


def _runs_through(row: list[Word], gutter: tuple[float, float]) -> bool:
    start, end = gutter
    middle = (start + end) / 2
    if row[0].left >= middle or max(word.right for word in row) <= middle:
        return False
    wide = max(MIN_GUTTER, GAP_BY_HEIGHT * max(word.height for word in row))
    reached = row[0].right
    for word in row[1:]:
        if reached < end and word.left > start and word.left - reached >= wide:
            return False
        reached = max(reached, word.right)
    return True


class _Sides:
    """The words sorted by either edge, so that each place costs two look-ups."""

    def __init__(self, words: list[Word]) -> None:
        by_right = sorted(words, key=lambda word: word.right)
        by_left = sorted(words, key=lambda word: word.left)
        self._rights = [word.right for word in by_right]
        self._lefts = [word.left for word in by_left]
        self._heights_left = _extents(by_right)
        self._heights_right = _extents(by_left[::-1])

    def strip_at(self, x: float) -> tuple[float, float] | None:
        total = len(self._lefts)
        before = bisect_right(self._rights, x)
        after = total - bisect_left(self._lefts, x)
        if min(before, after) < MIN_WORDS or total - before - after > MAX_CROSSING * total:
            return None
        start = self._rights[before - 1 - int(EXTREMES * before)]
        end = self._lefts[total - after + int(EXTREMES * after)]
        tops, bottoms = zip(self._heights_left[before - 1], self._heights_right[after - 1], strict=True)
        shared = min(bottoms) - max(tops)
        return (start, end) if end - start >= MIN_GUTTER and shared > MIN_SHARED_HEIGHT else None


def _extents(words: list[Word]) -> list[tuple[float, float]]:
    """From the first word to each: the highest top and the lowest bottom so far."""
    found: list[tuple[float, float]] = []
    top, bottom = float("inf"), float("-inf")
    for word in words:
        top, bottom = min(top, word.top), max(bottom, word.bottom)
        found.append((top, bottom))
    return found
