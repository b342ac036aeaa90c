"""What a recogniser makes of samples: where speech is, and which words it is.

Words come from what a test laid ready, else from the marks of speech made here, else they are a
plausible answer of the right length, always the same for the same sound.
"""

from __future__ import annotations

import array
import zlib
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

from local.simulators.speech.sound import marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FRAME_SECONDS: Final = 0.02
LOUD: Final = 300
SHORTEST_SPEECH: Final = 0.06
HYPOTHESIS_SECONDS: Final = 0.3
WORDS_A_SECOND: Final = 2.5
CONFIDENCE: Final = 0.93

ANSWERS: Final = (
    "I led the rollout of a new payments service, and we cut the failures by a third.",
    "We had two weeks, so I split the work and checked with the team every morning.",
    "I looked at the numbers first, and then I spoke with the people who used it.",
    "My part was the design of the queue, and I wrote most of the tests myself.",
    "When it went wrong, I told my manager at once and we rolled it back together.",
)

type Script = Mapping[str, Any]
type TakeScript = Callable[[], Script | None]


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    begins: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of speech: its words, or the status that stands instead of them."""

    text: str
    begins: float
    seconds: float
    status: str = "Success"
    confidence: float = CONFIDENCE
    speaker: str | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(spread(self.text, self.begins, self.seconds))


@dataclass(frozen=True, slots=True)
class Started:
    at: float


@dataclass(frozen=True, slots=True)
class Guess:
    """The words so far."""

    text: str
    begins: float
    seconds: float


def spread(text: str, begins: float, seconds: float) -> Iterator[Word]:
    """The words of a text over a time, each as long as its letters ask for."""
    words = text.split()
    letters = sum(map(len, words)) or 1
    for word in words:
        share = seconds * len(word) / letters
        yield Word(word, begins, share)
        begins += share


@dataclass
class Ear:
    """Listens to one channel as it comes in."""

    rate: int
    end_silence: float
    take: TakeScript = lambda: None
    pcm: bytearray = field(default_factory=bytearray)
    _frames: int = 0
    _began: int | None = None  # the frame at which speech began
    _loud: int = 0  # the last loud frame
    _guessed: float = 0.0
    _script: Script | None = None

    @property
    def seconds(self) -> float:
        return len(self.pcm) / (2 * self.rate)

    @property
    def is_in_speech(self) -> bool:
        return self._began is not None

    def hear(self, samples: bytes) -> Iterator[Started | Guess | Heard]:
        self.pcm += samples
        size = round(FRAME_SECONDS * self.rate)
        while (self._frames + 1) * size * 2 <= len(self.pcm):
            loud = _is_loud(self.pcm[self._frames * size * 2 : (self._frames + 1) * size * 2])
            yield from self._next(self._frames, loud=loud)
            self._frames += 1

    def end(self) -> Iterator[Heard]:
        if self._began is not None:
            yield self._heard()

    def _next(self, frame: int, *, loud: bool) -> Iterator[Started | Guess | Heard]:
        now = frame * FRAME_SECONDS
        if loud:
            self._loud = frame
            if self._began is None:
                self._began, self._guessed, self._script = frame, now, self.take()
                yield Started(now)
        if self._began is None:
            return
        if now - self._loud * FRAME_SECONDS >= self.end_silence:
            yield self._heard()
        elif loud and now - self._guessed >= HYPOTHESIS_SECONDS:
            self._guessed = now
            yield from self._guess(now)

    def _guess(self, now: float) -> Iterator[Guess]:
        begins = (self._began or 0) * FRAME_SECONDS
        words = self._text(begins, now).split()[: int(WORDS_A_SECOND * (now - begins))]
        if words:
            yield Guess(" ".join(words).rstrip(".,!?").lower(), begins, now - begins)

    def _heard(self) -> Heard:
        begins = (self._began or 0) * FRAME_SECONDS
        ends = (self._loud + 1) * FRAME_SECONDS
        script, self._began = self._script or {}, None
        status = str(script.get("status", "Success"))
        return Heard(
            text=self._text(begins, ends) if status == "Success" else "",
            begins=begins,
            seconds=ends - begins,
            status=status,
            confidence=float(script.get("confidence", CONFIDENCE)),
            speaker=script.get("speaker"),
        )

    def _text(self, begins: float, ends: float) -> str:
        if self._script is not None:
            return str(self._script.get("text", ""))
        # a mark begins with its sentence, where a tone is not yet loud
        first, last = (
            max(0, round((at - FRAME_SECONDS) * self.rate)) for at in (begins, ends + FRAME_SECONDS)
        )
        piece = bytes(self.pcm[2 * first : 2 * last])
        return " ".join(text for _, text in marks(piece)) or plausible(piece, ends - begins)


def plausible(pcm: bytes, seconds: float) -> str:
    """As many words as one says in this time."""
    answer = ANSWERS[zlib.crc32(pcm[:32_000]) % len(ANSWERS)].split()
    return " ".join(islice(cycle(answer), max(1, int(WORDS_A_SECOND * seconds))))


def listen(pcm: bytes, rate: int, end_silence: float, take: TakeScript = lambda: None) -> list[Heard]:
    """All the speech of a whole recording, very short noises left out."""
    ear = Ear(rate, end_silence, take)
    found = [each for each in ear.hear(pcm) if isinstance(each, Heard)] + list(ear.end())
    return [each for each in found if each.seconds >= SHORTEST_SPEECH]


def _is_loud(frame: bytearray) -> bool:
    samples = array.array("h", frame)
    return max(samples, default=0) > LOUD or min(samples, default=0) < -LOUD
