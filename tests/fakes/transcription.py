"""A transcriber that knows what is said in each recording, as a test told it."""

from shared.domain.secret import Secret
from shared.domain.speech import Recording, Transcription
from shared.errors import BadFileError, TalentiError


class FakeTranscriber:
    def __init__(self) -> None:
        self._known: dict[bytes | str, Transcription] = {}
        self.asked: list[Recording] = []
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    def know(self, source: bytes | Secret, transcription: Transcription) -> None:
        self._known[_key(source)] = transcription

    async def transcribe(self, recording: Recording) -> Transcription:
        self.asked.append(recording)
        if self.fault is not None:
            raise self.fault
        if (found := self._known.get(_key(recording.source))) is None:
            raise BadFileError("The recording cannot be read.", code="file_unreadable")
        return found


def _key(source: bytes | Secret) -> bytes | str:
    return source.reveal() if isinstance(source, Secret) else source
