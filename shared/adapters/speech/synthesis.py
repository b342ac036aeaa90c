"""A text through the SDK: SSML in, sound and the times of its words out."""

from __future__ import annotations

from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from shared.adapters.speech.native import NativeCall, SpeechCancelledError
from shared.domain.speech import Saying, Sound, SoundFormat, SpokenWord

TICKS_A_MS: Final = 10_000
OUTPUT: Final = {
    SoundFormat.MP3: "Audio16Khz32KBitRateMonoMp3",
    SoundFormat.WAV: "Riff16Khz16BitMonoPcm",
}


class Synthesis(NativeCall[Sound]):
    def __init__(self, config: Any, saying: Saying) -> None:  # noqa: ANN401 - no types
        super().__init__()
        self._config = config
        self._saying = saying
        self._words: list[SpokenWord] = []
        self._synthesiser: Any = None
        self._speaking: Any = None

    def begin(self) -> None:
        from azure.cognitiveservices import speech as sdk  # noqa: PLC0415 - loaded by its first use

        output = sdk.SpeechSynthesisOutputFormat[OUTPUT[self._saying.format]]
        self._config.set_speech_synthesis_output_format(output)
        # without a device: the sound comes back as bytes
        self._synthesiser = sdk.SpeechSynthesizer(self._config, audio_config=None)
        self._synthesiser.synthesis_word_boundary.connect(self.heeding(self._keep))
        self._synthesiser.synthesis_completed.connect(self.heeding(self._completed))
        self._synthesiser.synthesis_canceled.connect(self.heeding(self._cancelled))
        self._speaking = self._synthesiser.speak_ssml_async(ssml_of(self._saying))

    def close(self) -> None:
        if self._synthesiser is not None:
            for signal in (
                self._synthesiser.synthesis_word_boundary,
                self._synthesiser.synthesis_completed,
                self._synthesiser.synthesis_canceled,
            ):
                signal.disconnect_all()
            self._synthesiser.stop_speaking_async().get()
        if self._speaking is not None:
            self._speaking.get()  # or five threads of the SDK stay for ever
        self._synthesiser = self._speaking = self._config = None

    def _keep(self, event: Any) -> None:  # noqa: ANN401 - the SDK is published without types
        if event.boundary_type.name == "Word":
            lasts = round(1000 * event.duration.total_seconds())
            self._words.append(SpokenWord(event.text, round(event.audio_offset / TICKS_A_MS), lasts))

    def _completed(self, event: Any) -> None:  # noqa: ANN401 - likewise
        lasts = round(1000 * event.result.audio_duration.total_seconds())
        self.succeed(Sound(event.result.audio_data, self._saying.format, lasts, tuple(self._words)))

    def _cancelled(self, event: Any) -> None:  # noqa: ANN401 - likewise
        raise SpeechCancelledError(event.result.cancellation_details.error_code.name)


def ssml_of(saying: Saying) -> str:
    """The text is data: whatever it holds, it is only said."""
    text = escape("".join(letter for letter in saying.text if letter.isprintable() or letter.isspace()))
    language, voice = quoteattr(saying.language), quoteattr(saying.voice)
    return (
        f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang={language}>'
        f"<voice name={voice}>{text}</voice></speak>"
    )
