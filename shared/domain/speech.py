"""Speech: what is heard and said, and the token that lets a browser do both by itself.

Times are milliseconds from the beginning of the sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.domain.secret import Secret

RATE: Final = 16_000
SAMPLE_BYTES: Final = 2
MAX_UTTERANCE_SECONDS: Final = 60
MAX_UTTERANCE_BYTES: Final = MAX_UTTERANCE_SECONDS * RATE * SAMPLE_BYTES + 4096  # with headers
MAX_HINTS: Final = 500  # phrases that a service takes
MAX_SPOKEN_CHARACTERS: Final = 3_000

INITIAL_SILENCE_MS: Final = 5_000
END_SILENCE_MS: Final = 1_000

USUAL_LANGUAGE: Final = "en-AU"
VOICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en-AU": "en-AU-NatashaNeural",
        "en-GB": "en-GB-SoniaNeural",
        "en-US": "en-US-JennyNeural",
    }
)


@dataclass(frozen=True, slots=True)
class SpeechToken:
    """Lets a browser talk to the service by itself, for a while. `host` is named where it is not Azure's."""

    token: Secret
    region: str
    expires_at: datetime
    host: str | None = None


@dataclass(frozen=True, slots=True)
class AvatarRelay:
    """Where WebRTC finds the avatar, and the proof for one browser."""

    urls: tuple[str, ...]
    username: str
    credential: Secret


@dataclass(frozen=True, slots=True)
class Utterance:
    """One answer as sound: WAV, one channel, 16 kHz, 16 bits. `hints` are words likely to occur in it."""

    audio: bytes
    language: str = USUAL_LANGUAGE
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenWord:
    text: str
    begins_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True)
class HeardSegment:
    """A stretch of speech, as final as it gets."""

    text: str
    begins_ms: int
    lasts_ms: int
    confidence: float
    words: tuple[SpokenWord, ...] = ()


class Hearing(StrEnum):
    """How it went: only `SPEECH` has segments."""

    SPEECH = "speech"
    SILENCE = "silence"
    UNINTELLIGIBLE = "unintelligible"


@dataclass(frozen=True, slots=True)
class Heard:
    outcome: Hearing
    segments: tuple[HeardSegment, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @property
    def confidence(self) -> float:
        """That of the segment that is understood worst."""
        return min((segment.confidence for segment in self.segments), default=0.0)


class SoundFormat(StrEnum):
    MP3 = "mp3"
    WAV = "wav"

    @property
    def content_type(self) -> str:
        return "audio/mpeg" if self is SoundFormat.MP3 else "audio/wav"


@dataclass(frozen=True, slots=True)
class Saying:
    """A text to be said aloud, in the usual voice of its language."""

    text: str
    language: str = USUAL_LANGUAGE
    format: SoundFormat = SoundFormat.MP3

    @property
    def voice(self) -> str:
        return VOICES.get(self.language, VOICES[USUAL_LANGUAGE])


@dataclass(frozen=True, slots=True)
class Sound:
    """What it sounds like, and when each word is said."""

    content: bytes
    format: SoundFormat
    lasts_ms: int
    words: tuple[SpokenWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of a talk: its bytes, or a signed link to them.

    With two channels each has a speaker of its own; in a single one up to `speakers` are told apart.
    """

    source: bytes | Secret
    channels: int = 1
    speakers: int = 2
    language: str = USUAL_LANGUAGE
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscribedPhrase:
    """`speaker` is a number from 1 on, where voices were told apart; `channel` one from 0 on."""

    text: str
    begins_ms: int
    lasts_ms: int
    confidence: float
    channel: int | None = None
    speaker: int | None = None
    words: tuple[SpokenWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcription:
    lasts_ms: int
    phrases: tuple[TranscribedPhrase, ...]
