"""A language model that says what a test wrote for it, in the order in which it was written.

    model = FakeLanguageModel()
    model.says(Reply(say="Tell me more.", action="probe"))          # one answer
    model.says(Line("I see.", first_seconds=9))                     # after 9 seconds
    model.says(Line(reply, error=UnavailableError("..."), after=2)) # breaks off after two pieces
    model.says(UnavailableError("The language model cannot be reached."))
    model.always(lambda prompt, shape: Reply(...))                  # where nothing is written

Nothing sleeps: with a clock, time moves on; without one, only deadlines are compared. `asked` holds
every prompt, `closed` counts the streams that were left early.
"""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.domain.language import Completion, Message, Prompt, Structured, TextPiece, Usage, Vector, truncate
from shared.errors import TalentiError, UnavailableError, UpstreamError
from tests.fakes.clock import FakeClock

MODEL = "fake"
USAGE = Usage(input_tokens=100, output_tokens=20)
REPAIRS = 2


@dataclass(frozen=True)
class Line:
    """One answer: a text, a model, or any JSON, which need not fit the shape that is asked for."""

    value: Any
    first_seconds: float = 0.0
    seconds: float = 0.0  # until it is whole
    error: TalentiError | None = None
    after: int | None = None  # pieces that are given before the error; None for all
    usage: Usage = USAGE


type Script = Line | TalentiError | BaseModel | str | dict[str, Any]
type Default = Callable[[Prompt, type[BaseModel] | None], Script]


class FakeLanguageModel:
    def __init__(self, clock: FakeClock | None = None, vector_length: int = 8) -> None:
        self.asked: list[Prompt] = []
        self.closed = 0
        self._clock = clock
        self._vector_length = vector_length
        self._lines: list[Line] = []
        self._default: Default | None = None

    def says(self, *scripts: Script) -> None:
        self._lines += [_line(each) for each in scripts]

    def always(self, default: Default) -> None:
        """What it says where nothing is written."""
        self._default = default

    async def complete(self, prompt: Prompt) -> Completion:
        line = self._next(prompt, None)
        self._wait(max(line.seconds, line.first_seconds), prompt.seconds)
        _fail(line)
        text = line.value if isinstance(line.value, str) else _json(line.value)
        return Completion(text, MODEL, line.usage)

    async def answer[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> Structured[Shape]:
        usage = Usage()
        for repairs in range(REPAIRS + 1):
            line = self._next(prompt, shape)
            self._wait(max(line.seconds, line.first_seconds), prompt.seconds)
            _fail(line)
            usage += line.usage
            try:
                return Structured(shape.model_validate_json(_json(line.value)), MODEL, usage, repairs)
            except ValidationError:
                continue
        raise UpstreamError("The language model did not keep to the shape that was asked for.")

    async def stream[Shape: BaseModel](
        self, prompt: Prompt, shape: type[Shape]
    ) -> AsyncGenerator[TextPiece | Structured[Shape]]:
        line = self._next(prompt, shape)
        patience = prompt.seconds if prompt.first_token_seconds is None else prompt.first_token_seconds
        self._wait(line.first_seconds, min(patience, prompt.seconds))
        whole = _json(line.value)
        try:
            for piece in _pieces(whole, shape)[: line.after if line.error else None]:
                yield TextPiece(piece)
            self._wait(line.seconds - line.first_seconds, prompt.seconds - line.first_seconds)
            _fail(line)
        except GeneratorExit:
            self.closed += 1
            raise
        try:
            value = shape.model_validate_json(whole)
        except ValidationError:
            raise UpstreamError("The language model did not keep to the shape that was asked for.") from None
        yield Structured(value, MODEL, line.usage)

    async def embed(self, texts: Sequence[str]) -> tuple[Vector, ...]:
        return tuple(self._vector(text) for text in texts)

    def count_tokens(self, text: str) -> int:
        return len(_words(text))

    def truncate(self, messages: Sequence[Message], max_tokens: int) -> tuple[Message, ...]:
        return truncate(
            messages, max_tokens, self.count_tokens, lambda text, most: "".join(_words(text)[:most])
        )

    def _next(self, prompt: Prompt, shape: type[BaseModel] | None) -> Line:
        self.asked.append(prompt)
        if self._lines:
            return self._lines.pop(0)
        if self._default is None:
            raise AssertionError(f"nothing is written for {prompt.purpose}")
        return _line(self._default(prompt, shape))

    def _wait(self, seconds: float, patience: float) -> None:
        if self._clock:
            self._clock.advance(max(0.0, min(seconds, patience)))
        if seconds > patience:
            raise UnavailableError("The language model did not answer in time.")

    def _vector(self, text: str) -> Vector:
        digest = hashlib.sha256(text.encode()).digest()
        return tuple(byte / 255 for byte in digest[: self._vector_length])


def _line(script: Script) -> Line:
    match script:
        case Line():
            return script
        case TalentiError():
            return Line("", error=script, after=0)
        case _:
            return Line(script)


def _fail(line: Line) -> None:
    if line.error is not None:
        raise line.error


def _json(value: object) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json(by_alias=True)
    return value if isinstance(value, str) and value.startswith("{") else json.dumps(value)


def _pieces(whole: str, shape: type[BaseModel]) -> list[str]:
    field = next(iter(shape.model_json_schema()["properties"]))
    value = json.loads(whole)
    text = value.get(field) if isinstance(value, dict) else None
    return _words(text) if isinstance(text, str) else []


def _words(text: str) -> list[str]:
    return re.findall(r"\s?\S{1,6}|\s", text)
