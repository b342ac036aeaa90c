"""One utterance through the SDK: pushed as a whole, heard segment by segment."""

from __future__ import annotations

import io
import json
import wave
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.speech.native import NativeCall, SpeechCancelledError
from shared.domain.speech import (
    END_SILENCE_MS,
    INITIAL_SILENCE_MS,
    MAX_HINTS,
    MAX_UTTERANCE_BYTES,
    MAX_UTTERANCE_SECONDS,
    RATE,
    SAMPLE_BYTES,
    Heard,
    HeardSegment,
    Hearing,
    SpokenWord,
    Utterance,
)
from shared.errors import BadFileError, TooLargeError

TICKS_A_MS: Final = 10_000

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Recognition(NativeCall[Heard]):
    def __init__(
        self,
        config: Any,  # noqa: ANN401 - the SDK is published without types
        utterance: Utterance,
        samples: bytes,
        partly: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._partly = partly
        self._config = config
        self._utterance = utterance
        self._samples = samples
        self._segments: list[HeardSegment] = []
        self._unmatched = False
        self._stream: Any = None
        self._recogniser: Any = None
        self._starting: Any = None

    def begin(self) -> None:
        from azure.cognitiveservices import speech as sdk  # noqa: PLC0415 - loaded by its first use

        config = self._config
        config.speech_recognition_language = self._utterance.language
        config.request_word_level_timestamps()
        for name, milliseconds in (
            (sdk.PropertyId.SpeechServiceConnection_InitialSilenceTimeoutMs, INITIAL_SILENCE_MS),
            (sdk.PropertyId.Speech_SegmentationSilenceTimeoutMs, END_SILENCE_MS),
        ):
            config.set_property(name, str(milliseconds))
        # 16 kHz, 16 bits, one channel is what it takes by default
        self._stream = sdk.audio.PushAudioInputStream()
        self._recogniser = sdk.SpeechRecognizer(config, sdk.audio.AudioConfig(stream=self._stream))
        hints = sdk.PhraseListGrammar.from_recognizer(self._recogniser)
        for hint in self._utterance.hints[:MAX_HINTS]:
            hints.addPhrase(hint)
        self._recogniser.recognized.connect(self.heeding(self._keep))
        if self._partly is not None:
            self._recogniser.recognizing.connect(self.heeding(self._tell))
        self._recogniser.canceled.connect(self.heeding(self._cancelled))
        self._recogniser.session_stopped.connect(lambda _: self.succeed(self._heard()))
        self._stream.write(self._samples)
        self._stream.close()
        self._starting = self._recogniser.start_continuous_recognition_async()

    def close(self) -> None:
        if self._recogniser is not None:
            for signal in (
                self._recogniser.recognized,
                self._recogniser.recognizing,
                self._recogniser.canceled,
                self._recogniser.session_stopped,
            ):
                signal.disconnect_all()
            self._recogniser.stop_continuous_recognition_async().get()
        if self._starting is not None:
            self._starting.get()  # or the SDK keeps what belongs to it
        self._recogniser = self._stream = self._starting = self._config = None

    def _tell(self, event: Any) -> None:  # noqa: ANN401 - likewise
        if self._partly is not None:
            self.on_loop(self._partly, str(event.result.text))

    def _keep(self, event: Any) -> None:  # noqa: ANN401 - the SDK is published without types
        found = json.loads(event.result.json)
        match found.get("RecognitionStatus"):
            case "Success" if found.get("DisplayText"):
                self._segments.append(segment_of(found))
            case "NoMatch" | "BabbleTimeout" | "Error":
                self._unmatched = True

    def _cancelled(self, event: Any) -> None:  # noqa: ANN401 - likewise
        details = event.cancellation_details
        if details.reason.name != "EndOfStream":  # which is how all sound ends
            raise SpeechCancelledError(details.code.name)

    def _heard(self) -> Heard:
        if self._segments:
            return Heard(Hearing.SPEECH, tuple(self._segments))
        return Heard(Hearing.UNINTELLIGIBLE if self._unmatched else Hearing.SILENCE)


def segment_of(phrase: Mapping[str, Any]) -> HeardSegment:
    best: Mapping[str, Any] = next(iter(phrase.get("NBest", ())), {})
    return HeardSegment(
        text=str(phrase["DisplayText"]),
        begins_ms=_ms(phrase["Offset"]),
        lasts_ms=_ms(phrase["Duration"]),
        confidence=float(best.get("Confidence", 0.0)),
        words=tuple(
            SpokenWord(str(word["Word"]), _ms(word["Offset"]), _ms(word["Duration"]))
            for word in best.get("Words", ())
        ),
    )


def samples_of(audio: bytes) -> bytes:
    """The samples of an utterance. Raises BadFileError for another kind of sound, TooLargeError."""
    if len(audio) > MAX_UTTERANCE_BYTES:
        raise TooLargeError(f"An utterance lasts {MAX_UTTERANCE_SECONDS} seconds at most.")
    try:
        with wave.open(io.BytesIO(audio)) as file:
            shape = (file.getnchannels(), file.getframerate(), file.getsampwidth())
            samples: bytes = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        raise BadFileError("The sound is no WAV file.") from None
    if shape != (1, RATE, SAMPLE_BYTES):
        raise BadFileError("The sound must have one channel, 16 kHz and 16 bits.")
    return samples


def _ms(ticks: float) -> int:
    return round(ticks / TICKS_A_MS)
