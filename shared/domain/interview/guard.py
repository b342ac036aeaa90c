"""What an interviewer never says, held back before it leaves, while everything else goes straight on.

Phrases are sequences of words in a tree. A word that can begin no phrase is passed on at once,
also while it is still being written; one that can is kept until it is clear. So no phrase leaves
in part, and a reply that holds none is not delayed by more than the words that look like one.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from typing import Final, Self

from shared.domain.interview.wording import CJK, WORD, words

PAUSE: Final = re.compile(r"[.!?\n\u2026\u3002\uff01\uff1f]")  # a phrase does not go on behind it
APART: Final = re.compile(r"[^\s/-]")  # what excuses a phrase stands directly behind it
ONE_SIGN: Final = re.compile(f"[{CJK}]")
OPEN_ENDS: Final = {"", "'", "\u2019"}  # behind it the word may go on
SLOT: Final = re.compile(r"\([^)]*\)\??|\S+")
NUMBER: Final = "#"
SHINGLE: Final = 8  # that many words in a row out of the instructions are no chance
LEAK: Final = "leak"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that may not follow each other, unless one of those comes next."""

    category: str
    slots: tuple[tuple[str, ...], ...]
    unless: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, category: str, text: str) -> Self:
        """`your (score|rating) (is)? !(service|model)`: alternatives, `?` may be left out, `#` a number."""
        before, _, after = text.partition("!")
        slots = []
        for part in SLOT.findall(before):
            choices = tuple(part.rstrip("?").strip("()").split("|"))
            slots.append((*choices, "") if part.endswith("?") else choices)
        return cls(category, tuple(slots), frozenset(after.strip(" ()").split("|")) - {""})

    def sequences(self) -> Iterator[list[str]]:
        for chosen in product(*self.slots):
            yield [each for word in chosen for each in _parts(word)]


@cache
def _parts(word: str) -> list[str]:
    return [NUMBER] if word == NUMBER else words(word)


@dataclass(slots=True, eq=False)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)  # of the words that may follow
    category: str | None = None
    unless: frozenset[str] = frozenset()


class PhraseTree:
    """All phrases of one list, ready to be walked. Made once, shared by all turns."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)

    @cached_property
    def root(self) -> _Node:
        root = _Node()
        for phrase in self._phrases:
            for sequence in phrase.sequences():
                self._add(root, sequence, phrase)
        return root

    @staticmethod
    def _add(root: _Node, sequence: list[str], phrase: Phrase) -> None:
        node = root
        for word in sequence:
            if word not in node.children:
                node.beginnings.update(word[:end] for end in range(1, len(word) + 1))
                node.children[word] = _Node()
            node = node.children[word]
        node.category, node.unless = phrase.category, phrase.unless


def shingles(text: str, spoken: Iterable[str] = ()) -> frozenset[tuple[str, ...]]:
    """Every run of words of the instructions, without those of sentences that may be said."""
    allowed = {run for each in spoken for run in _runs(words(each))}
    return frozenset(set(_runs(words(text))) - allowed)


def _runs(said: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(said[start : start + SHINGLE]) for start in range(len(said) - SHINGLE + 1))


@dataclass(slots=True)
class _Path:
    """A phrase that is being said, or one that was and hangs on its next word."""

    node: _Node
    start: int
    pending: bool = False


class Guard:
    """One reply on its way out. After a violation nothing more leaves."""

    def __init__(
        self,
        tree: PhraseTree,
        *,
        canary: str = "",
        instructions: frozenset[tuple[str, ...]] = frozenset(),
        allowed: frozenset[str] = frozenset(),
    ) -> None:
        self._root = tree.root
        self._canary = canary.lower()
        self._instructions = instructions
        self._allowed = allowed  # categories that do not count in this reply
        self._last: deque[str] = deque(maxlen=SHINGLE)
        self._text = ""  # from the first sign that may not be said yet, or is half a word
        self._said = 0  # how much of it has left
        self._scanned = 0  # up to where its words are read
        self._paths: list[_Path] = []
        self.violation: str | None = None

    def feed(self, piece: str) -> str:
        return self._next(piece, final=False)

    def finish(self) -> str:
        """Give what was kept back, now that nothing follows it."""
        return self._next("", final=True)

    def _next(self, piece: str, *, final: bool) -> str:
        if self.violation:
            return ""
        self._text += piece
        half = self._read(final=final)
        if self.violation:
            safe, self._text = self._text[self._said :], ""
            return safe
        return self._release(half)

    def _read(self, *, final: bool) -> int:
        """Read whole words; where the last one may go on, give its place."""
        text = self._text
        for match in WORD.finditer(text, self._scanned):
            self._pause(text, self._scanned, match.start())
            if self.violation:
                return match.start()
            if not final and not ONE_SIGN.match(match[0]) and text[match.end() :] in OPEN_ENDS:
                self._scanned = match.start()
                return match.start()
            self._word(match[0].lower().replace("\u2019", "'"), match.start())
            self._scanned = match.end()
            if self.violation:
                return match.start()
        self._pause(text, self._scanned, len(text), final=final)
        return len(text)

    def _pause(self, text: str, start: int, end: int, *, final: bool = False) -> None:
        if not self._paths:
            return
        pending = next((path for path in self._paths if path.pending), None)
        if pending and (final or APART.search(text, start, end)):
            self._violate(pending)
        elif final or PAUSE.search(text, start, end):
            self._paths = []

    def _word(self, word: str, start: int) -> None:
        for path in self._paths:
            if path.pending and word not in path.node.unless:
                self._violate(path)
                return
        paths = []
        for path in (*self._paths, _Path(self._root, start)):
            for key in (word, NUMBER) if word.isdigit() else (word,):
                node = path.node.children.get(key)
                if node is None:
                    continue
                if node.category and node.category not in self._allowed:
                    reached = _Path(node, path.start, pending=True)
                    if not node.unless:
                        self._violate(reached)
                        return
                    paths.append(reached)
                if node.children:
                    paths.append(_Path(node, path.start))
        self._paths = paths
        self._leak(word, start)

    def _leak(self, word: str, start: int) -> None:
        self._last.append(word)
        if (self._canary and self._canary in word) or tuple(self._last) in self._instructions:
            self.violation = LEAK
            self._text = self._text[: max(self._said, start)]

    def _violate(self, path: _Path) -> None:
        self.violation = path.node.category
        self._text = self._text[: max(self._said, path.start)]

    def _release(self, half: int) -> str:
        """Let go what can be part of no phrase; a half word only if no word of a phrase begins so."""
        hold = len(self._text)
        beginning = self._text[half:].lower().replace("\u2019", "'")
        for path in self._paths:
            if path.pending or not beginning or self._may_go_on(path.node, beginning):
                hold = min(hold, path.start)
        if beginning and (self._may_go_on(self._root, beginning) or self._may_be_canary(beginning)):
            hold = min(hold, half)
        safe = self._text[self._said : max(self._said, hold)]
        keep = min(hold, half)
        self._said = max(self._said, hold) - keep
        self._text = self._text[keep:]
        self._scanned -= keep
        for path in self._paths:
            path.start -= keep
        return safe

    @staticmethod
    def _may_go_on(node: _Node, beginning: str) -> bool:
        return beginning in node.beginnings or (beginning.isdigit() and NUMBER in node.children)

    def _may_be_canary(self, beginning: str) -> bool:
        return bool(self._canary) and self._canary.startswith(beginning)
