"""Hearing and saying, and the token with which a browser does both by itself."""

from collections.abc import Callable
from typing import Protocol

from shared.domain.speech import Heard, Saying, Sound, SpeechToken, Utterance


class Speech(Protocol):
    """Raises RateLimitedError, UnavailableError and UpstreamError while the service cannot be had."""

    async def recognise(self, utterance: Utterance, partly: Callable[[str], None] | None = None) -> Heard:
        """What is said. Silence, and sound that holds no words, are outcomes and no errors.

        `partly` is told what is understood so far, on the loop that asks; perhaps twice, perhaps never.
        Raises BadFileError for another kind of sound than an utterance is, TooLargeError.
        """

    async def synthesise(self, saying: Saying) -> Sound:
        """The text as sound. Raises InvalidInputError for no text, or for one that is too long."""


class SpeechTokens(Protocol):
    async def issue(self) -> SpeechToken:
        """A token that is good for a minute at least; many callers may get the same one.

        Raises RateLimitedError, UnavailableError and UpstreamError while there is none to be had.
        """
