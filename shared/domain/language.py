"""What is asked of a language model, and what comes back, without knowing which model it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

type Vector = tuple[float, ...]


class ModelSize(StrEnum):
    """Which of the two models a prompt needs."""

    LARGE = "large"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. What a candidate, a résumé or a job ad says is data, and stands in delimiters."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to the model, with its bounds. `purpose` and `version` name the prompt file it came from."""

    purpose: str
    version: str
    messages: tuple[Message, ...]
    size: ModelSize = ModelSize.LARGE
    max_output_tokens: int = 800
    temperature: float = 0.0
    seed: int | None = None
    seconds: float = 60.0  # for the whole call, its repetitions included
    first_token_seconds: float | None = None  # for a stream: the soft deadline of its first piece
    correlation: Mapping[str, str] = field(default_factory=dict)  # ids for spans, never content


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a call cost, repetitions and repairs included."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """A free text."""

    text: str
    model: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Structured[Shape]:
    """An answer that keeps to the shape it was asked for."""

    value: Shape
    model: str
    usage: Usage
    repairs: int = 0


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of the spoken text, passed on as it arrives."""

    text: str
