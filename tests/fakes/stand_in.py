"""The stand-in model of the local stack without a wire between: for thousands of answers in a test."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from pydantic import BaseModel

from local.simulators.model import prompt as simulated
from local.simulators.model.stand_in import answer
from shared.adapters.openai.schema import strict_schema
from shared.domain.language import Completion, Message, Prompt, Structured, TextPiece, Usage, Vector

MODEL = "stand-in"


class StandInModel:
    """Answers as the simulator would; `seconds` is how long each answer takes."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.asked: list[Prompt] = []
        self._seconds = seconds

    async def answer[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> Structured[Shape]:
        self.asked.append(prompt)
        if self._seconds:
            await asyncio.sleep(self._seconds)
        messages = tuple(simulated.Message(each.role, each.content) for each in prompt.messages)
        asked = simulated.Prompt(
            messages, prompt.purpose, strict_schema(shape), prompt.seed or 0, prompt.temperature
        )
        return Structured(shape.model_validate_json(answer(asked)), MODEL, Usage(100, 20))

    async def complete(self, prompt: Prompt) -> Completion:
        raise NotImplementedError

    def stream[Shape: BaseModel](
        self, prompt: Prompt, shape: type[Shape]
    ) -> AsyncGenerator[TextPiece | Structured[Shape]]:
        raise NotImplementedError

    async def embed(self, texts: Sequence[str]) -> tuple[Vector, ...]:
        raise NotImplementedError

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def truncate(self, messages: Sequence[Message], max_tokens: int) -> tuple[Message, ...]:
        return tuple(messages)
