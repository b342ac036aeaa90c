"""Speech in memory: what is said is written into the samples, and read from them again."""

import asyncio
import io
import wave
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from shared.domain.secret import Secret
from shared.domain.speech import (
    MAX_SPOKEN_CHARACTERS,
    MAX_UTTERANCE_BYTES,
    RATE,
    Heard,
    HeardSegment,
    Hearing,
    Saying,
    Sound,
    SpeechToken,
    SpokenWord,
    Utterance,
)
from shared.errors import BadFileError, InvalidInputError, TalentiError, TooLargeError
from shared.ports.clock import Clock

WORD_MS = 300
LIFE = timedelta(minutes=10)


class FakeSpeech:
    def __init__(self) -> None:
        self.said: list[Saying] = []
        self.heard: list[Utterance] = []
        self.takes_its_time = False  # so that what is understood so far can be told meanwhile
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    async def recognise(self, utterance: Utterance, partly: Callable[[str], None] | None = None) -> Heard:
        text = _text_of(utterance.audio)
        self._meet_fault()
        if text and partly is not None:
            partly(text.partition(" ")[0])
        for _ in range(10 if self.takes_its_time else 0):
            await asyncio.sleep(0)
        self.heard.append(utterance)
        if not text:
            return Heard(Hearing.SILENCE)
        words = _words(text)
        segment = HeardSegment(text, 0, WORD_MS * len(words), 0.9, words)
        return Heard(Hearing.SPEECH, (segment,))

    async def synthesise(self, saying: Saying) -> Sound:
        if not saying.text.strip() or len(saying.text) > MAX_SPOKEN_CHARACTERS:
            raise InvalidInputError("This cannot be said.")
        self._meet_fault()
        self.said.append(saying)
        words = _words(saying.text)
        return Sound(utter(saying.text), saying.format, WORD_MS * len(words), words)

    def _meet_fault(self) -> None:
        if self.fault is not None:
            raise self.fault


class FakeSpeechTokens:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._kept: SpeechToken | None = None
        self.fault: TalentiError | None = None  # likewise

    async def issue(self) -> SpeechToken:
        if self._kept is None or self._kept.expires_at - self._clock.now() <= LIFE / 10:
            if self.fault is not None:
                raise self.fault
            token = Secret(f"token-{next(self._numbers)}")
            self._kept = SpeechToken(token, "australiaeast", self._clock.now() + LIFE)
        return self._kept


def utter(text: str) -> bytes:
    """An utterance that says this."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(text.encode("utf-16-le"))
    return file.getvalue()


def _text_of(audio: bytes) -> str:
    if len(audio) > MAX_UTTERANCE_BYTES:
        raise TooLargeError("The utterance is too long.")
    try:
        with wave.open(io.BytesIO(audio)) as file:
            if (file.getnchannels(), file.getframerate(), file.getsampwidth()) != (1, RATE, 2):
                raise BadFileError("The sound has another shape.")
            samples: bytes = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        raise BadFileError("The sound is no WAV file.") from None
    return samples.decode("utf-16-le").strip("\0")


def _words(text: str) -> tuple[SpokenWord, ...]:
    return tuple(SpokenWord(word, WORD_MS * at, WORD_MS) for at, word in enumerate(text.split()))
