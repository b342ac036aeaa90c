"""Whole recordings as text."""

from typing import Protocol

from shared.domain.speech import Recording, Transcription


class Transcriber(Protocol):
    async def transcribe(self, recording: Recording) -> Transcription:
        """The phrases in the order in which they begin. A recording of silence has none.

        Raises BadFileError with code `file_unreadable` for what is no recording, or too long a
        one; RateLimitedError, UnavailableError and UpstreamError while the service cannot be had.
        """
