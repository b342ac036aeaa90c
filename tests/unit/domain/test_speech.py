"""Values of speech."""

from shared.domain.speech import Heard, HeardSegment, Hearing, Saying, SoundFormat


def test_what_is_heard_is_as_sure_as_its_worst_segment() -> None:
    heard = Heard(Hearing.SPEECH, (HeardSegment("One.", 0, 100, 0.9), HeardSegment("Two.", 300, 100, 0.4)))

    assert (heard.text, heard.confidence) == ("One. Two.", 0.4)


def test_silence_is_sure_of_nothing() -> None:
    assert (Heard(Hearing.SILENCE).text, Heard(Hearing.SILENCE).confidence) == ("", 0.0)


def test_each_language_has_its_voice_and_others_the_usual_one() -> None:
    voices = [Saying("x", language).voice for language in ("en-AU", "en-GB", "xx-XX")]

    assert voices == ["en-AU-NatashaNeural", "en-GB-SoniaNeural", "en-AU-NatashaNeural"]


def test_a_format_names_its_content_type() -> None:
    assert {each: each.content_type for each in SoundFormat} == {"mp3": "audio/mpeg", "wav": "audio/wav"}
