"""A reply on its way from the model to the candidate: checked, bounded, and never a dead end.

Sentences are passed on as they come. A question that may not be asked does not leave, whatever is
behind the first allowed one is not said, and what is missing at the end is said in the words of
the plan. So every reply but the last ends with exactly one question, and the joined pieces are
the reply.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from shared.domain.interview.guard import Guard
from shared.domain.interview.markup import PlainText
from shared.domain.interview.steps import Action, Prospects
from shared.domain.interview.wording import SENTENCE_END, WORD, coverage, is_question, words

ALIKE: Final = 0.75  # of the words, in their order
NEARLY: Final = 0.9
CLAUSE: Final = re.compile(r"^|[,;:\u2013\u2014\uff0c\uff1b]")
LONGEST_REPLY: Final = 4000
WHOLE: Final = ".!?\u2026\u3002\uff01\uff1f:\"')"
FEWEST_TO_GO_ON: Final = 3  # words of the plan that were begun, to be finished and not begun anew
ASKING: Final = frozenset(
    {
        "what",
        "how",
        "why",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "can",
        "could",
        "would",
        "will",
        "do",
        "did",
        "does",
        "is",
        "are",
        "was",
        "were",
        "have",
        "has",
        "tell",
        "describe",
        "walk",
        "talk",
        "explain",
        "give",
        "share",
        "take",
        "please",
        "wie",
        "warum",
        "wann",
        "wo",
        "welche",
        "welcher",
        "wer",
        "können",
        "könnten",
        "erzählen",
        "beschreiben",
        "quel",
        "quelle",
        "comment",
        "pourquoi",
        "quand",
        "pouvez",
        "racontez",
        "décrivez",
        "qué",
        "cómo",
        "cuándo",
        "cuál",
        "puede",
        "cuénteme",
        "describa",
        "por",
        "como",
        "quando",
        "qual",
        "pode",
        "conte",
        "descreva",
    }
)

CONNECTING: Final = frozenset(
    {"and", "so", "but", "now", "then", "or", "und", "et", "y", "e", "also", "alors"}
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Fixed sentences of one language."""

    disclosure: str  # says that the interviewer is an AI, and that people decide
    welcome: str
    closing: str
    more: str  # asks for more on the same
    choose: str  # asks for one of the options
    consider: str  # after a card was shown
    noted: str  # after a choice was made: the same words for every choice
    am_ai: str  # the answer to whether one talks to a person


class Fault(Enum):
    """Why a reply did not come from the model whole."""

    NONE = auto()
    MODEL = auto()  # late, away, cut, or not in its shape
    GUARD = auto()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is left to be said, and what the reply as a whole has done."""

    rest: str
    action: Action


class Speech:
    """One reply. Feed it pieces, say what it gives, finish it once."""

    def __init__(self, offered: Prospects, phrases: Phrases, guard: Guard, closing: str) -> None:
        self._offered = offered
        self._phrases = phrases
        self._plain = PlainText()
        self._guard = guard
        self._planned = offered.following.text if offered.following else closing
        self._planned_words = words(self._planned)
        self._exact = offered.following is not None and offered.following.exact
        self._probing = not offered.allowed.isdisjoint({Action.PROBE, Action.CLARIFY})
        self._sentence = ""  # the one that is being said
        self._passed = 0  # how much of it has left
        self._asked: Action | None = None
        self._stopped = False  # what comes is not wanted; the plan goes on from here
        self.text = ""

    @property
    def violation(self) -> str | None:
        return self._guard.violation

    @property
    def is_complete(self) -> bool:
        """Whether nothing that follows would be said any more."""
        return self._asked is not None or self._stopped or self.violation is not None

    def feed(self, piece: str) -> str:
        if self.is_complete or len(self.text) > LONGEST_REPLY:
            return ""
        return self._hear(self._guard.feed(self._plain.feed(piece)))

    def finish(self, proposed: Action | None, fault: Fault = Fault.NONE) -> Spoken:
        """The end of the reply: what the model owed, said in the words of the plan."""
        last = ""
        if not self.is_complete and fault is Fault.NONE:
            last = self._hear(self._guard.feed(self._plain.finish()) + self._guard.finish())
            if not self.is_complete:
                last += self._say(self._judged())
        action = self._action(proposed, fault)
        return Spoken(last + self._say(self._owed(action)), action)

    def _say(self, text: str) -> str:
        self.text += text
        return text

    # ---- sentences ----

    def _hear(self, text: str) -> str:
        """Say what of this may leave now. A sentence that has to be judged first waits for its end."""
        out = ""
        self._sentence += text
        while match := SENTENCE_END.search(self._sentence):
            rest = self._sentence[match.end() :]
            self._sentence = self._sentence[: match.end()]
            out += self._say(self._judged())
            if self.is_complete:
                return out
            self._sentence = rest
        end = self._may_leave()
        out += self._say(self._sentence[self._passed : end])
        self._passed = max(self._passed, end)
        return out

    def _judged(self) -> str:
        """What of a whole sentence is still to be said, once it is clear what it asks."""
        sentence, rest = self._sentence, self._sentence[self._passed :]
        self._sentence, self._passed = "", 0
        asks = is_question(sentence)
        if not sentence.strip():
            return rest
        if self._offered.following and self._is_planned(sentence, rest, asks=asks):
            return self._planned_part(rest)
        if not asks:
            return rest
        if self._probing:
            self._asked = Action.PROBE
            return rest
        self._stopped = True
        return ""

    def _is_planned(self, sentence: str, rest: str, *, asks: bool) -> bool:
        """Whether the plan speaks in this sentence, word for word or nearly so."""
        said = words(sentence)
        alike = len(said) >= FEWEST_TO_GO_ON and coverage(said, self._planned_words) >= ALIKE
        return alike or self._covered(self.text + rest, ALIKE if asks else NEARLY)

    def _planned_part(self, rest: str) -> str:
        if self._exact:
            self._stopped = True  # each word counts: they follow as they are written
            return ""
        said = self.text + rest
        if self._covered(said, ALIKE) and _questions(said) >= _questions(self._planned):
            self._asked = Action.ADVANCE
        return rest

    def _covered(self, said: str, share: float) -> bool:
        window = words(said)[-round(len(self._planned_words) * 1.4) - 2 :]
        return coverage(self._planned_words, window) >= share

    def _may_leave(self) -> int:
        """How much of a sentence that is not over may be said already."""
        sentence = self._sentence
        if not self._exact and (self._probing or self._goes_as_planned()):
            return len(sentence)
        if self.text[: -self._passed or None].strip():
            return self._passed
        return self._before_a_question()

    def _goes_as_planned(self) -> bool:
        """Whether it goes word for word as the plan does, from the beginning of one of its sentences."""
        begun = self._sentence.lstrip()
        place = self._planned.find(begun)
        begins = place == 0 or (place > 0 and self._planned[place - 1].isspace())
        return begins and len(words(begun)) > 1

    def _before_a_question(self) -> int:
        """Up to the first clause that may turn out to ask something, or to be the plan's."""
        for clause in CLAUSE.finditer(self._sentence):
            match = WORD.search(self._sentence, clause.end())
            if match is None or match.end() == len(self._sentence):
                return clause.start()  # its first word may still go on
            first = match[0].lower()
            if first in ASKING or first in CONNECTING or first == self._planned_words[0]:
                return clause.start()
        return len(self._sentence)

    # ---- the end ----

    def _action(self, proposed: Action | None, fault: Fault) -> Action:
        allowed = self._offered.allowed
        onward = Action.ADVANCE if self._offered.following else Action.CLOSE
        if self._asked is Action.PROBE:
            clarifies = proposed is Action.CLARIFY or Action.PROBE not in allowed
            return Action.CLARIFY if clarifies and Action.CLARIFY in allowed else Action.PROBE
        if self.is_complete or fault is not Fault.NONE or not self.text.strip():
            return onward
        return proposed if proposed is not None and proposed in allowed else onward

    def _owed(self, action: Action) -> str:
        """What the reply still lacks."""
        if self._asked is not None:
            return ""
        match action:
            case Action.PROBE:
                return "" if self._asks_without_mark() else self._continued(self._phrases.more)
            case Action.CLARIFY:
                return self._continued(self._offered.current.text)
            case Action.ADVANCE if self._exact or not self._covered(self.text, ALIKE):
                return self._continued(self._planned)
            case Action.CLOSE if not self._covered(self.text, ALIKE):
                return self._continued(self._planned)
            case _:
                return ""

    def _asks_without_mark(self) -> bool:
        last = words(self.text.rstrip().rstrip(".!").rpartition(". ")[2])
        return bool(last) and last[0] in ASKING

    def _continued(self, wanted: str) -> str:
        """The wanted words behind what was said: gone on with, or after a clean break."""
        said = self.text.rstrip()
        if not said:
            return wanted
        if begun := _begun(said, wanted):
            return wanted[begun + len(self.text) - len(said) :]
        gap = "" if self.text != said else "\n" if "\n" in wanted else " "
        return gap + wanted if said[-1] in WHOLE else f"\u2026{gap or ' '}{wanted}"


def _begun(said: str, wanted: str) -> int:
    """How much of the wanted words stands at the end of what was said, to be gone on with."""
    for length in range(min(len(said), len(wanted)), 0, -1):
        if said.endswith(wanted[:length]) and len(words(wanted[:length])) >= FEWEST_TO_GO_ON:
            before = said[: len(said) - length]
            return length if not before or before[-1].isspace() else 0
    return 0


def _questions(text: str) -> int:
    return text.count("?") + text.count("\uff1f")
