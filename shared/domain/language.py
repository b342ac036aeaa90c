"""What is asked of a language model, and what comes back, without knowing which model it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

MESSAGE_TOKENS: Final = 4  # what a message costs beside its content
REPLY_TOKENS: Final = 3  # what the beginning of the answer costs

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
    next_token_seconds: float | None = None  # and how long it may be silent after that
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


def truncate(
    messages: Sequence[Message],
    max_tokens: int,
    count: Callable[[str], int],
    cut: Callable[[str, int], str],
) -> tuple[Message, ...]:
    """The system messages, which are never cut, and as many of the last others as fit.

    Where not even the last one fits, its beginning does. `count` counts the tokens of a text, `cut`
    gives as much of its beginning as has so many.
    """

    def cost(message: Message) -> int:
        return count(message.content) + MESSAGE_TOKENS

    left = max_tokens - REPLY_TOKENS - sum(cost(each) for each in messages if each.role == "system")
    others = [number for number, each in enumerate(messages) if each.role != "system"]
    kept: dict[int, Message] = {}
    for number in reversed(others):
        if cost(messages[number]) > left:
            break
        kept[number] = messages[number]
        left -= cost(messages[number])
    if others and not kept:
        last = messages[others[-1]]
        if beginning := cut(last.content, max(0, left - MESSAGE_TOKENS)):
            kept[others[-1]] = replace(last, content=beginning)
    found = (each if each.role == "system" else kept.get(number) for number, each in enumerate(messages))
    return tuple(each for each in found if each is not None)
