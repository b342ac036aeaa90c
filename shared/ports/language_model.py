"""The language model, in the words of what we want of it."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from pydantic import BaseModel

from shared.domain.language import Completion, Message, Prompt, Structured, TextPiece, Vector


class LanguageModel(Protocol):
    """Every call ends within `prompt.seconds`.

    Raises UnavailableError (away, too slow, breaker open), RateLimitedError (throttled beyond
    what waiting within the deadline can cure), and UpstreamError with code `upstream_error`
    (answered badly), `content_filtered` (refused or filtered) or `answer_cut` (out of tokens).
    """

    async def complete(self, prompt: Prompt) -> Completion:
        """A free text."""

    async def answer[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> Structured[Shape]:
        """An answer in this shape, repaired at most twice."""

    def stream[Shape: BaseModel](
        self, prompt: Prompt, shape: type[Shape]
    ) -> AsyncGenerator[TextPiece | Structured[Shape]]:
        """The first field of the shape is a text: its pieces as they arrive, then the whole, once.

        The joined pieces are that field. Raises UnavailableError if the first piece is not there
        within `prompt.first_token_seconds` or if the connection breaks off, and UpstreamError if
        the stream ends without a finish reason or does not keep to the shape; pieces may have been
        given before. A stream is begun again only before its first piece. Closing the generator
        closes the connection.
        """

    async def embed(self, texts: Sequence[str]) -> tuple[Vector, ...]:
        """One vector a text, in their order."""

    def count_tokens(self, text: str) -> int:
        """Exact and offline."""

    def truncate(self, messages: Sequence[Message], max_tokens: int) -> tuple[Message, ...]:
        """The system messages, never cut, and as many of the last others as fit.

        Of a last one that does not fit by itself, the beginning is kept.
        """
