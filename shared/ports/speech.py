"""Hearing and saying, and the token with which a browser does both by itself."""

from typing import Protocol

from shared.domain.speech import Heard, Saying, Sound, SpeechToken, Utterance


class Speech(Protocol):
    """Raises RateLimitedError, UnavailableError and UpstreamError while the service cannot be had."""

    async def recognise(self, utterance: Utterance) -> Heard:
        """What is said. Silence, and sound that holds no words, are outcomes and no errors.

        Raises BadFileError for another kind of sound than an utterance is, TooLargeError.
        """

    async def synthesise(self, saying: Saying) -> Sound:
        """The text as sound. Raises InvalidInputError for no text, or for one that is too long."""


class SpeechTokens(Protocol):
    async def issue(self) -> SpeechToken:
        """A token that is good for a minute at least; many callers may get the same one.

        Raises RateLimitedError, UnavailableError and UpstreamError while there is none to be had.
        """
